// Records as the commands that recreate them: SET, RPUSH, SADD, HSET, ZADD and PEXPIREAT. Streams,
// field expiries, modules and payloads have files of their own.
//
// Collections are split into commands of bounded element count and size. The head of a command
// states its number of arguments, so it is written as an estimate (nearly always exact, since
// layouts store their counts) and corrected when the command ends.

package import RDB

/// Writes records as RESP commands.
package struct CommandExporter: ~Copyable {
  /// The result of writing a record.
  package enum Outcome: Hashable, BitwiseCopyable, Sendable {
    /// Commands or a payload recreate it fully.
    case written
    /// Written, but a score of -0 becomes 0, as it does in every small sorted set.
    case writtenWithoutNegativeZero
    /// Written without the expiries of fields or members, which the target does not support.
    case writtenWithoutFieldExpiries
    /// Written without the stream state that commands cannot recreate: pending entries whose
    /// message was deleted or that have no consumer, and messages of producers.
    case writtenWithoutStreamState
    /// Written with the first of doubled fields of a hash or members of a sorted set, which is the one
    /// that servers answer with.
    case writtenWithoutDoubledFields
    /// Written without the metadata that modules keep beside the key, which the target does not
    /// accept.
    case writtenWithoutMetadata
    /// The value has no elements; servers drop such keys when they load them.
    case empty
    /// The target accepts neither commands nor a payload.
    case unsupported
  }

  /// The output.
  package var output: OutputBuffer
  /// The database selected by the output so far; nil at the start of a part.
  package var database: UInt32?
  /// The options.
  package let options: Options

  var scratch = Scratch()
  /// The current key as a bulk string, repeated in each command.
  var key = OutputBuffer(capacity: 4096)
  /// The final name of a key that is built under a temporary name.
  var finalKey = OutputBuffer(capacity: 4096)
  /// The new name of the next record's key, if keys are renamed.
  var newName = OutputBuffer(capacity: 4096)
  var command = Command()
  /// Expiries of fields in the open command.
  var fieldExpiries = PendingFieldExpiries()
  /// The text of the last expiry.
  var instants = InstantDecimalCache()
  /// Fields or members of the current value that repeat.
  var repeats = RepeatedElements()
  /// Decodes a value before anything of it is written.
  var check = DecodeCheck()
  var streamCheck = StreamLossCheck()
  /// Scores of the current member.
  var scores = OutputBuffer(capacity: 4096)
  /// Whether strings are written in runs.
  let runs: Bool
  /// Whether collections are written as commands with nothing around them.
  let writesBareCollections: Bool
  /// Whether values are written as RESTORE with nothing around it.
  let writesPlainPayloads: Bool
  /// Whether HSET accepts several fields.
  let usesHSET: Bool

  /// Creates an exporter that writes into `output`.
  package init(into output: consuming OutputBuffer, options: Options = Options()) {
    self.output = output
    self.options = options
    runs = options.writesPlainStrings
    writesPlainPayloads = options.writesPlainPayloads
    writesBareCollections =
      options.form == .commands && !options.transactions
      && (options.existing == .merge || options.existing == .replace)
    usesHSET = options.target(\.supportsVariadicHSET)
  }

  /// Whether any server accepts values of a type, as commands or as a payload.
  package static func supports(_ type: RDBType, in dialect: RDBDialect) -> Bool {
    hasCommands(type, in: dialect) || DumpPayload.version(of: type, in: dialect) != nil
  }

  /// Writes one record.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - expiry: The expiry to write, if any.
  ///   - bytes: The file's bytes.
  ///   - context: The dialect and the templates that values refer to.
  /// - Returns: The result.
  /// - Throws: What is wrong with the value, with a file offset. The output then ends with a whole
  ///   command.
  package mutating func export(
    _ record: RDBRecord, expiry: UnixMilliseconds?, from bytes: RawSpan,
    context: ValueContext
  ) throws(RDBError) -> Outcome {
    guard record.type == .string, runs, !record.hasKeyMeta else {
      return try exportRecord(record, expiry: expiry, from: bytes, context)
    }
    let (start, previous) = (output.count, database)
    if previous != record.database { select(record.database) }
    do throws(RDBError) {
      try exportString(record, expiry: expiry, from: bytes)
    } catch {
      takeBack(to: start, previous)
      throw error
    }
    if output.isLarge { output.flush() }
    return .written
  }

  /// Sets the new name of the next record's key; required before every record if `renames` is set.
  package mutating func rename(to name: RawSpan) {
    newName.removeAll()
    newName.append(name)
  }

  /// Removes the SELECT of a record that was not written; nothing has been drained since.
  mutating func takeBack(to start: Int, _ previous: UInt32?) {
    output.removeAll(after: start)
    database = previous
  }

  /// Writes a SELECT if the database changes.
  package mutating func select(_ database: UInt32) {
    guard self.database != database else { return }
    self.database = database
    guard !options.databases.isSingle else { return }
    output.append("*2\r\n$6\r\nSELECT\r\n")
    output.appendBulk(decimal: Int64(database))
  }

  mutating func appendKey() {
    output.write(atMost: key.count) { $0.append(key) }
  }
}

// MARK: - Commands of a collection

