// The second sweep: writes the selected records as an RDB file. Opcodes between records are written where they
// are in the source, so parts do not depend on each other.

package import Export
package import RDB
import Restore

/// How an RDB file is written.
struct RDBFilePlan: Sendable {
  /// The header of the file.
  var header: RDBHeader
  var mapping = KeyMapping()
  /// The target; nil to copy records in the types that they have.
  var target: RDBTarget?
  var moduleData = ModuleDataPolicy.needed

  /// A file in the source's own format.
  init(header: RDBHeader) { self.header = header }

  init(header: RDBHeader, request: ExportRequest) {
    self.header = header
    mapping = request.mapping
    target = request.fileTarget
    moduleData = request.moduleData
  }
}

/// Writes the selected records and the opcodes between them as parts of an RDB file.
package struct RDBFileWriter: RecordWriter, ~Copyable {
  package var output = OutputBuffer()
  private let writer: RDBWriter
  private let plan: RDBFilePlan
  /// The counts per output.
  private let counts: [FilteredCounts]
  private let exclusions: Exclusions
  private let libraryFaults: [Int: LibraryList.Fault]
  /// Writes records that are not copied.
  private var reencoder: RecordReencoder
  /// The current output.
  private var part = 0
  private var namer: RecordNamer
  package private(set) var written: UInt64 = 0
  /// The source range of adjacent records to copy.
  private var run = ByteRange(offset: 0, count: 0)
  private var summary = ExportCounts()

  init(_ plan: RDBFilePlan, counts: [FilteredCounts], _ exclusions: Exclusions = Exclusions()) {
    self.plan = plan
    writer = RDBWriter(plan.header)
    self.counts = counts
    self.exclusions = exclusions
    libraryFaults = exclusions.libraries.faults
    reencoder = RecordReencoder(plan.target ?? RDBTarget(plan.header))
    namer = RecordNamer(plan.mapping.naming)
  }

  package mutating func begin(part: Int, _ boundary: OutputBoundary) { self.part = part }

  package mutating func write(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    var next = 0
    for index in 0...records.count {
      while next < context.events.count, context.events[next].index <= index {
        endRun(bytes)
        write(context.events[next].event, in: bytes)
        next += 1
      }
      guard index < records.count, actions[index].isWritten else { continue }
      try write(records[index], actions[index].expiry, in: bytes, context, &notes)
    }
    endRun(bytes)
  }

  @inline(__always)
  private mutating func write(
    _ record: RDBRecord, _ expiry: UnixMilliseconds?, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    if isReencoded(record, context) {
      return try reencode(record, expiry, in: bytes, context, &notes)
    }
    written &+= 1
    guard namer.isIdentity else {
      return try rename(record, expiry, in: bytes, context.values)
    }
    if writer.isVerbatim(record, expiry: expiry, in: bytes) {
      let start = record.start
      if run.count > 0, run.end != start { endRun(bytes) }
      if run.count == 0 { run = ByteRange(offset: start, count: 0) }
      run = ByteRange(offset: run.offset, count: record.end &- run.offset)
      return
    }
    endRun(bytes)
    do throws(RDBError) {
      try writer.append(
        record, expiry: expiry, from: bytes, context: context.values, to: &output)
      output.drainIfLarge()
    } catch {
      let size = bytes.byteCount
      throw .damage(Damage(error, in: record, key: nil, fileSize: size))
    }
  }

  @inline(__always)
  private func isReencoded(_ record: RDBRecord, _ context: borrowing WriteContext) -> Bool {
    if plan.target != nil, !reencoder.loadsUnchanged(record, context.values) { return true }
    return !exclusions.repeating.isEmpty
      && exclusions.repeating.contains(context.identity(of: record))
  }

  /// Writes a record in a type that the target loads, or without repeated elements.
  @inline(never)
  private mutating func reencode(
    _ record: RDBRecord, _ expiry: UnixMilliseconds?, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    endRun(bytes)
    var item = RecordReencoder.Item(record, expiry: expiry)
    item.keepsFirst = exclusions.repeating.contains(context.identity(of: record))
    if !namer.isIdentity {
      item.name = try namer.withName(of: record, in: bytes) { name throws(JobFailure) in
        [UInt8](copying: name)
      }
    }
    do throws(RDBError) {
      let outcome = try reencoder.append(item, from: bytes, context: context.values, to: &output)
      if outcome != .empty, outcome != .unsupported { written &+= 1 }
      let server = plan.target?.server
      if let kind = RecordNote.Kind(outcome, record, for: server, in: bytes), kind != .needsModule {
        notes.append(kind, record, in: bytes)
      }
    } catch {
      let key = record.readableKey(in: bytes)
      throw .damage(Damage(error, in: record, key: key, fileSize: bytes.byteCount))
    }
    output.drainIfLarge()
  }

  @inline(never)
  private mutating func rename(
    _ record: RDBRecord, _ expiry: UnixMilliseconds?, in bytes: RawSpan,
    _ context: ValueContext
  ) throws(JobFailure) {
    try namer.withName(of: record, in: bytes) { name throws(JobFailure) in
      do throws(RDBError) {
        try writer.append(
          record, as: name, expiry: expiry, from: bytes, context: context, to: &output)
      } catch {
        let size = bytes.byteCount
        throw .damage(Damage(error, in: record, key: nil, fileSize: size))
      }
    }
    output.drainIfLarge()
  }

  @inline(__always)
  private mutating func endRun(_ bytes: RawSpan) {
    guard run.count > 0 else { return }
    writer.copy(run, of: bytes, to: &output)
    run = ByteRange(offset: 0, count: 0)
  }

  package consuming func finish() -> ExportCounts { summary }
}

