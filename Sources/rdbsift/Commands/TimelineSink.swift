// Instants inside values, and how a line is spelled.

import Export
import RDB

/// Spells lines.
struct TimelineWriter {
  static let titles =
    "datetime,timestamp_desc,source,source_long,message,parser,display_name,tag"

  private let tail: String

  init(path: String) {
    tail = ",rdbsift," + TimelineWriter.quoted(KeyText.spelled(path.utf8))
  }

  /// A line; without a moment it stands at no time at all.
  func line(_ moment: UnixMilliseconds?, _ what: String, _ message: String, tag: String) -> String {
    let time = moment.map { TimelineWriter.spelled($0) } ?? "0000-00-00T00:00:00.000+00:00"
    return "\(time),\(what),RDB,Redis backup,\(TimelineWriter.quoted(message))\(tail),\(tag)\n"
  }

  /// A moment with three digits of a second: all of one length, so that they sort as text.
  private static func spelled(_ moment: UnixMilliseconds) -> String {
    var text = HumanText.instant(milliseconds: moment.rawValue)
    text.removeLast()
    if !text.contains(".") { text += ".000" }
    return text.replacing(" ", with: "T") + "+00:00"
  }

  /// A field of a CSV line (RFC 4180).
  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}

/// Writes the instants inside values.
struct TimelineSink: ValueSink, ~Copyable {
  static var looks: Bool { true }
  static var opens: ValueOpening { [.elements, .deadlines, .streams, .modules, .crons] }
  static var takesFields: Bool { false }

  var output = OutputBuffer()
  private let writer: TimelineWriter
  private var subject = ""
  private var group = ""
  private var consumer = ""

  init(_ writer: TimelineWriter) { self.writer = writer }

  /// Says whose the instants are that come.
  mutating func begin(_ subject: String) {
    self.subject = subject
    group = ""
    consumer = ""
  }

  /// Writes a line.
  mutating func write(
    _ moment: UnixMilliseconds?, _ what: String, _ detail: String, tag: String = ""
  ) {
    let message = [subject, detail].filter { !$0.isEmpty }.joined(separator: ": ")
    for byte in writer.line(moment, what, message, tag: tag).utf8 { output.append(byte) }
  }

  private func spelled(_ string: StringObject, _ bytes: RawSpan) -> String {
    var scratch = Scratch()
    let text = try? scratch.withBytes(of: string, in: bytes) { (text) throws(RDBError) in
      Array(copying: text)
    }
    return KeyText.spelled(text ?? [], width: 80)
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
