// Deadlines of fields: HPEXPIREAT key ms FIELDS n field …, behind the HSET that writes the fields,
// one for each instant that occurs there.

public import RDB

/// Fields that were written and whose deadlines were not yet.
struct FieldDeadlines: ~Copyable {
  /// A deadline, and where the field is among the fields.
  private struct Entry {
    var instant: Int64
    var field: ByteRange
  }

  private var entries: [Entry] = []
  /// The fields as bulk strings, since their places may be gone by the time they are written.
  private var fields = OutputBuffer(capacity: 4096)

  var isEmpty: Bool { entries.isEmpty }

  mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    fields.removeAll()
  }

  mutating func add(
    _ field: StringObject, _ expiry: UnixMilliseconds, in bytes: RawSpan
  ) throws(RDBError) {
    let start = fields.count
    try fields.appendBulk(field, in: bytes)
    entries.append(
      Entry(
        instant: expiry.rawValue,
        field: ByteRange(offset: start, count: fields.count &- start)))
  }

  /// Writes the commands, earlier instants first, fields in their order.
  mutating func write(to output: inout OutputBuffer, key: borrowing OutputBuffer) {
    entries.sort { ($0.instant, $0.field.offset) < ($1.instant, $1.field.offset) }
    var at = 0
    while at < entries.count {
      let instant = entries[at].instant
      let stop = entries[at...].firstIndex { $0.instant != instant } ?? entries.count
      output.write(atMost: OutputCursor.bulkOverhead) { $0.appendArrayHead(5 &+ stop &- at) }
      output.append("$10\r\nHPEXPIREAT\r\n")
      key.withBytes { output.append($0) }
      output.appendBulk(decimal: instant)
      output.append("$6\r\nFIELDS\r\n")
      output.appendBulk(decimal: Int64(stop &- at))
      fields.withBytes { bytes in
        for entry in entries[at..<stop] { output.append(entry.field, of: bytes) }
      }
      at = stop
    }
    removeAll()
  }
}

extension CommandExporter {
  mutating func writeDeadlines() {
    deadlines.write(to: &output, key: key)
  }

  /// Writes a field of a hash and its value, and keeps its deadline for later.
  public mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    beginItem(field.room &+ value.room)
    try output.appendBulk(field, in: bytes)
    try output.appendBulk(value, in: bytes)
    guard let expiry else { return }
    if options.target(\.expiresFields) {
      try deadlines.add(field, expiry, in: bytes)
    } else {
      command.losesDeadlines = true
    }
  }

  /// Writes a member of a set; no server that is a target here has deadlines of members.
  public mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    beginItem(item.room)
    try output.appendBulk(item, in: bytes)
    if expiry != nil { command.losesDeadlines = true }
  }
}
