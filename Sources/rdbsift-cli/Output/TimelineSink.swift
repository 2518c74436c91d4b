// Instants inside values, and how a line is spelled.

import Export
import RDB

/// Spells lines.
struct TimelineWriter {
  static let titles =
    "datetime,timestamp_desc,source,source_long,message,parser,display_name,tag"

  private let tail: [UInt8]

  init(path: String) {
    var tail = OutputBuffer(capacity: 4096)
    tail.append(",rdbsift,")
    Array(Formatting.key(path.utf8).utf8).withRawSpan {
      tail.append(csv: ByteRange(offset: 0, count: $0.byteCount), of: $0)
    }
    self.tail = tail.withBytes { [UInt8](copying: $0) }
  }

  /// Appends a line; without a moment it stands at no time at all.
  func append(
    _ moment: UnixMilliseconds?, _ what: StaticString, _ message: RawSpan, tag: StaticString,
    to output: inout OutputBuffer
  ) {
    if let moment {
      TimelineWriter.append(moment, to: &output)
    } else {
      output.append("0000-00-00T00:00:00.000")
    }
    output.append("+00:00,")
    output.append(what)
    output.append(",RDB,Redis backup,")
    output.append(csv: ByteRange(offset: 0, count: message.byteCount), of: message)
    tail.withRawSpan { output.append($0) }
    output.append(0x2c)
    output.append(tag)
    output.append(0x0a)
  }

  /// A moment with three digits of a second: all of one length, so that they sort as text.
  private static func append(_ moment: UnixMilliseconds, to output: inout OutputBuffer) {
    let (date, inDay) = Formatting.date(milliseconds: moment.rawValue)
    func append(_ number: Int64, _ width: Int) {
      let digits = Decimal.digits(number.magnitude)
      for _ in 0..<max(0, width - digits) { output.append(0x30) }
      output.append(decimal: Int64(clamping: number.magnitude))
    }
    if date.year < 0 { output.append(0x2d) }
    append(date.year, 4)
    output.append(0x2d)
    append(date.month, 2)
    output.append(0x2d)
    append(date.day, 2)
    output.append(0x54)
    append(inDay / 3_600_000, 2)
    output.append(0x3a)
    append(inDay / 60_000 % 60, 2)
    output.append(0x3a)
    append(inDay / 1000 % 60, 2)
    output.append(0x2e)
    append(inDay % 1000, 3)
  }
}

/// Writes the instants inside values.
struct TimelineSink: ValueSink, ~Copyable {
  static var decodes: Bool { true }
  static var accepts: ValueContent { [.elements, .fieldExpiries, .streams, .modules, .crons] }
  static var takesFields: Bool { false }

  var output = OutputBuffer()
  private let writer: TimelineWriter
  private var message = OutputBuffer(capacity: 4096)
  /// Bytes of the message that say whose the instants are.
  private var subjectCount = 0
  private var group = ""
  private var consumer = ""

  init(_ writer: TimelineWriter) { self.writer = writer }

  /// Says whose the instants are that come.
  mutating func begin(_ subject: String) {
    message.removeAll()
    TimelineSink.append(subject, to: &message)
    subjectCount = message.count
    group = ""
    consumer = ""
  }

  /// Writes a line.
  mutating func write(
    _ moment: UnixMilliseconds?, _ what: StaticString, _ detail: String, tag: StaticString = ""
  ) {
    message.removeAll(after: subjectCount)
    if subjectCount > 0, !detail.isEmpty { message.append(": ") }
    TimelineSink.append(detail, to: &message)
    message.withBytes { writer.append(moment, what, $0, tag: tag, to: &output) }
  }

  private static func append(_ text: String, to buffer: inout OutputBuffer) {
    for byte in text.utf8 { buffer.append(byte) }
  }

  private func spelled(_ string: StringObject, _ bytes: RawSpan) -> String {
    var scratch = Scratch()
    let text = try? scratch.withBytes(of: string, in: bytes) { (text) throws(RDBError) in
      Array(copying: text)
    }
    return Formatting.key(text ?? [], width: 80)
  }

  private func moment(_ id: StreamID) -> UnixMilliseconds? {
    Int64(exactly: id.ms).map { UnixMilliseconds($0) }
  }

  mutating func begin(_ shape: ValueShape, count: Int?) {}
  mutating func item(_ item: StringObject, in bytes: RawSpan) {}
  mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {}
  mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {}

  mutating func item(_ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan) {
    guard let expiry else { return }
    write(expiry, "Expiration Time", "member \(spelled(item, bytes))")
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) {
    guard let expiry else { return }
    write(expiry, "Expiration Time", "field \(spelled(field, bytes))")
  }

  mutating func stream(_ part: StreamPart, in bytes: RawSpan) {
    switch part {
    case .entry(let id, isDeleted: let isDeleted, fields: _):
      write(
        moment(id), "Added Time", "entry \(id.description)", tag: isDeleted ? "deleted" : "")
    case .group(let name, let group):
      self.group = "group \(spelled(name, bytes))"
      consumer = ""
      // A group that was given nothing yet has 0-0, which is no instant.
      guard group.lastID != StreamID(ms: 0, seq: 0) else { return }
      write(
        moment(group.lastID), "Last Delivered Entry", "\(self.group), \(group.lastID.description)")
    case .consumer(let name, let consumer):
      self.consumer = ", consumer \(spelled(name, bytes))"
      write(consumer.seen, "Last Seen Time", group + self.consumer)
      if let active = consumer.active { write(active, "Last Active Time", group + self.consumer) }
    case .pending(let entry, _):
      write(
        entry.delivered, "Last Delivered Time",
        "entry \(entry.id.description), \(group)\(consumer), delivered \(entry.deliveries) times")
    case .message(let name, let id):
      write(moment(id), "Added Time", "message \(spelled(name, bytes)), entry \(id.description)")
    case .info, .idmp, .producer: break
    }
  }

  mutating func module(_ part: ModulePart, in bytes: RawSpan) {
    guard case .tairField(let field) = part, let expiry = field.expiry else { return }
    write(expiry, "Expiration Time", "field \(spelled(field.field, bytes))")
  }

  mutating func cron(_ part: CronPart, in bytes: RawSpan) {
    guard case .job(script: _, start: let start, interval: let interval) = part else { return }
    write(start, "Scheduled Time", "job, every \(interval) ms")
  }
}
