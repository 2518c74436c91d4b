// How expiries are spread, in a fixed number of counters: for each power of two of the distance from
// now 64 steps, before now and after it. So the median is known to a 64th of its distance, whatever
// the number of keys; the ends are exact.

package import RDB

/// Expiries, counted by their distance from a moment.
package struct ExpirySpread: Hashable, Sendable {
  /// The moment.
  package let now: UnixMilliseconds
  /// Expiries.
  package private(set) var count: UInt64 = 0
  /// The earliest.
  package private(set) var first: UnixMilliseconds?
  /// The latest.
  package private(set) var last: UnixMilliseconds?
  private var after = [UInt64](repeating: 0, count: ExpirySpread.steps)
  private var before = [UInt64](repeating: 0, count: ExpirySpread.steps)

  private static let steps = 64 * 64

  init(around now: UnixMilliseconds) { self.now = now }

  mutating func add(_ expiry: UnixMilliseconds) {
    count &+= 1
    if expiry < first ?? expiry || first == nil { first = expiry }
    if expiry > last ?? expiry || last == nil { last = expiry }
    let (difference, wide) = expiry.rawValue.subtractingReportingOverflow(now.rawValue)
    let distance = wide ? UInt64.max >> 1 : difference.magnitude
    let step = ExpirySpread.step(distance)
    if expiry < now { before[step] &+= 1 } else { after[step] &+= 1 }
  }

  mutating func merge(_ other: ExpirySpread) {
    count &+= other.count
    first = [first, other.first].compactMap { $0 }.min()
    last = [last, other.last].compactMap { $0 }.max()
    for step in 0..<ExpirySpread.steps {
      after[step] &+= other.after[step]
      before[step] &+= other.before[step]
    }
  }

  /// The expiry in the middle, to a 64th of its distance from the moment.
  package var median: UnixMilliseconds? {
    guard count > 0, let first, let last else { return nil }
    var left = (count - 1) / 2
    for step in (0..<ExpirySpread.steps).reversed() {
      if left < before[step] { return bounded(-ExpirySpread.distance(step), first, last) }
      left -= before[step]
    }
    for step in 0..<ExpirySpread.steps {
      if left < after[step] { return bounded(ExpirySpread.distance(step), first, last) }
      left -= after[step]
    }
    return last
  }

  /// Expiries less than a distance after the moment, as far as the steps tell.
  package func count(within milliseconds: Int64) -> UInt64 {
    let end = ExpirySpread.step(UInt64(milliseconds.magnitude))
    return after[..<end].reduce(0, &+)
  }

  private func bounded(
    _ distance: Int64, _ first: UnixMilliseconds, _ last: UnixMilliseconds
  ) -> UnixMilliseconds {
    let moment = now.rawValue.addingReportingOverflow(distance)
    let value = moment.overflow ? (distance < 0 ? Int64.min : .max) : moment.partialValue
    return UnixMilliseconds(min(max(value, first.rawValue), last.rawValue))
  }

  /// Below 64 a step is a number; above, its six highest bits behind the first and their power.
  private static func step(_ distance: UInt64) -> Int {
    guard distance >= 64 else { return Int(distance) }
    let power = 63 - distance.leadingZeroBitCount
    return (power - 5) * 64 + Int(distance >> UInt64(power - 6) & 63)
  }

  /// The least distance of a step.
  private static func distance(_ step: Int) -> Int64 {
    guard step >= 64 else { return Int64(step) }
    let power = step / 64 + 5
    let value = UInt64(64 + step % 64) << UInt64(power - 6)
    return Int64(clamping: value)
  }
}