// MARK: - Between records

extension RDBFileWriter {
  private mutating func write(_ event: RDBEvent, in bytes: RawSpan) {
    let target = plan.target
    switch event {
    case .aux(let name, let value): writeAux(name, value, in: bytes)
    case .selectDatabase(let database): select(database)
    case .slotInfo(let slot, _, _):
      guard namer.isIdentity, target?.supportsSlotInfo ?? true,
        let count = UInt16(exactly: slot).flatMap({ counts[part].slots[$0] })
      else { return }
      writer.slotInfo(slot, keys: count.keys, expires: count.expires, to: &output)
    case .function, .functionPreGA: writeFunction(event, in: bytes)
    case .moduleAux(let module, let place): writeModuleData(module, place, in: bytes)
    case .hashTemplate(_, _, let place, _):
      if target?.supportsTemplates ?? true { writer.copy(place, of: bytes, to: &output) }
    case .slotImport(let place):
      if target == nil { writer.copy(place, of: bytes, to: &output) }
    // RESIZEDB is written with its database; Dragonfly's replication opcodes are omitted.
    case .resize, .other, .end: break
    }
  }

  private mutating func select(_ database: UInt32) {
    guard let count = counts[part].databases[database] else { return }
    let target = plan.mapping.databases(database)
    if count.isDeclared { return writer.select(target, to: &output) }
    writer.select(target, keys: count.keys, expires: count.expires, to: &output)
  }

  /// Writes data of a module if the target loads it and the file needs it.
  private mutating func writeModuleData(_ module: ModuleID, _ place: ByteRange, in bytes: RawSpan) {
    let isNeeded =
      switch plan.moduleData {
      case .keep: true
      case .drop: false
      case .needed: counts[part].modules.contains(module.name)
      }
    guard isNeeded, plan.target?.supportsModuleAux ?? true else {
      if part == 0 { summary.moduleDataLeftOut &+= 1 }
      return
    }
    writer.copy(place, of: bytes, to: &output)
  }

  /// Writes a function library; several files have the same ones, so only the first writes them.
  private mutating func writeFunction(_ event: RDBEvent, in bytes: RawSpan) {
    guard !counts[part].isBehindAnother, let library = FunctionSource(event) else { return }
    guard plan.target?.supportsFunctions ?? true else { return count(\.functionsLeftOut) }
    switch libraryFaults[library.offset] {
    case .broken: return count(\.functionsBroken)
    case .repeated: return count(\.functionsRepeated)
    case nil: count(\.functions)
    }
    switch event {
    case .function(let code):
      writer.function(code, in: bytes, to: &output)
    case .functionPreGA(let name, let code):
      writeOldFunction(name, code, in: bytes)
    default: break
    }
  }

  /// Counts a library, once for all parts of a partition.
  private mutating func count(_ libraries: WritableKeyPath<ExportCounts, UInt64>) {
    if part == 0 { summary[keyPath: libraries] &+= 1 }
  }

  /// Writes a library in the pre-release format in the format of Redis 7.0.
  private mutating func writeOldFunction(
    _ name: StringObject, _ code: StringObject, in bytes: RawSpan
  ) {
    guard let name = name.unpacked(in: bytes), let code = code.unpacked(in: bytes) else { return }
    writer.function(Array("#!LUA name=".utf8) + name + [0x0a] + code, to: &output)
  }

  private mutating func writeAux(
    _ name: StringObject, _ value: StringObject, in bytes: RawSpan
  ) {
    switch AuxHandling(name, in: bytes) {
    case .kept:
      guard !counts[part].isBehindAnother, isWrittenForTarget(name, in: bytes) else { return }
      writer.aux(name, value, in: bytes, to: &output)
    case .countsSlot:
      guard namer.isIdentity, plan.target == nil, let info = SlotInfo(aux: name, value, in: bytes),
        let counted = recounted(info)
      else { return }
      writer.aux(SlotInfo.name, Array(counted.text.utf8), to: &output)
    case .leftOut, .belongsToMember: break
    }
  }

  /// Whether a field is true of a file for the target, and the target has such fields.
  private func isWrittenForTarget(_ name: StringObject, in bytes: RawSpan) -> Bool {
    guard let target = plan.target else { return true }
    return target.supportsAux && AuxHandling.isGeneral(name, in: bytes)
  }

  /// The slot with the counts of the selected keys; nil if it has none.
  private func recounted(_ info: SlotInfo) -> SlotInfo? {
    guard let count = counts[part].slots[info.slot] else { return nil }
    let numbers = [count.keys, count.expires, count.volatile]
    return SlotInfo(slot: info.slot, counts: Array(numbers.prefix(info.counts.count)))
  }
}
