package import RDB

/// When keys expire, and what that frees.
package struct ExpiryTable: Sendable {
  /// Minutes to remember; beyond twice as many the emptier half is forgotten.
  private static let minuteLimit = 32_768

  /// Keys by remaining time: expired, the spans of `ExpirySpread`, later.
  package private(set) var spans = [MemoryCount](
    repeating: MemoryCount(), count: ExpirySpread.ends.count + 2)
  private var minutes: [Int64: MemoryCount] = [:]
  /// Whether minutes were forgotten, so that counts of minutes are lower bounds.
  package private(set) var isPartial = false
  private let now: Int64

  init(_ now: UnixMilliseconds) { self.now = now.rawValue }

  mutating func add(_ row: StatisticsRow) {
    spans[span(of: row.expiry)].add(row.memory)
    guard row.expiry > now else { return }
    minutes[row.expiry / 60_000, default: MemoryCount()].add(row.memory)
    if minutes.count > 2 * ExpiryTable.minuteLimit { prune() }
  }

  private func span(of expiry: Int64) -> Int {
    guard expiry > now else { return 0 }
    let (distance, isWide) = expiry.subtractingReportingOverflow(now)
    guard !isWide else { return spans.count - 1 }
    return 1 + (ExpirySpread.ends.firstIndex { distance < $0 } ?? ExpirySpread.ends.count)
  }

  private mutating func prune() {
    isPartial = true
    let kept = sorted().prefix(ExpiryTable.minuteLimit)
    minutes = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
  }

  private func sorted() -> [(key: Int64, value: MemoryCount)] {
    minutes.sorted { a, b in
      a.value.keys != b.value.keys ? a.value.keys > b.value.keys : a.key < b.key
    }
  }

  /// The minutes in which most keys expire, the fullest first; minutes of one key are left out.
  package func fullest(_ count: Int) -> [(minute: UnixMilliseconds, count: MemoryCount)] {
    sorted().prefix(count).filter { $0.value.keys > 1 }
      .map { (UnixMilliseconds($0.key * 60_000), $0.value) }
  }
}
