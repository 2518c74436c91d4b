// The first of two sweeps that make a filtered RDB file: an RDB file says how many keys a database has
// before it has told any, so those that are kept are counted first, by the very same plan.

package import Export
package import RDB
package import Restore

/// What will be kept of a file, and what keeps it from being made.
package struct FilteredCounts: Sendable {
  /// Keys, and those of them that expire.
  package struct Count: Hashable, Sendable {
    package var keys: UInt64 = 0
    package var expires: UInt64 = 0
    /// Hashes whose fields expire (Valkey).
    package var volatile: UInt64 = 0
    /// Whether a file before this one, which goes to the same output, has told of the database.
    var isTold = false

    mutating func merge(_ other: Count) {
      keys += other.keys
      expires += other.expires
      volatile += other.volatile
    }
  }

  /// Why no filtered file can be made of a file.
  package enum Refusal: String, Hashable, Sendable, CaseIterable {
    /// Deadlines of members stand behind the key they belong to (KeyDB).
    case memberDeadlines
    /// Changes that came after the snapshot are part of the file (Dragonfly).
    case journal
    /// That types mean what they mean to Dragonfly is told by a key that may be left out.
    case lateDialect
    /// Of several files, they are not in one format.
    case otherFormat
    /// Of several files, they do not have the same function libraries.
    case otherFunctions
    /// Of several files, one holds what is beside the keys and cannot stand in one file twice.
    case beside
  }

  /// By database: those that keys are kept of.
  package var databases: [UInt32: Count] = [:]
  /// By cluster slot, where the file tells it; over all databases.
  package var slots: [UInt16: Count] = [:]
  /// What keeps the file from being made.
  package var refusals: Set<Refusal> = []
  /// Function libraries, as they are spelled.
  var functions: Set<[UInt8]> = []
  /// Whether another file goes to the same output before this one: what is beside the keys stands
  /// there.
  var isBehindAnother = false

  /// Makes counts of nothing.
  package init() {}

  /// Adds another thread's counts.
  package mutating func merge(_ other: FilteredCounts) {
    databases.merge(other.databases) { one, two in FilteredCounts.sum(one, two) }
    slots.merge(other.slots) { one, two in FilteredCounts.sum(one, two) }
    refusals.formUnion(other.refusals)
    functions.formUnion(other.functions)
  }

  /// The counts of each file, of all threads.
  package static func merged(_ summaries: [[FilteredCounts]]) -> [FilteredCounts] {
    var counts = summaries.first ?? [FilteredCounts()]
    for other in summaries.dropFirst() {
      for index in counts.indices { counts[index].merge(other[index]) }
    }
    return counts
  }

  private static func sum(_ one: Count, _ two: Count) -> Count {
    var sum = one
    sum.merge(two)
    return sum
  }

  /// Adds what the file says of itself as a whole.
  package mutating func conclude(_ facts: FileFacts, head: FileFacts) {
    let isTold = head.aux.contains { $0.name == Array("df-ver".utf8) }
    if facts.dialect == .dragonfly, !isTold { refusals.insert(.lateDialect) }
  }
}

/// Counts the keys that will be kept.
package struct FilteredCountWorker: RecordWorker, ~Copyable {
  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private var namer: RecordNamer
  private let parts: SlotParts?
  private var counts: [FilteredCounts]
  /// Neighbours are alike: their count is kept apart until the place changes.
  private var place: (part: Int, database: UInt32, slot: UInt16) = (0, 0, 0xffff)
  private var count = FilteredCounts.Count()

  /// Makes a worker for one thread.
  ///
  /// - Parameters:
  ///   - selection: Which records are kept.
  ///   - parts: The files that they go to; nil for one.
  ///   - naming: What keys are called there.
  package init(_ selection: Selection, parts: SlotParts? = nil, naming: KeyNaming = .identity) {
    selector = RecordSelector(selection)
    namer = RecordNamer(naming)
    self.parts = parts
    counts = Array(repeating: FilteredCounts(), count: parts?.ranges.count ?? 1)
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Counts.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in batch.events.indices { note(batch.events[index].event, in: bytes) }
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      guard case .restore(let expiry) = answer else { continue }
      let part = try part(of: record, in: bytes)
      if record.database != place.database || record.slotNumber != place.slot || part != place.part
      {
        endRun()
        place = (part, record.database, record.slotNumber)
      }
      count.keys &+= 1
      count.expires &+= expiry == nil ? 0 : 1
      count.volatile &+= context.dialect == .valkey && record.type.rawValue == 22 ? 1 : 0
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
    counts[place.part].databases[place.database, default: FilteredCounts.Count()].merge(count)
    if place.slot != 0xffff {
      counts[place.part].slots[place.slot, default: FilteredCounts.Count()].merge(count)
    }
    count = FilteredCounts.Count()
  }

  private mutating func note(_ event: RDBEvent, in bytes: RawSpan) {
    switch event {
    case .aux(let name, _) where AuxFate(name, in: bytes) == .belongsToMember:
      counts[0].refusals.insert(.memberDeadlines)
    case .other(let opcode, _) where opcode.rawValue == 210:
      counts[0].refusals.insert(.journal)
    case .function(let code), .functionPreGA(_, let code):
      counts[0].functions.insert(code.spelled(in: bytes) ?? [])
    default: break
    }
  }

  /// What was counted, for each file; what keeps any from being made is told of the first.
  package consuming func finish() -> [FilteredCounts] {
    endRun()
    return counts
  }
}

/// What becomes of an AUX field in a filtered file.
enum AuxFate: Hashable {
  /// It says something about the file that is still so.
  case kept
  /// It says what is no longer so: of replication, of an AOF, of the server's memory.
  case leftOut
  /// It counts keys of a cluster slot (Valkey).
  case countsSlot
  /// It is a deadline of the key before it (KeyDB).
  case belongsToMember

  private static let names = [
    "used-mem", "lua", "mvcc-tstamp", "cluster-asm-task", "table-mem",
  ].map { Array($0.utf8) }
  private static let prefixes = ["repl-", "aof-"].map { Array($0.utf8) }
  private static let slotInfo = Array("slot-info".utf8)
  private static let memberPrefix = Array("keydb-subexpire-".utf8)

  /// By the name of the field, whose place is one in the file.
  init(_ name: StringObject, in bytes: RawSpan) {
    let name = name.spelled(in: bytes) ?? []
    if name == AuxFate.slotInfo {
      self = .countsSlot
    } else if name.starts(with: AuxFate.memberPrefix) {
      self = .belongsToMember
    } else if AuxFate.names.contains(name)
      || AuxFate.prefixes.contains(where: { name.starts(with: $0) })
    {
      self = .leftOut
    } else {
      self = .kept
    }
  }
}
