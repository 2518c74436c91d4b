// Instants of records and of what stands between them, in the file's order.

import Export
import RDB
import RDBSift
import Restore

/// Writes a line for each instant.
struct TimelineWorker: RecordWorker, ~Copyable {
  private var selector: RecordSelector
  private var scratch = Scratch()
  private var sink: TimelineSink
  /// When the file was begun.
  private let created: UnixMilliseconds?
  private var records: UInt64 = 0

  init(_ selection: Selection, created: UnixMilliseconds?, path: String) {
    selector = RecordSelector(selection)
    self.created = created
    sink = TimelineSink(TimelineWriter(path: path))
  }

  var needsOrder: Bool { selector.needsOrder }

  var output: OutputBuffer {
    _read { yield sink.output }
    _modify { yield &sink.output }
  }

  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    var next = 0
    for index in 0..<batch.count {
      while next < batch.events.count, batch.events[next].index <= index {
        write(batch.events[next].event, in: bytes)
        next += 1
      }
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      guard case .restore = answer else { continue }
      records &+= 1
      write(record, in: bytes, context)
      sink.output.drainIfLarge()
    }
    for (_, event) in batch.events[next...] { write(event, in: bytes) }
  }

  private mutating func write(_ event: RDBEvent, in bytes: RawSpan) {
    switch event {
    case .aux(let name, _):
      let name = name.spelled(in: bytes) ?? []
      guard name == Array("ctime".utf8), let created else { return }
      sink.write(created, "Creation Time", "the file was begun")
    case .function(let source), .functionPreGA(_, code: let source):
      let text = source.spelled(in: bytes) ?? []
      let name = text.withRawSpan { text in
        FunctionLibrary(source: text).map { [UInt8](copying: text.extracting($0.name.range)) }
      }
      sink.write(nil, "Not a time", "function library \(KeyText.spelled(name ?? []))")
    default: break
    }
  }

  private mutating func write(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) {
    let opening = record.type.opening(in: context.dialect)
    let hasInside = !opening.isDisjoint(with: [.deadlines, .streams, .modules, .crons])
    guard hasInside || record.expiry != nil || record.idleSeconds != nil else { return }
    let key = (try? record.key(in: bytes)).flatMap { $0.spelled(in: bytes) } ?? []
    let shape = record.type.shape(in: context.dialect)?.name ?? "?"
    sink.begin("\(shape) \(KeyText.spelled(key)), db \(record.database)")
    if let expiry = record.expiry { sink.write(expiry, "Expiration Time", "") }
    if let idle = record.idleSeconds, let created {
      // Idle seconds are 32 bits, so their milliseconds fit.
      let (access, overflow) = created.rawValue.subtractingReportingOverflow(Int64(idle) * 1000)
      if !overflow { sink.write(UnixMilliseconds(access), "Last Access Time", "") }
    }
    guard hasInside else { return }
    var at = record.valueOffset
    // Damage inside a value is for `verify`; what came before it was written.
    try? walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
  }

  /// Records that were looked at.
  consuming func finish() -> UInt64 { records }
}