extension CommandExporter {
  /// The state of the value and command being written.
  struct Command {
    var shape = ValueShape.string
    /// Elements still to come, if the layout stores their count.
    var remaining: Int?
    var isOpen = false
    /// The command's offset in the buffer.
    var start = 0
    /// The number of arguments in its head.
    var claimed = 0
    /// Elements in it.
    var items = 0
    /// Commands completed.
    var written = 0
    /// Whether all commands of the value are kept in the buffer, so that they can be removed again.
    var isRevocable = false
    var hasNegativeZero = false
    var hasDoubledField = false
    /// Whether the whole value was decoded before anything was written.
    var isDecoded = false
    var losesFieldExpiries = false
    var losesStreamState = false
    /// Whether commands turned out to be unable to recreate the value.
    var needsPayload = false
    /// The stream's own fields.
    var stream: StreamInfo?
    /// Whether XSETID was written.
    var hasSetID = false
    /// Whether the pairs that follow belong to a deleted entry.
    var isMuted = false
    /// The current consumer group.
    var group: StringObject?
    /// The current consumer.
    var consumer: StringObject?
    /// The member whose scores follow, and their number.
    var member: StringObject?
    var scores = 0
    /// Whether the head is already correct.
    var isCounted = false
    /// The id of the stream's first entry.
    var firstEntry: StreamID?
  }

  private var argumentsPerItem: Int {
    command.shape == .hash || command.shape == .sortedSet ? 2 : 1
  }

  /// Makes room for an element of `bytes` bytes; opens a command, or closes a full one first.
  @inline(__always)
  mutating func beginItem(_ bytes: Int) {
    if command.isOpen {
      let full = output.count &- command.start &+ bytes > options.bytesPerCommand
      if command.items < options.itemsPerCommand && !full {
        command.items &+= 1
        return
      }
      end()
    }
    open()
    command.items = 1
  }

  mutating func open() {
    drainBetweenCommands()
    command.isOpen = true
    command.start = output.count
    // A damaged value may have more elements than it states; at least one follows.
    let told = max(command.remaining ?? options.itemsPerCommand, 1)
    let guess = min(options.itemsPerCommand, told)
    command.claimed = 2 &+ argumentsPerItem &* guess
    let (shape, claimed, usesHSET) = (command.shape, command.claimed, usesHSET)
    output.write(atMost: 2 &* OutputCursor.bulkOverhead &+ key.count) {
      $0.appendArrayHead(claimed)
      switch shape {
      case .list: $0.append("$5\r\nRPUSH\r\n")
      case .set: $0.append("$4\r\nSADD\r\n")
      case .hash where !usesHSET: $0.append("$5\r\nHMSET\r\n")
      case .hash: $0.append("$4\r\nHSET\r\n")
      default: $0.append("$4\r\nZADD\r\n")
      }
      $0.append(key)
    }
  }

  /// Drains the buffer unless its content may have to be removed.
  mutating func drainBetweenCommands() {
    if command.written > 0, !command.isRevocable { output.drainIfLarge() }
  }

  mutating func end() {
    guard command.isOpen else { return }
    if command.isCounted {
      command.isOpen = false
      command.isCounted = false
      command.written &+= 1
      return
    }
    closeHead()
    if !fieldExpiries.isEmpty { writeFieldExpiries() }
  }

  /// Closes the command and corrects its head.
  private mutating func closeHead() {
    command.isOpen = false
    command.written &+= 1
    command.remaining = command.remaining.map { max(0, $0 &- command.items) }
    let arguments = 2 &+ argumentsPerItem &* command.items
    guard arguments != command.claimed else { return }
    let claimed = Decimal.digits(UInt64(command.claimed))
    let digits = Decimal.digits(UInt64(arguments))
    let place = command.start &+ 1
    if digits != claimed { output.shift(from: place &+ claimed, by: digits &- claimed) }
    var rest = arguments
    for index in stride(from: place &+ digits &- 1, through: place, by: -1) {
      output.replace(UInt8(0x30 + rest % 10), at: index)
      rest /= 10
    }
  }
}

extension CommandExporter: ValueSink {
  package static var decodes: Bool { true }
  package static var accepts: ValueContent {
    [.elements, .fieldExpiries, .streams, .modules, .documents]
  }

  /// The value begins.
  package mutating func begin(_ shape: ValueShape, count: Int?) {
    command.shape = shape
    command.remaining = count
  }

  /// Writes an element of a list or set.
  package mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    if command.shape == .json { return try document(item, in: bytes) }
    beginItem(item.room)
    try output.appendBulk(item, in: bytes)
  }

  /// Writes a field of a hash and its value.
  package mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    if command.shape == .stream { return try streamPair(field, value, in: bytes) }
    guard try isWritten(field, in: bytes) else { return }
    try append(pair: field, value, in: bytes)
  }

  mutating func append(
    pair field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    beginItem(field.room &+ value.room)
    try output.appendBulk(field, in: bytes)
    try output.appendBulk(value, in: bytes)
  }

  /// Writes a score and its member.
  package mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    guard try isWritten(member, in: bytes) else { return }
    try append(member: member, score, in: bytes)
  }

  mutating func append(
    member: StringObject, _ score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    if score == 0 && score.sign == .minus { command.hasNegativeZero = true }
    beginItem(member.room)
    output.appendBulk(score: score)
    try output.appendBulk(member, in: bytes)
  }
}

extension StringObject {
  /// The largest size of the string when decoded.
  @inline(__always)
  var room: Int {
    switch self {
    case .raw(let place): place.count
    case .integer: 20
    case .lzf(_, let count): count
    }
  }
}
