// Streams.
//
//   XADD key id field value …                              per entry that is not deleted
//   XADD key MAXLEN 0 0-1 x y                              if there is none, since the key must
//   exist
//   XSETID key last ENTRIESADDED n MAXDELETEDID id
//   XCFGSET key IDMP-DURATION s IDMP-MAXSIZE n
//   XGROUP CREATE key group last ENTRIESREAD n
//   XGROUP CREATECONSUMER key group consumer
//   XCLAIM key group consumer 0 id TIME ms RETRYCOUNT n FORCE JUSTID
//
// State that commands cannot recreate is detected before anything is written.

package import RDB

extension CommandExporter {
  /// Whether commands for the target would lose part of a stream's state.
  mutating func streamLoses(
    _ record: RDBRecord, from bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) -> Bool {
    try streamCheck.walk(record, context, in: bytes)
    if streamCheck.hasUncommandable { return true }
    if streamCheck.hasExcessEntriesRead, options.target(\.clampsEntriesRead) { return true }
    guard !options.target(\.canClaimDeletedEntries) || options.target == nil else { return false }
    return streamCheck.hasPendingWithoutMessage
  }

  /// Writes a part of a stream.
  package mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .info(let info):
      command.stream = info
    case .entry(let id, let isDeleted, let fields):
      command.isMuted = isDeleted || fields == 0
      if !isDeleted, fields == 0 { command.losesStreamState = true }
      guard !command.isMuted else { return }
      if command.firstEntry == nil { command.firstEntry = id }
      beginCommand(arguments: 3 &+ 2 &* fields, "$4\r\nXADD\r\n")
      output.appendBulk(id)
    case .group(let name, let group):
      finishEntries()
      command.group = name
      try append(group, named: name, in: bytes)
    case .consumer(let name, _):
      command.consumer = name
      try appendConsumer(name, in: bytes)
    case .pending(let entry, .consumer):
      try append(entry, in: bytes)
    case .idmp(let idmp):
      finishEntries()
      append(idmp)
    case .pending, .producer, .message: break
    }
  }

  /// Writes a field of an entry and its value.
  mutating func streamPair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    guard !command.isMuted else { return }
    try output.appendBulk(field, in: bytes)
    try output.appendBulk(value, in: bytes)
  }

  /// Writes an entry with at least one field.
  package mutating func entry(
    _ id: StreamID, isDeleted: Bool, fields: Span<StringObject>, in bytes: RawSpan
  ) throws(RDBError) {
    command.isMuted = isDeleted
    guard !isDeleted else { return }
    if command.firstEntry == nil { command.firstEntry = id }
    beginCounted()
    var index = 0
    output.write(
      atMost: 3 &* OutputCursor.bulkOverhead &+ OutputCursor.streamID &+ key.count
        &+ fields.count &* OutputCursor.rowItem
    ) {
      $0.appendArrayHead(3 &+ fields.count)
      $0.append("$4\r\nXADD\r\n")
      $0.append(key)
      $0.appendBulk(id)
      index = $0.appendRow(fields, from: 0, to: fields.count, of: bytes)
    }
    if index < fields.count { try appendStrings(fields.extracting(index...), in: bytes) }
  }

  /// Writes fields of an entry and their values.
  mutating func streamPairs(
    _ items: Span<StringObject>, in bytes: RawSpan
  ) throws(RDBError) {
    guard !command.isMuted else { return }
    try appendStrings(items, in: bytes)
  }

  /// Writes what follows the last part of every stream.
  mutating func finishStream() throws(RDBError) {
    finishEntries()
    end()
  }

  /// Closes the open command and begins one with a known number of arguments.
  mutating func beginCommand(arguments: Int, _ name: StaticString, key hasKey: Bool = true) {
    beginCounted()
    output.write(atMost: OutputCursor.bulkOverhead) { $0.appendArrayHead(arguments) }
    output.append(name)
    if hasKey { appendKey() }
  }

  /// Marks the start of a command with a known number of arguments, after closing the open one.
  private mutating func beginCounted() {
    end()
    drainBetweenCommands()
    command.isOpen = true
    command.isCounted = true
    command.start = output.count
  }

  /// After the entries, once: the stream's ids and counters.
  private mutating func finishEntries() {
    guard let info = command.stream, !command.hasSetID else { return }
    command.hasSetID = true
    end()
    if command.written == 0 {
      // To create a stream without entries, one entry is added and trimmed at once.
      beginCommand(arguments: 7, "$4\r\nXADD\r\n")
      output.append("$6\r\nMAXLEN\r\n$1\r\n0\r\n$3\r\n0-1\r\n$1\r\nx\r\n$1\r\ny\r\n")
    }
    let counts = options.target(\.supportsStreamCounters)
    beginCommand(arguments: counts ? 7 : 3, "$6\r\nXSETID\r\n")
    output.appendBulk(info.lastID)
    if counts {
      output.append("$12\r\nENTRIESADDED\r\n")
      output.appendBulk(unsigned: info.entriesAdded ?? info.length)
      output.append("$12\r\nMAXDELETEDID\r\n")
      output.appendBulk(info.maxDeletedID ?? StreamID(ms: 0, seq: 0))
    }
  }

  private mutating func append(
    _ group: StreamGroup, named name: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    let read = options.target(\.supportsStreamCounters) ? entriesRead(group) : nil
    beginCommand(arguments: read == nil ? 5 : 7, "$6\r\nXGROUP\r\n$6\r\nCREATE\r\n")
    try output.appendBulk(name, in: bytes)
    output.appendBulk(group.lastID)
    if let read {
      output.append("$11\r\nENTRIESREAD\r\n")
      output.appendBulk(unsigned: read)
    }
  }

  /// The number of entries a group has read.
  ///
  /// Files of servers before 7.0 do not store it; then the value that newer servers assume.
  private func entriesRead(_ group: StreamGroup) -> UInt64? {
    guard let info = command.stream, info.entriesAdded == nil else { return group.entriesRead }
    if info.length == 0 { return group.lastID <= info.lastID ? 0 : nil }
    if group.lastID == info.lastID { return info.length }
    guard let first = command.firstEntry, group.lastID <= first else { return nil }
    return group.lastID == first ? 1 : 0
  }

  private mutating func appendConsumer(_ name: StringObject, in bytes: RawSpan) throws(RDBError) {
    guard let group = command.group else { return }
    if options.target(\.supportsCreateConsumer) {
      beginCommand(arguments: 5, "$6\r\nXGROUP\r\n$14\r\nCREATECONSUMER\r\n")
      try output.appendBulk(group, in: bytes)
      try output.appendBulk(name, in: bytes)
    } else {
      // Older servers create a consumer on its first read, which returns nothing here.
      beginCommand(arguments: 7, "$10\r\nXREADGROUP\r\n$5\r\nGROUP\r\n", key: false)
      try output.appendBulk(group, in: bytes)
      try output.appendBulk(name, in: bytes)
      output.append("$7\r\nSTREAMS\r\n")
      appendKey()
      output.append("$1\r\n0\r\n")
    }
  }

  private mutating func append(_ entry: PendingEntry, in bytes: RawSpan) throws(RDBError) {
    guard let group = command.group, let consumer = command.consumer else { return }
    beginCommand(arguments: 12, "$6\r\nXCLAIM\r\n")
    try output.appendBulk(group, in: bytes)
    try output.appendBulk(consumer, in: bytes)
    output.append("$1\r\n0\r\n")
    output.appendBulk(entry.id)
    output.append("$4\r\nTIME\r\n")
    output.appendBulk(decimal: entry.delivered.rawValue)
    output.append("$10\r\nRETRYCOUNT\r\n")
    output.appendBulk(unsigned: entry.deliveries)
    output.append("$5\r\nFORCE\r\n$6\r\nJUSTID\r\n")
  }

  /// Writes the settings of duplicate detection if the target supports them.
  private mutating func append(_ idmp: StreamIDMP) {
    guard options.target == nil || options.target(\.supportsIdempotentMessages) else { return }
    beginCommand(arguments: 6, "$7\r\nXCFGSET\r\n")
    output.append("$13\r\nIDMP-DURATION\r\n")
    output.appendBulk(unsigned: idmp.duration)
    output.append("$12\r\nIDMP-MAXSIZE\r\n")
    output.appendBulk(unsigned: idmp.maximum)
  }
}

extension OutputCursor {
  /// The largest size of an id as a bulk string.
  static let streamID = 64

  /// A stream id as a bulk string.
  @inline(__always)
  mutating func appendBulk(_ id: StreamID) {
    guard let ms = DecimalText(id.ms), let seq = DecimalText(id.seq) else {
      return appendLongBulk(id)
    }
    appendBulkHead(ms.width &+ 1 &+ seq.width)
    append(ms)
    append(0x2d)
    append(seq)
    appendLineEnd()
  }

  private mutating func appendLongBulk(_ id: StreamID) {
    appendBulkHead(Decimal.digits(id.ms) &+ 1 &+ Decimal.digits(id.seq))
    append(decimal: id.ms)
    append(0x2d)
    append(decimal: id.seq)
    appendLineEnd()
  }
}

extension OutputBuffer {
  /// A stream id as a bulk string.
  mutating func appendBulk(_ id: StreamID) {
    write(atMost: OutputCursor.streamID) { $0.appendBulk(id) }
  }

  /// A number as a bulk string.
  mutating func appendBulk(unsigned value: UInt64) {
    write(atMost: 64) {
      $0.appendBulkHead(Decimal.digits(value))
      $0.append(decimal: value)
      $0.appendLineEnd()
    }
  }
}
