// Rows and commands, written to a sink that counts, as the program writes them: in runs where records are
// alike, one by one where they are not.

import Export
import RDB

/// Where output goes: counted, and summed when the answer itself is wanted.
final class CountingSink {
  private(set) var bytes = 0
  private(set) var checksum: UInt64 = 0
  private let sums: Bool

  init(sums: Bool) { self.sums = sums }

  func take(_ piece: RawSpan) {
    bytes += piece.byteCount
    if sums { checksum = CRC64.update(checksum, piece) }
  }

  /// A buffer that drains here.
  func buffer() -> OutputBuffer {
    var buffer = OutputBuffer()
    buffer.drain = { self.take($0) }
    return buffer
  }
}

/// Writes a row for each key.
struct RowConsumer: RecordConsumer, ~Copyable {
  var output: OutputBuffer
  private var writer: KeyListWriter
  private var rows = 0
  private var actions: [RecordAction] = []

  init(_ format: RowFormat, into sink: CountingSink) {
    output = sink.buffer()
    writer = KeyListWriter(format)
    writer.begin(&output)
  }

  mutating func take(_ records: Span<RDBRecord>, in bytes: RawSpan, _ context: ValueContext) {
    // Taken out while it is lent beside what it tells.
    var actions: [RecordAction] = []
    swap(&actions, &self.actions)
    defer { swap(&actions, &self.actions) }
    actions.fill(records)
    var index = 0
    while index < records.count {
      index =
        writer.appendRun(
          records, actions: actions.span, from: index, in: bytes, dialect: context.dialect,
          to: &output
        ).next
      guard index < records.count else { break }
      if let key = records[index].rawKey {
        writer.append(
          records[index], key: key, in: bytes, module: nil, dialect: context.dialect, to: &output)
        output.drainIfLarge()
      }
      index += 1
    }
    rows += records.count
  }

  mutating func finish() {
    writer.end(&output, isEmpty: rows == 0)
    output.flush()
  }
}

/// Writes the commands that recreate each key.
struct ExportConsumer: RecordConsumer, ~Copyable {
  private var exporter: CommandExporter
  private(set) var written = 0
  private var actions: [RecordAction] = []

  init(into sink: CountingSink) { exporter = CommandExporter(into: sink.buffer()) }

  mutating func take(
    _ records: Span<RDBRecord>, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    // Taken out while it is lent beside what it tells.
    var actions: [RecordAction] = []
    swap(&actions, &self.actions)
    defer { swap(&actions, &self.actions) }
    actions.fill(records)
    var index = 0
    while index < records.count {
      let run = exporter.exportRun(records, actions: actions.span, from: index, in: bytes)
      written += run.written
      index = run.next
      guard index < records.count else { break }
      let outcome = try exporter.export(
        records[index], expiry: records[index].expiry, from: bytes, context: context)
      if outcome == .written { written += 1 }
      index += 1
    }
  }

  mutating func finish() { exporter.output.flush() }
}

extension [RecordAction] {
  /// Every record is written, and keeps its expiry.
  fileprivate mutating func fill(_ records: Span<RDBRecord>) {
    while count < records.count { append(.leftOut) }
    var places = mutableSpan
    for index in records.indices { places[index] = .written(until: records[index].expiry) }
  }
}

extension MappedFile {
  /// Writes rows of every key; the sink says what came.
  func writeRows(_ format: RowFormat, sums: Bool = false) throws(Trouble) -> CountingSink {
    let sink = CountingSink(sums: sums)
    var consumer = RowConsumer(format, into: sink)
    _ = try sound { () throws(RDBError) in
      try withBytes { bytes throws(RDBError) in try sweep(bytes, into: &consumer) }
    }
    consumer.finish()
    return sink
  }

  /// Writes commands for every key; the sink says what came.
  func writeCommands(
    sums: Bool = false, checked: Bool = false
  ) throws(Trouble) -> (sink: CountingSink, written: Int) {
    let sink = CountingSink(sums: sums)
    var consumer = ExportConsumer(into: sink)
    _ = try sound { () throws(RDBError) in
      try withBytes { bytes throws(RDBError) in try sweep(bytes, sums: checked, into: &consumer) }
    }
    consumer.finish()
    return (sink, consumer.written)
  }
}
