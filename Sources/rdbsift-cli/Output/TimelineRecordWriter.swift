// Instants of records and of what stands between them, in the file's order.

import Export
import RDB
import RDBSift
import Restore

/// Writes the instants of records and of what stands between them.
struct TimelineRecordWriter: RecordWriter, ~Copyable {
  private var scratch = Scratch()
  private var sink: TimelineSink
  /// When the file was begun.
  private let created: UnixMilliseconds?
  /// Records that were looked at.
  private(set) var written: UInt64 = 0

  init(created: UnixMilliseconds?, path: String) {
    self.created = created
    sink = TimelineSink(TimelineWriter(path: path))
  }

  static var countsOutcome: Bool { false }

  var output: OutputBuffer {
    _read { yield sink.output }
    _modify { yield &sink.output }
  }

  mutating func write(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) {
    var next = 0
    for index in records.indices {
      while next < context.events.count, context.events[next].index <= index {
        write(context.events[next].event, in: bytes)
        next += 1
      }
      guard actions[index].isWritten else { continue }
      written &+= 1
      write(records[index], in: bytes, context.values)
      sink.output.drainIfLarge()
    }
    for (_, event) in context.events[next...] { write(event, in: bytes) }
  }

  private mutating func write(_ event: RDBEvent, in bytes: RawSpan) {
    switch event {
    case .aux(let name, _):
      let name = name.unpacked(in: bytes) ?? []
      guard name == Array("ctime".utf8), let created else { return }
      sink.write(created, "Creation Time", "the file was begun")
    case .function(let source), .functionPreGA(_, code: let source):
      let text = source.unpacked(in: bytes) ?? []
      let name = text.withRawSpan { text in
        FunctionLibrary(source: text).map { [UInt8](copying: text.extracting($0.name.range)) }
      }
      sink.write(nil, "Not a time", "function library \(Formatting.key(name ?? []))")
    default: break
    }
  }

  private mutating func write(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) {
    let opening = record.type.content(in: context.dialect)
    let hasInside = !opening.isDisjoint(with: [.fieldExpiries, .streams, .modules, .crons])
    guard hasInside || record.expiry != nil || record.idleSeconds != nil else { return }
    sink.begin(record, in: bytes, context.dialect)
    if let expiry = record.expiry { sink.write(expiry, "Expiration Time") }
    if let idle = record.idleSeconds, let created {
      // Idle seconds are 32 bits, so their milliseconds fit.
      let (access, overflow) = created.rawValue.subtractingReportingOverflow(Int64(idle) * 1000)
      if !overflow { sink.write(UnixMilliseconds(access), "Last Access Time") }
    }
    guard hasInside else { return }
    var at = record.valueOffset
    // Damage inside a value is for `verify`; what came before it was written.
    try? walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
  }

  consuming func finish() -> NoSummary { NoSummary() }
}
