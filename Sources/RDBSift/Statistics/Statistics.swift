// `stats`: what fills the memory. Threads measure keys; the rows arrive in file order and are counted one by
// one, so that every number is the same for any number of threads.

import Export
import Memory
import RDB
package import Restore

/// Everything that was counted.
package struct Statistics: Sendable {
  /// What was asked for.
  package let request: StatisticsRequest
  /// All keys.
  package private(set) var total = KeyGroup()
  var kinds = KindTable()
  /// Keys and memory by remaining TTL, and by the minute in which they expire.
  package internal(set) var expiries: ExpiryTable
  /// Keys and memory by cluster slot.
  package internal(set) var slots = SlotTable()
  /// Keys by the power of two of their memory: up to 2^n bytes.
  package internal(set) var sizes = [MemoryCount](repeating: MemoryCount(), count: 64)
  /// Keys just over a limit of their encoding.
  package internal(set) var overLimits = OverLimits()
  /// Keys with most memory.
  package internal(set) var largest: TopKeys
  /// Keys with most elements.
  package internal(set) var longest: TopKeys
  /// Keys with the longest element.
  package internal(set) var widest: TopKeys
  /// Keys that were idle longest.
  package internal(set) var idlest: TopKeys
  /// Keys with the highest LFU counters.
  package internal(set) var hottest: TopKeys
  var tree: PrefixTree

  /// Makes empty counts.
  package init(_ request: StatisticsRequest) {
    self.request = request
    tree = PrefixTree(request)
    expiries = ExpiryTable(request.now)
    let none = TopKeys(request.topCount)
    (largest, longest, widest, idlest, hottest) = (none, none, none, none, none)
  }

  /// Counts the rows of some keys.
  mutating func add(_ rows: RawSpan) {
    var at = 0
    while at < rows.byteCount {
      let row = StatisticsRow(rows, at: at)
      let start = at + StatisticsRow.byteCount
      at = start + row.keyCount
      add(row, rows.extracting(start..<at))
    }
  }

  private mutating func add(_ row: StatisticsRow, _ key: RawSpan) {
    let isExpired = row.hasExpiry && row.expiry <= request.now.rawValue
    kinds.add(row, isExpired: isExpired)
    tree.add(row, key)
    slots.add(key, row.memory)
    if row.hasExpiry { expiries.add(row) }
    sizes[Int.bitWidth - max(row.memory - 1, 0).leadingZeroBitCount].add(row.memory)
    rank(row, key)
    if row.elementBytes > 0 { overLimits.add(row) }
  }

  private mutating func rank(_ row: StatisticsRow, _ key: RawSpan) {
    largest.add(row.memory, row, key)
    if row.valueShape != .string {
      longest.add(row.elements, row, key)
      widest.add(row.longest, row, key)
    }
    if row.flags.contains(.idle) { idlest.add(Int(row.evictionNumber), row, key) }
    if row.flags.contains(.frequency) { hottest.add(Int(row.evictionNumber), row, key) }
  }

  /// Ends the counting.
  package mutating func finish() {
    for group in kinds.groups { total.merge(group) }
    total.merge(kinds.others)
  }

  /// The largest prefixes, up to a limit.
  package func prefixes(listing count: Int) -> PrefixSummary { tree.summary(listing: count) }

  /// Whether prefixes were dropped, so that counts of single prefixes may be too low.
  package var isPrefixPartial: Bool { tree.isPartial }

  /// Kinds in the order of databases, types and encodings.
  package var sortedKinds: [(kind: StatisticsKind, group: KeyGroup)] {
    zip(kinds.kinds, kinds.groups).sorted { $0.0.order < $1.0.order }.map { ($0.0, $0.1) }
  }

  /// Keys whose kind is not among those that are counted apart.
  package var otherKinds: KeyGroup { kinds.others }

  /// The sums of kinds that a function gives the same name.
  package func groups<Name: Hashable>(
    by name: (StatisticsKind) -> Name
  ) -> [Name: KeyGroup] {
    zip(kinds.kinds, kinds.groups).reduce(into: [:]) {
      $0[name($1.0), default: KeyGroup()].merge($1.1)
    }
  }
}

/// Counts rows that arrive in pieces, from one thread at a time.
private final class StatisticsCollector {
  var statistics: Statistics

  init(_ request: StatisticsRequest) { statistics = Statistics(request) }
}

extension Backup {
  /// Counts what fills the memory.
  ///
  /// - Parameters:
  ///   - selection: Which keys.
  ///   - request: What to count.
  /// - Returns: The results per file, and the statistics of all files together.
  package func statistics(
    _ selection: RestoreSelection, _ request: StatisticsRequest
  ) -> (result: BackupResult<WriteSummary<MeasuredKeys>>, statistics: Statistics) {
    let collector = StatisticsCollector(request)
    let output = RecordOutput { collector.statistics.add($0) }
    var sweep = SweepRequest("measuring", selection)
    sweep.comparesFiles = true
    let result = write(sweep, into: output) { _ in StatisticsWriter(request) }
    collector.statistics.finish()
    return (result, collector.statistics)
  }
}
