// The distribution of expiries in a fixed number of counters: 64 per power of two of the distance from
// `now`, before and after it. The median is exact to a 64th of its distance; the first and the last
// expiry and the counts per span (minute, hour, …) are exact.

package import RDB

/// Counts expiries by their distance from a moment.
package struct ExpirySpread: Hashable, Sendable {
  /// The moment.
  package let now: UnixMilliseconds
  /// The number of expiries.
  package private(set) var count: UInt64 = 0
  /// The earliest.
  package private(set) var first: UnixMilliseconds?
  /// The latest.
  package private(set) var last: UnixMilliseconds?
  private var after = [UInt64](repeating: 0, count: ExpirySpread.steps)
  private var before = [UInt64](repeating: 0, count: ExpirySpread.steps)

  private var spans = [UInt64](repeating: 0, count: ExpirySpread.ends.count + 2)

  private static let steps = LogarithmicSteps.count
  /// The ends of the remaining-TTL spans in milliseconds: a minute, an hour, a day, a week, thirty days
  /// and a year.
  package static let ends: [Int64] = [
    60_000, 3_600_000, 86_400_000, 7 * 86_400_000, 30 * 86_400_000, 365 * 86_400_000,
  ]

  init(around now: UnixMilliseconds) { self.now = now }

  mutating func add(_ expiry: UnixMilliseconds) {
    count &+= 1
    if expiry < first ?? expiry || first == nil { first = expiry }
    if expiry > last ?? expiry || last == nil { last = expiry }
    let (difference, wide) = expiry.rawValue.subtractingReportingOverflow(now.rawValue)
    let distance = wide ? UInt64.max >> 1 : difference.magnitude
    let step = LogarithmicSteps.step(distance)
    guard expiry > now else {
      before[step] &+= 1
      spans[0] &+= 1
      return
    }
    after[step] &+= 1
    var span = 1
    for end in ExpirySpread.ends { span &+= distance >= UInt64(end) ? 1 : 0 }
    spans[span] &+= 1
  }

  mutating func merge(_ other: ExpirySpread) {
    count &+= other.count
    first = [first, other.first].compactMap { $0 }.min()
    last = [last, other.last].compactMap { $0 }.max()
    for step in 0..<ExpirySpread.steps {
      after[step] &+= other.after[step]
      before[step] &+= other.before[step]
    }
    for span in spans.indices { spans[span] &+= other.spans[span] }
  }

  /// The median expiry, exact to a 64th of its distance from the moment.
  package var median: UnixMilliseconds? {
    guard count > 0, let first, let last else { return nil }
    var left = (count - 1) / 2
    for step in (0..<ExpirySpread.steps).reversed() {
      if left < before[step] { return bounded(-LogarithmicSteps.lowest(step), first, last) }
      left -= before[step]
    }
    for step in 0..<ExpirySpread.steps {
      if left < after[step] { return bounded(LogarithmicSteps.lowest(step), first, last) }
      left -= after[step]
    }
    return last
  }

  /// Expiries at or before the moment.
  package var expired: UInt64 { spans[0] }

  /// Expiries per span: the first ends at `ends[0]`, the last has no end.
  package var countsBySpan: [UInt64] { Array(spans.dropFirst()) }

  /// The moment clamped to `first...last`.
  package func bounded(_ moment: UnixMilliseconds) -> UnixMilliseconds {
    min(max(moment, first ?? moment), last ?? moment)
  }

  private func bounded(
    _ distance: Int64, _ first: UnixMilliseconds, _ last: UnixMilliseconds
  ) -> UnixMilliseconds {
    let moment = now.rawValue.addingReportingOverflow(distance)
    let value = moment.overflow ? (distance < 0 ? Int64.min : .max) : moment.partialValue
    return UnixMilliseconds(min(max(value, first.rawValue), last.rawValue))
  }
}
