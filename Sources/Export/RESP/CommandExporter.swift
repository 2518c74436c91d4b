// Records as the commands that recreate them: SET, RPUSH, SADD, HSET, ZADD, and a deadline. Streams,
// deadlines of fields, modules and payloads have files of their own.
//
// Collections go out in commands of a bounded number of elements and bytes. The head of a command
// says how many arguments follow, so it is written as a guess (exact in nearly every case, as layouts
// tell their counts) and put right when the command ends.

public import RDB

/// Writes records as RESP commands.
public struct CommandExporter: ~Copyable {
  /// What became of a record.
  public enum Outcome: Hashable, BitwiseCopyable, Sendable {
    /// Commands recreate it.
    case written
    /// Commands recreate it but for the sign of a zero score, which a small sorted set loses.
    case writtenWithoutMinusZero
    /// Commands recreate it but for deadlines of fields or members, which the target does not have.
    case writtenWithoutDeadlines
    /// Commands recreate it but for what no command tells a stream: pending entries whose message
    /// was deleted or that no consumer has, and messages of producers.
    case writtenWithoutStreamState
    /// It was written, but for metadata that modules keep beside the key, which the target does not
    /// take.
    case writtenWithoutMetadata
    /// It has no elements; servers drop such a key when they load it.
    case empty
    /// Neither commands nor a payload recreate it on the target.
    case unsupported
  }

  /// Where the commands go.
  public var output: OutputBuffer
  /// The database that the commands so far end in; nil at the start of a part.
  public var database: UInt32?
  /// How commands are spelled.
  public let options: Options

  var scratch = Scratch()
  /// The key that commands are about as a bulk string, for the head of each.
  var key = OutputBuffer(capacity: 4096)
  /// The name that the key gets at last, where it is built under another.
  var finalKey = OutputBuffer(capacity: 4096)
  /// The name that the next record gets, where keys are renamed.
  var newName = OutputBuffer(capacity: 4096)
  var command = Command()
  /// Deadlines of fields of the command that is being written.
  var deadlines = FieldDeadlines()
  /// The text of the last deadline of a string.
  var instants = RecentDecimal()
  /// Scores of the member that is being read.
  var scores = OutputBuffer(capacity: 4096)
  /// Whether strings go out in runs.
  let runs: Bool
  /// Whether collections are commands and nothing stands around these.
  let writesBareCollections: Bool
  /// Whether HSET takes many fields.
  let usesHSET: Bool

  /// Makes an exporter that writes into `output`.
  public init(into output: consuming OutputBuffer, options: Options = Options()) {
    self.output = output
    self.options = options
    runs = options.writesPlainStrings
    writesBareCollections =
      options.form == .commands && options.existing == .merge && !options.transactions
    usesHSET = options.target(\.takesHSETOfMany)
  }

  /// Whether some server takes values of a type from here, as commands or as a payload.
  public static func supports(_ type: RDBType, in dialect: RDBDialect) -> Bool {
    hasCommands(type, in: dialect) || DumpPayload.version(of: type, in: dialect) != nil
  }

  /// Writes one record.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - expiry: The deadline to write, if any.
  ///   - bytes: A part of the file that holds the record.
  ///   - context: What the file says about the meaning of values.
  /// - Returns: What became of it.
  /// - Throws: What is wrong with the value, as a place in the file. What was written of the record
  ///   then ends with a whole command.
  public mutating func export(
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

  /// Says what the next record's key is called from now on; for every record, with `renames`.
  public mutating func rename(to name: RawSpan) {
    newName.removeAll()
    newName.append(name)
  }

  /// Takes back the SELECT of a record of which nothing was written; nothing has drained since.
  mutating func takeBack(to start: Int, _ previous: UInt32?) {
    output.removeAll(after: start)
    database = previous
  }

  /// Writes a SELECT if the database changes.
  public mutating func select(_ database: UInt32) {
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
  /// The command that is being written.
  struct Command {
    var shape = ValueShape.string
    /// Elements that are still to come, where the layout tells.
    var remaining: Int?
    var isOpen = false
    /// Where it begins in the buffer.
    var start = 0
    /// Arguments that its head claims.
    var claimed = 0
    /// Elements in it.
    var items = 0
    /// Commands that were ended.
    var written = 0
    /// Whether all commands stay in the buffer until the value ends, so that they can be taken back.
    var stays = false
    var hasMinusZero = false
    var losesDeadlines = false
    var losesStreamState = false
    /// Whether the value turned out to be none that commands recreate.
    var needsPayload = false
    /// What a stream says of itself.
    var stream: StreamInfo?
    /// Whether that was written.
    var hasSetID = false
    /// Whether pairs that come belong to an entry that was deleted.
    var isMuted = false
    /// The group that consumers belong to.
    var group: StringObject?
    /// The consumer that pending entries belong to.
    var consumer: StringObject?
    /// The member whose scores come, and how many there are of them.
    var member: StringObject?
    var scores = 0
    /// Whether the head that was written is right as it is.
    var isCounted = false
    /// The first entry of a stream.
    var firstEntry: StreamID?
  }

  private var argumentsPerItem: Int {
    command.shape == .hash || command.shape == .sortedSet ? 2 : 1
  }

  /// Makes room in a command for an element of so many bytes: opens one, or ends a full one first.
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
    // A damaged value may have more elements than its head tells; one follows in any case.
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

  /// Drains where that does not take away what may have to be taken back.
  mutating func drainBetweenCommands() {
    if command.written > 0, !command.stays { output.drainIfLarge() }
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
    if !deadlines.isEmpty { writeDeadlines() }
  }

  /// Ends the command, and puts its head right.
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
  /// Every element is written.
  public static var decodes: Bool { true }
  /// All that there are commands for.
  public static var accepts: ValueContent {
    [.elements, .fieldExpiries, .streams, .modules, .documents]
  }

  /// The value begins.
  public mutating func begin(_ shape: ValueShape, count: Int?) {
    command.shape = shape
    command.remaining = count
  }

  /// Writes an element of a list or set.
  public mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    if command.shape == .json { return try document(item, in: bytes) }
    beginItem(item.room)
    try output.appendBulk(item, in: bytes)
  }

  /// Writes a field of a hash and its value.
  public mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    if command.shape == .stream { return try streamPair(field, value, in: bytes) }
    beginItem(field.room &+ value.room)
    try output.appendBulk(field, in: bytes)
    try output.appendBulk(value, in: bytes)
  }

  /// Writes a score and its member.
  public mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    if score == 0 && score.sign == .minus { command.hasMinusZero = true }
    beginItem(member.room)
    output.appendBulk(score: score)
    try output.appendBulk(member, in: bytes)
  }
}

extension StringObject {
  /// Bytes that the string takes when it is spelled out, at most.
  @inline(__always)
  var room: Int {
    switch self {
    case .raw(let place): place.count
    case .integer: 20
    case .lzf(_, let count): count
    }
  }
}
