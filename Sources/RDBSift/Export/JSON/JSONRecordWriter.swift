// Writes selected keys with their values, one JSON object each.

package import Export
package import RDB
import Restore

/// Writes objects as elements of an array or as lines.
package struct JSONRecordWriter: RecordWriter, ~Copyable {
  private var writer = ValueWriter(.json, into: OutputBuffer())
  private var rows: KeyListWriter
  private let logRows: LogRows?
  private let isArray: Bool
  private var namer: RecordNamer
  private let databases: DatabaseMap
  private var scratch = Scratch()
  package private(set) var written: UInt64 = 0
  private var counts = ExportCounts()
  private var writtenInPart = 0

  init(_ request: ExportRequest, isArray: Bool, file: Int) {
    rows = KeyListWriter(.json, file: request.name(of: file))
    logRows = request.logRows(.json, of: file)
    self.isArray = isArray
    namer = RecordNamer(request.mapping.naming)
    databases = request.mapping.databases
  }

  package var output: OutputBuffer {
    _read { yield writer.output }
    _modify { yield &writer.output }
  }

  /// Begins a part of the output; another thread may have written the part before.
  package mutating func begin(part: Int, _ boundary: OutputBoundary) { writtenInPart = 0 }

  package mutating func write(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    for index in records.indices where actions[index].isWritten {
      var record = records[index]
      record.setExpiry(actions[index].expiry)
      let (start, written, inPart) = (writer.output.count, written, writtenInPart)
      do throws(JobFailure) {
        try write(record, in: bytes, context)
      } catch {
        // No half of a row is left; what was drained is of a value that was decoded before.
        if writer.output.count >= start { writer.output.removeAll(after: start) }
        (self.written, writtenInPart) = (written, inPart)
        throw error
      }
      if record.hasKeyMeta { notes.append(.metadata, record, in: bytes) }
      writer.output.drainIfLarge()
    }
  }

  /// Writes a row whole; damage is found before anything of a large one is drained.
  private mutating func write(
    _ record: RDBRecord, in bytes: RawSpan, _ context: borrowing WriteContext
  ) throws(JobFailure) {
    do throws(RDBError) {
      if record.valueCount > JSONRecordWriter.checkedSize {
        try check(record, in: bytes, context.values)
      }
    } catch {
      throw damage(error, record, in: bytes)
    }
    // A small row stays in the buffer until it is whole.
    let mark = writer.output.mark
    if record.valueCount <= JSONRecordWriter.checkedSize { writer.output.mark = .max }
    defer { writer.output.mark = mark }
    try writeRow(record, in: bytes, context)
    do throws(RDBError) {
      try writeValue(record, in: bytes, context.values)
    } catch {
      throw damage(error, record, in: bytes)
    }
  }

  /// Larger values are decoded once before they are written.
  private static var checkedSize: Int { 1 << 12 }

  private mutating func check(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    guard record.type.isDecoded(in: context.dialect) else { return }
    var sink = CheckSink()
    var at = record.valueOffset
    try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
  }

  private func damage(_ error: RDBError, _ record: RDBRecord, in bytes: RawSpan) -> JobFailure {
    let key = record.readableKey(in: bytes)
    return .damage(Damage(error, in: record, key: key, fileSize: bytes.byteCount))
  }

  private mutating func writeRow(
    _ record: RDBRecord, in bytes: RawSpan, _ context: borrowing WriteContext
  ) throws(JobFailure) {
    if isArray, writtenInPart > 0 { writer.output.append(",\n") }
    written &+= 1
    writtenInPart &+= 1
    var row = context.gap.map { record.shown(at: $0) } ?? record
    row.database = databases(record.database)
    let module = record.module(in: bytes)
    try namer.withName(of: record, in: bytes) { name throws(JobFailure) in
      if let logRows {
        return logRows.append(
          record, in: row.database, named: name, module, context.dialect, to: &writer.output)
      }
      rows.append(
        row, key: ByteRange(offset: 0, count: name.byteCount), in: name, module: module,
        dialect: context.dialect, to: &writer.output)
    }
    // Remove the closing brace; the value follows.
    writer.output.removeAll(after: writer.output.count - 1)
    if let confidence = context.confidence {
      writer.output.append(",\"confidence\":\"")
      writer.output.append(confidence.text)
      writer.output.append(0x22)
    }
    writer.output.append(",\"value\":")
  }

  private mutating func writeValue(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    if record.type.isDecoded(in: context.dialect) {
      var at = record.valueOffset
      try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &writer)
      writer.end()
    } else {
      counts.undecoded &+= 1
      writer.output.append("null")
    }
    writer.output.append(0x7d)
    if !isArray { writer.output.append(0x0a) }
  }

  package consuming func finish() -> ExportCounts { counts }
}

extension RDBRecord {
  /// Gives the record another expiry, or none.
  fileprivate mutating func setExpiry(_ expiry: UnixMilliseconds?) {
    guard let expiry else {
      flags.remove(.expiry)
      return
    }
    flags.insert(.expiry)
    expiryMilliseconds = expiry.rawValue
  }
}
