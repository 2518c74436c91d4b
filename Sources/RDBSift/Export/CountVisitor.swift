// The first of two sweeps of an export: compares keys by their new names and counts the selected keys, since an
// RDB file has the number of keys of a database before the first key.

import Export
import RDB
import Restore

/// The counts of a file by output.
package struct CountSummary: Mergeable, Sendable {
  /// The counts, an element per output; refusals are in the first.
  package fileprivate(set) var parts: [FilteredCounts]
  /// What is left out so that servers load the output.
  package fileprivate(set) var exclusions = Exclusions()

  /// Adds the counts of another thread or file.
  package mutating func merge(_ other: CountSummary) {
    for index in parts.indices { parts[index].merge(other.parts[index]) }
    exclusions.merge(other.exclusions)
  }
}

/// Counts the selected keys.
struct CountVisitor: RecordVisitor, ~Copyable {
  private let counts: Bool
  private var namer: RecordNamer
  private let parts: SlotParts?
  private var summary: CountSummary
  /// Adjacent records mostly share output, database and slot; their count is added when one changes.
  private var place: (part: Int, database: UInt32, slot: UInt16) = (0, 0, 0xffff)
  private var count = FilteredCounts.Count()
  private var judge: LoadJudge?
  /// What an earlier count has left out.
  private let excluded: Exclusions

  /// Makes a visitor for one thread.
  ///
  /// - Parameters:
  ///   - parts: The partition by slot; nil for one output.
  ///   - naming: How keys are renamed.
  ///   - counts: Whether to count; otherwise keys are only compared.
  ///   - judge: Finds the records that servers refuse; nil to count all.
  ///   - excluded: What an earlier count has left out.
  init(
    parts: SlotParts?, naming: KeyNaming, counts: Bool, judge: consuming LoadJudge? = nil,
    excluded: Exclusions = Exclusions()
  ) {
    self.judge = judge
    self.excluded = excluded
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
    guard isWritten(record, in: bytes, context) else { return }
    let part = try part(of: record, in: bytes)
    if record.database != place.database || record.slotNumber != place.slot || part != place.part {
      endRun()
      place = (part, record.database, record.slotNumber)
    }
    count.keys &+= 1
    count.expires &+= expiry == nil ? 0 : 1
    count.volatile &+= context.dialect == .valkey && record.type == .valkeyHash2 ? 1 : 0
    if let module = record.module(in: bytes) { summary.parts[part].modules.insert(module.name) }
  }

  /// Whether a record is written; what is wrong with it is kept.
  private mutating func isWritten(
    _ record: RDBRecord, in bytes: RawSpan, _ context: borrowing VisitContext
  ) -> Bool {
    let identity = context.identity(of: record)
    if let kind = excluded.records[identity] {
      summary.exclusions.leaveOut(identity, kind)
      return false
    }
    switch judge?.verdict(on: record, in: bytes, context.values) {
    case .written, nil: return true
    case .writtenWithoutRepeats:
      summary.exclusions.dropRepeats(of: identity)
      return true
    case .refused:
      summary.exclusions.leaveOut(identity, .refused)
      return false
    case .leftOut: return false
    }
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
      summary.parts[0].refusals.insert(.memberExpiries)
    case .other(let opcode, _) where opcode == .dragonflyJournalBlob:
      summary.parts[0].refusals.insert(.journal)
    case .function(let code), .functionPreGA(_, let code):
      summary.parts[0].functions.insert(code.unpacked(in: bytes) ?? [])
      guard let library = FunctionSource(event) else { return }
      summary.exclusions.libraries.add(library.libraryName(in: bytes), at: library.offset)
    default: break
    }
  }

  consuming func finish() -> CountSummary {
    endRun()
    return summary
  }
}
