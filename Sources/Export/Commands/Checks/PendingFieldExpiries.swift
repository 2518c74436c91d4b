// Field expiries: HPEXPIREAT key ms FIELDS n field …, after the HSET that writes the fields, one
// command per distinct time.

package import RDB

/// Fields already written whose expiries are not.
struct PendingFieldExpiries: ~Copyable {
  /// An expiry, and the place of its field in `fields`.
  private struct Entry {
    var instant: Int64
    var field: ByteRange
  }

  private var entries: [Entry] = []
  /// The fields as bulk strings; their places in the source may no longer be valid.
  private var fields = OutputBuffer(capacity: 4096)

  var isEmpty: Bool { entries.isEmpty }

  mutating func removeAll() {
    if !entries.isEmpty { entries.removeAll(keepingCapacity: true) }
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

  /// Writes the commands by ascending time, with fields in their order.
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
  mutating func writeFieldExpiries() {
    fieldExpiries.write(to: &output, key: key)
  }

  /// Whether a field or member is written: it is not if it repeats another.
  mutating func isWritten(_ name: StringObject, in bytes: RawSpan) throws(RDBError) -> Bool {
    if try repeats.isWritten(name, in: bytes) { return true }
    command.hasDoubledField = true
    return false
  }

  /// Writes a field and its value, and remembers its expiry.
  package mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    guard try isWritten(field, in: bytes) else { return }
    beginItem(field.room &+ value.room)
    try output.appendBulk(field, in: bytes)
    try output.appendBulk(value, in: bytes)
    guard let expiry else { return }
    if options.target(\.supportsFieldExpiry) {
      try fieldExpiries.add(field, expiry, in: bytes)
    } else {
      command.losesFieldExpiries = true
    }
  }

  /// Writes a set member; no target has member expiries.
  package mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    beginItem(item.room)
    try output.appendBulk(item, in: bytes)
    if expiry != nil { command.losesFieldExpiries = true }
  }
}
