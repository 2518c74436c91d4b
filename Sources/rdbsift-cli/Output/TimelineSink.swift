// Instants inside values. Lines are built from bytes, since a large file has millions of them.

import Export
import RDB
import RDBSift

/// Writes the instants inside values.
struct TimelineSink: ValueSink, ~Copyable {
  static var decodes: Bool { true }
  static var accepts: ValueContent { [.elements, .fieldExpiries, .streams, .modules, .crons] }
  static var takesFields: Bool { false }

  /// Columns of a name inside a value.
  private static let width = 80

  var output = OutputBuffer()
  private let writer: TimelineWriter
  private var message = OutputBuffer(capacity: 4096)
  /// Bytes of the message that say whose the instants are.
  private var subjectCount = 0
  private var group = OutputBuffer(capacity: 4096)
  private var consumer = OutputBuffer(capacity: 4096)
  private var scratch = Scratch()

  init(_ writer: TimelineWriter) { self.writer = writer }

  /// Says whose the instants are that come.
  mutating func begin(_ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect) {
    message.removeAll()
    message.append(text: record.type.shape(in: dialect)?.name ?? "?")
    message.append(0x20)
    let isPlain = record.rawKey.map { message.appendPlain($0, of: bytes) } ?? false
    if !isPlain { message.append(text: Formatting.key(record.readableKey(in: bytes) ?? [])) }
    message.append(", db ")
    message.append(decimal: Int64(record.database))
    subjectCount = message.count
    group.removeAll()
    consumer.removeAll()
  }

  /// Writes a line about the whole subject.
  mutating func write(_ moment: UnixMilliseconds?, _ what: StaticString) {
    message.removeAll(after: subjectCount)
    end(moment, what)
  }

  /// Writes a line about no key.
  mutating func write(_ moment: UnixMilliseconds?, _ what: StaticString, _ text: String) {
    message.removeAll()
    message.append(text: text)
    end(moment, what)
  }

  /// Begins a line about a part of the subject.
  private mutating func beginDetail(_ word: StaticString) {
    message.removeAll(after: subjectCount)
    message.append(": ")
    message.append(word)
  }

  /// Writes the line of the message.
  private mutating func end(
    _ moment: UnixMilliseconds?, _ what: StaticString, tag: StaticString = ""
  ) {
    message.withBytes { writer.append(moment, what, $0, tag: tag, to: &output) }
  }

  /// Appends a name from the file to a text.
  private static func spell(
    _ name: StringObject, _ bytes: RawSpan, _ scratch: inout Scratch, into text: inout OutputBuffer
  ) {
    if case .raw(let place) = name, place.count <= TimelineSink.width,
      text.appendPlain(place, of: bytes)
    {
      return
    }
    let name = try? scratch.withBytes(of: name, in: bytes) { (name) throws(RDBError) in
      Array(copying: name)
    }
    text.append(text: Formatting.key(name ?? [], width: TimelineSink.width))
  }

  /// Appends a name from the file to the message.
  private mutating func spell(_ name: StringObject, _ bytes: RawSpan) {
    TimelineSink.spell(name, bytes, &scratch, into: &message)
  }

  private mutating func append(_ id: StreamID) {
    message.append(decimal: id.ms)
    message.append(0x2d)
    message.append(decimal: id.seq)
  }

  private func moment(_ id: StreamID) -> UnixMilliseconds? {
    Int64(exactly: id.ms).map { UnixMilliseconds($0) }
  }

  mutating func begin(_ shape: ValueShape, count: Int?) {}
  mutating func item(_ item: StringObject, in bytes: RawSpan) {}
  mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {}
  mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {}

  mutating func item(_ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan) {
    writeExpiry(expiry, "member ", item, in: bytes)
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) {
    writeExpiry(expiry, "field ", field, in: bytes)
  }

  private mutating func writeExpiry(
    _ expiry: UnixMilliseconds?, _ word: StaticString, _ name: StringObject, in bytes: RawSpan
  ) {
    guard let expiry else { return }
    beginDetail(word)
    spell(name, bytes)
    end(expiry, "Expiration Time")
  }

  mutating func entry(
    _ id: StreamID, isDeleted: Bool, fields: Span<StringObject>, in bytes: RawSpan
  ) {
    beginDetail("entry ")
    append(id)
    end(moment(id), "Added Time", tag: isDeleted ? "deleted" : "")
  }

  mutating func stream(_ part: StreamPart, in bytes: RawSpan) {
    switch part {
    case .entry(let id, isDeleted: let isDeleted, fields: _):
      beginDetail("entry ")
      append(id)
      end(moment(id), "Added Time", tag: isDeleted ? "deleted" : "")
    case .group(let name, let group): begin(group, named: name, in: bytes)
    case .consumer(let name, let consumer): begin(consumer, named: name, in: bytes)
    case .pending(let entry, _):
      beginDetail("entry ")
      append(entry.id)
      message.append(", ")
      appendOwner()
      message.append(", delivered ")
      message.append(decimal: entry.deliveries)
      message.append(" times")
      end(entry.delivered, "Last Delivered Time")
    case .message(let name, let id):
      beginDetail("message ")
      spell(name, bytes)
      message.append(", entry ")
      append(id)
      end(moment(id), "Added Time")
    case .info, .idmp, .producer: break
    }
  }

  private mutating func begin(
    _ group: StreamGroup, named name: StringObject, in bytes: RawSpan
  ) {
    consumer.removeAll()
    self.group.removeAll()
    self.group.append("group ")
    TimelineSink.spell(name, bytes, &scratch, into: &self.group)
    // A group that was given nothing yet has 0-0, which is no instant.
    guard group.lastID != StreamID(ms: 0, seq: 0) else { return }
    beginDetail("")
    appendOwner()
    message.append(", ")
    append(group.lastID)
    end(moment(group.lastID), "Last Delivered Entry")
  }

  private mutating func begin(
    _ consumer: StreamConsumer, named name: StringObject, in bytes: RawSpan
  ) {
    self.consumer.removeAll()
    self.consumer.append(", consumer ")
    TimelineSink.spell(name, bytes, &scratch, into: &self.consumer)
    beginDetail("")
    appendOwner()
    end(consumer.seen, "Last Seen Time")
    if let active = consumer.active { end(active, "Last Active Time") }
  }

  /// Appends the group and the consumer to the message.
  private mutating func appendOwner() {
    group.withBytes { message.append($0) }
    consumer.withBytes { message.append($0) }
  }

  mutating func module(_ part: ModulePart, in bytes: RawSpan) {
    guard case .tairField(let field) = part else { return }
    writeExpiry(field.expiry, "field ", field.field, in: bytes)
  }

  mutating func cron(_ part: CronPart, in bytes: RawSpan) {
    guard case .job(script: _, start: let start, interval: let interval) = part else { return }
    beginDetail("job, every ")
    message.append(decimal: interval)
    message.append(" ms")
    end(start, "Scheduled Time")
  }
}
