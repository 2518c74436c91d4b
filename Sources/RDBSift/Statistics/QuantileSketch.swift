/// The distribution of numbers, from which quantiles follow within 1/128 of their value.
package struct QuantileSketch: Codable, Sendable {
  private var counts: [UInt64] = []
  /// How many numbers were added.
  package private(set) var count: UInt64 = 0
  /// The greatest number.
  package private(set) var most = 0

  /// The greatest error of a quantile, as a part of it.
  package static let error = LogarithmicSteps.error

  /// Makes an empty sketch.
  package init() {}

  /// Adds a number, which is not negative.
  @inline(__always)
  mutating func add(_ number: Int) {
    let step = LogarithmicSteps.step(UInt64(number))
    if step >= counts.count { grow(to: step) }
    counts[step] &+= 1
    count &+= 1
    most = max(most, number)
  }

  private mutating func grow(to step: Int) {
    counts += [UInt64](repeating: 0, count: (step / 64 + 1) * 64 - counts.count)
  }

  /// Adds another distribution.
  mutating func merge(_ other: QuantileSketch) {
    if let last = other.counts.indices.last, last >= counts.count { grow(to: last) }
    for step in other.counts.indices { counts[step] &+= other.counts[step] }
    count &+= other.count
    most = max(most, other.most)
  }

  /// Whether there can be such numbers.
  var isPossible: Bool {
    counts.count <= LogarithmicSteps.count - 6 * 64 && most >= 0 && count <= MemoryCount.limit
      && counts.allSatisfy { $0 <= MemoryCount.limit }
  }

  /// The number that a part of all numbers does not exceed; 0 if there are none.
  package func quantile(_ part: Double) -> Int {
    guard count > 0 else { return 0 }
    var left = UInt64((Double(count) * part).rounded(.up))
    for step in counts.indices {
      guard left > counts[step] else { return min(middle(of: step), most) }
      left -= counts[step]
    }
    return most
  }

  private func middle(of step: Int) -> Int {
    let low = LogarithmicSteps.lowest(step)
    return Int(low + (LogarithmicSteps.lowest(step + 1) - low) / 2)
  }
}
