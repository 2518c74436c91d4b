// The first of two sweeps that export a backup: keys are compared by the names that they are to get, and
// those that are kept are counted, since an RDB file says how many keys a database has before the first.

import RDB
import Restore

/// What is counted in a file, by output.
package struct CountSummary: Mergeable, Sendable {
  /// What will be kept, an element per output; what keeps a file from being made is in the first.
  package fileprivate(set) var parts: [FilteredCounts]

  /// Adds another thread's counts.
  package mutating func merge(_ other: CountSummary) {
    for index in parts.indices { parts[index].merge(other.parts[index]) }
  }
}

/// Counts the keys that will be kept.
struct CountVisitor: RecordVisitor, ~Copyable {
  private let counts: Bool
  private var namer: RecordNamer
  private let parts: SlotParts?
  private var summary: CountSummary
  /// Neighbours are alike: their count is kept apart until the place changes.
  private var place: (part: Int, database: UInt32, slot: UInt16) = (0, 0, 0xffff)
  private var count = FilteredCounts.Count()

  /// Makes a visitor for one thread.
  ///
  /// - Parameters:
  ///   - parts: The files that keys go to; nil for one.
  ///   - naming: What keys are called there.
  ///   - counts: Whether anything is counted.
  init(parts: SlotParts?, naming: KeyNaming, counts: Bool) {
    self.counts = counts
    namer = RecordNamer(naming)
    self.parts = parts
    let outputs = parts?.ranges.count ?? 1
    summary = CountSummary(parts: Array(repeating: FilteredCounts(), count: outputs))
  }

  mutating func visit(_ event: RDBEvent, in bytes: RawSpan, _ context: borrowing VisitContext) {
    if counts { note(event, in: bytes) }
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    guard counts, case .restore(let expiry) = disposition else { return }
    let part = try part(of: record, in: bytes)
    if record.database != place.database || record.slotNumber != place.slot || part != place.part {
      endRun()
      place = (part, record.database, record.slotNumber)
    }
    count.keys &+= 1
    count.expires &+= expiry == nil ? 0 : 1
    count.volatile &+= context.dialect == .valkey && record.type == .valkeyHash2 ? 1 : 0
  }

  private mutating func part(
    of record: RDBRecord, in bytes: RawSpan
  ) throws(JobFailure) -> Int {
    guard let parts else { return 0 }
    return try namer.withName(of: record, in: bytes) { name throws(JobFailure) in
      parts.part(of: name)
    }
  }

  private mutating func endRun() {
    guard count.keys > 0 else { return }
    summary.parts[place.part].databases[place.database, default: FilteredCounts.Count()].merge(
      count)
    if place.slot != 0xffff {
      summary.parts[place.part].slots[place.slot, default: FilteredCounts.Count()].merge(count)
    }
    count = FilteredCounts.Count()
  }

  private mutating func note(_ event: RDBEvent, in bytes: RawSpan) {
    switch event {
    case .aux(let name, _) where AuxHandling(name, in: bytes) == .belongsToMember:
      summary.parts[0].refusals.insert(.memberDeadlines)
    case .other(let opcode, _) where opcode == .dragonflyJournalBlob:
      summary.parts[0].refusals.insert(.journal)
    case .function(let code), .functionPreGA(_, let code):
      summary.parts[0].functions.insert(code.spelled(in: bytes) ?? [])
    default: break
    }
  }

  consuming func finish() -> CountSummary {
    endRun()
    return summary
  }
}
