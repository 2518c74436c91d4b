// The output of `show`: records are written straight to standard output, since a value may be
// larger than memory.

import ArgumentParser
import Export
import RDB
import RDBSift
import Storage

/// Writes records with their values.
struct RecordPrinter {
  let file: ReportSubject
  let context: ValueContext
  let format: ShowFormat
  let limit: Int
  /// The file of a log at a moment; nil for any other file.
  var part: MomentPart?
  /// Whether there are several files, so that each record names its file.
  var isOneOfSeveral = false
  /// Whether no record was written before.
  var isFirst = true

  /// Writes records.
  /// - Throws: Damage to a value, or what keeps standard output from being written.
  func write(_ records: [RDBRecord], in bytes: RawSpan) throws {
    if format == .raw, let other = records.first(where: { $0.type != .string }) {
      let key = other.readableKey(in: bytes) ?? []
      throw Misuse("--format raw needs a string; \(Formatting.key(key, width: 60)) is not one")
    }
    let output = RecordOutput.standardOutput()
    for (index, record) in records.enumerated() {
      var buffer = OutputBuffer()
      buffer.drain = { output.write($0) }
      if index > 0 || !isFirst, format == .text { buffer.append(0x0a) }
      do throws(RDBError) {
        try write(record, in: bytes, to: buffer)
      } catch {
        let key = record.readableKey(in: bytes)
        let damage = Damage(error, in: record, key: key, fileSize: file.size)
        throw FileFailure(.damage(damage), path: file.path)
      }
      if let failure = output.failure { throw failure }
    }
  }

  private func write(
    _ record: RDBRecord, in bytes: RawSpan, to output: consuming OutputBuffer
  ) throws(RDBError) {
    var buffer = output
    switch format {
    case .raw:
      try buffer.append(try record.stringValue(in: bytes), in: bytes)
      return buffer.flush()
    case .text:
      append(TerminalRenderer(.plain).facts(head(record, in: bytes)) + "\n", to: &buffer)
    case .json: appendHead(record, in: bytes, to: &buffer)
    }
    guard record.type.isDecoded(in: context.dialect) else {
      append(format == .json ? "null}\n" : "(probabilistic structure, not decoded)\n", to: &buffer)
      return buffer.flush()
    }
    let style: ValueWriter.Style = format == .json ? .json : .lines
    var writer = ValueWriter(style, into: buffer, limit: limit == 0 ? .max : limit)
    var at = record.valueOffset
    var scratch = Scratch()
    try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &writer)
    writer.end()
    if writer.leftOut > 0, format == .text {
      append("… \(Formatting.count(writer.leftOut)) more\n", to: &writer.output)
    }
    if format == .json { append("}\n", to: &writer.output) }
    writer.output.flush()
  }

  private func append(_ text: String, to buffer: inout OutputBuffer) {
    for byte in text.utf8 { buffer.append(byte) }
  }

  private func head(_ record: RDBRecord, in bytes: RawSpan) -> Fields {
    let key = record.readableKey(in: bytes) ?? []
    let type = record.module(in: bytes)?.name ?? record.type.shape(in: context.dialect)?.name
    let change = part?.change(of: record)
    let encoding =
      change.map { "\($0.encoding.name) (estimated)" }
      ?? "\(record.encoding(in: context.dialect).name) (RDB type \(record.type.rawValue))"
    let elements = record.elements.map { Formatting.count($0) }
    let idle = record.idleSeconds.map { "\(Formatting.count($0)) s" }
    return [
      "file": isOneOfSeveral ? .path(file.path).shown : .null, "key": .key(key, width: .max).shown,
      "db": .number(record.database).shown, "type": .text(type ?? "?").shown,
      "encoding": .text(encoding).shown,
      "elements": .text(elements ?? "unknown (not stored)").shown,
      "in the file": .textOnly(change == nil ? .text(place(record)) : .null),
      "last change": .textOnly(.text(change.map(place))), "expires": .instant(record.expiry).shown,
      "idle": .text(idle).shown, "frequency": .number(record.frequency).shown,
      "slot": .number(record.slot).shown,
    ]
  }

  private func place(_ change: LoggedChange) -> String {
    let file = Messages.spelled(change.file)
    return change.offset.map { "byte \(Formatting.count($0)) of \(file)" } ?? file
  }

  private func place(_ record: RDBRecord) -> String {
    let (start, end) = (Formatting.count(record.start), Formatting.count(record.end))
    return "bytes \(start) to \(end) (\(Formatting.size(record.end - record.start))), value at "
      + Formatting.count(record.valueOffset)
  }

  /// The row of `keys` without its closing brace, so that the value can follow.
  private func appendHead(
    _ record: RDBRecord, in bytes: RawSpan, to buffer: inout OutputBuffer
  ) {
    (record.readableKey(in: bytes) ?? []).withRawSpan { text in
      let name = isOneOfSeveral ? Array(file.path.utf8) : nil
      let columns = KeyColumn.usual(namingFiles: isOneOfSeveral, ofLogs: part != nil)
      let row = KeyRow(
        record, key: ByteRange(offset: 0, count: text.byteCount),
        module: record.module(in: bytes), dialect: context.dialect,
        change: part?.change(of: record))
      KeyRowWriter(RowSyntax(.json), columns, file: name ?? []).append(row, in: text, to: &buffer)
    }
    buffer.removeAll(after: buffer.count - 1)
    append(",\"value\":", to: &buffer)
  }
}
