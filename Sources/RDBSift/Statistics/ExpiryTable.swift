package import RDB

/// When keys expire, and what that frees.
package struct ExpiryTable: Sendable {
  /// Keys by remaining time: expired, the spans of `ExpirySpread`, later.
  package private(set) var spans = [MemoryCount](
    repeating: MemoryCount(), count: ExpirySpread.ends.count + 2)
  private var minutes = MinuteTable()
  private let now: Int64

  init(_ now: UnixMilliseconds) { self.now = now.rawValue }

  mutating func add(_ row: StatisticsRow) {
    spans[span(of: row.expiry)].add(row.memory)
    guard row.expiry > now else { return }
    minutes.add(row.expiry / 60_000, row.memory)
  }

  private func span(of expiry: Int64) -> Int {
    guard expiry > now else { return 0 }
    let (distance, isWide) = expiry.subtractingReportingOverflow(now)
    guard !isWide else { return spans.count - 1 }
    return 1 + (ExpirySpread.ends.firstIndex { distance < $0 } ?? ExpirySpread.ends.count)
  }

  /// The minutes with their counts.
  var minuteCounts: [StatisticsData.Numbered] { minutes.counts }

  /// Adds counts of keys by remaining time and by minute.
  mutating func merge(
    _ spans: [MemoryCount], _ minutes: [StatisticsData.Numbered], isPartial: Bool
  ) {
    for index in self.spans.indices { self.spans[index].merge(spans[index]) }
    self.minutes.merge(minutes, isPartial: isPartial)
  }

  /// Whether minutes were forgotten, so that counts of minutes are lower bounds.
  package var isPartial: Bool { minutes.isPartial }

  /// The minutes in which most keys expire, the fullest first; minutes of one key are left out.
  package func fullest(_ count: Int) -> [(minute: UnixMilliseconds, count: MemoryCount)] {
    minutes.fullest(count).filter { $0.count.keys > 1 }
      .map { (UnixMilliseconds($0.minute * 60_000), $0.count) }
  }
}
