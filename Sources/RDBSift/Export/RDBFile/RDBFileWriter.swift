// The second sweep: writes the selected records as an RDB file. Opcodes between records are written where they
// are in the source, so parts do not depend on each other.

package import Export
package import RDB
import Restore

/// Writes the selected records and the opcodes between them as parts of an RDB file.
package struct RDBFileWriter: RecordWriter, ~Copyable {
  package var output = OutputBuffer()
  private let writer: RDBWriter
  /// The counts per output.
  private let counts: [FilteredCounts]
  /// The current output.
  private var part = 0
  private var namer: RecordNamer
  private let databases: DatabaseMap
  package private(set) var written: UInt64 = 0
  /// The source range of adjacent records to copy.
  private var run = ByteRange(offset: 0, count: 0)

  init(_ writer: RDBWriter, counts: [FilteredCounts], _ mapping: KeyMapping) {
    self.writer = writer
    self.counts = counts
    namer = RecordNamer(mapping.naming)
    databases = mapping.databases
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
      try write(records[index], actions[index].expiry, in: bytes, context.values)
    }
    endRun(bytes)
  }

  @inline(__always)
  private mutating func write(
    _ record: RDBRecord, _ expiry: UnixMilliseconds?, in bytes: RawSpan,
    _ context: ValueContext
  ) throws(JobFailure) {
    written &+= 1
    guard namer.isIdentity else {
      return try rename(record, expiry, in: bytes, context)
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
        record, expiry: expiry, from: bytes, context: context, to: &output)
      output.drainIfLarge()
    } catch {
      let size = bytes.byteCount
      throw .damage(Damage(error, in: record, key: nil, fileSize: size))
    }
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

  private mutating func write(_ event: RDBEvent, in bytes: RawSpan) {
    switch event {
    case .aux(let name, let value): writeAux(name, value, in: bytes)
    case .selectDatabase(let database):
      guard let count = counts[part].databases[database] else { return }
      if count.isDeclared { return writer.select(databases(database), to: &output) }
      writer.select(databases(database), keys: count.keys, expires: count.expires, to: &output)
    case .slotInfo(let slot, _, _):
      guard namer.isIdentity, let count = UInt16(exactly: slot).flatMap({ counts[part].slots[$0] })
      else { return }
      writer.slotInfo(slot, keys: count.keys, expires: count.expires, to: &output)
    case .function, .functionPreGA: writeFunction(event, in: bytes)
    case .moduleAux(_, let place), .hashTemplate(_, _, let place, _), .slotImport(let place):
      writer.copy(
        ByteRange(offset: place.offset, count: place.count), of: bytes, to: &output)
    // RESIZEDB is written with its database; Dragonfly's replication opcodes are omitted.
    case .resize, .other, .end: break
    }
  }

  /// Writes a function library; several files have the same ones, so only the first writes them.
  private mutating func writeFunction(_ event: RDBEvent, in bytes: RawSpan) {
    guard !counts[part].isBehindAnother else { return }
    switch event {
    case .function(let code):
      writer.function(code, in: bytes, to: &output)
    case .functionPreGA(let name, let code):
      writeOldFunction(name, code, in: bytes)
    default: break
    }
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
      guard !counts[part].isBehindAnother else { return }
      writer.aux(name, value, in: bytes, to: &output)
    case .countsSlot:
      guard namer.isIdentity, let info = SlotInfo(aux: name, value, in: bytes),
        let counted = recounted(info)
      else { return }
      writer.aux(SlotInfo.name, Array(counted.text.utf8), to: &output)
    case .leftOut, .belongsToMember: break
    }
  }

  /// The slot with the counts of the selected keys; nil if it has none.
  private func recounted(_ info: SlotInfo) -> SlotInfo? {
    guard let count = counts[part].slots[info.slot] else { return nil }
    let numbers = [count.keys, count.expires, count.volatile]
    return SlotInfo(slot: info.slot, counts: Array(numbers.prefix(info.counts.count)))
  }

  package consuming func finish() -> ExportCounts { ExportCounts() }
}
