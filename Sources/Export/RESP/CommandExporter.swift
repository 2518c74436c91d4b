// Records as the commands that recreate them: SET, RPUSH, SADD, HSET, ZADD, and a deadline.
//
// Collections go out in commands of a bounded number of elements and bytes. The head of a command
// says how many arguments follow, so it is written as a guess (exact in nearly every case, as layouts
// tell their counts) and put right when the command ends.

public import RDB

/// Writes records as RESP commands.
public struct CommandExporter: ~Copyable {
  /// How commands are spelled.
  public struct Options: Hashable, BitwiseCopyable, Sendable {
    /// Elements (pairs count once) per command at most.
    public var itemsPerCommand = 512
    /// A command ends when its elements pass this many bytes.
    public var bytesPerCommand = 1 << 20
    /// Whether a string's deadline stands in its SET as PXAT (servers since 6.2), or in a PEXPIREAT
    /// of its own.
    public var usesPXAT = true

    /// The usual spelling.
    public init() {}
  }

  /// What became of a record.
  public enum Outcome: Hashable, BitwiseCopyable, Sendable {
    /// Commands recreate it.
    case written
    /// Commands recreate it but for the sign of a zero score, which a small sorted set loses.
    case writtenWithoutMinusZero
    /// It has no elements; servers drop such a key when they load it.
    case empty
    /// Its type has no commands here.
    case unsupported
  }

  /// Where the commands go.
  public var output: OutputBuffer
  /// The database that the commands so far end in; nil at the start of a part.
  public var database: UInt32?
  /// How commands are spelled.
  public let options: Options

  private var scratch = Scratch()
  /// The key as a bulk string, for the head of each command of a collection.
  private var key = OutputBuffer(capacity: 4096)
  var command = Command()

  /// Makes an exporter that writes into `output`.
  public init(into output: consuming OutputBuffer, options: Options = Options()) {
    self.output = output
    self.options = options
  }

  /// Whether commands here recreate values of a type.
  ///
  /// Strings, and lists, sets, hashes and sorted sets without deadlines of their own.
  public static func supports(_ type: RDBType, in dialect: RDBDialect) -> Bool {
    switch type.rawValue {
    case 0...5, 9...14, 16...18, 20: true
    default: false
    }
  }

  /// Writes one record.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - expiry: The deadline to write, if any.
  ///   - bytes: A part of the file that holds the record.
  ///   - base: Where that part begins in the file.
  ///   - context: What the file says about the meaning of values.
  /// - Returns: What became of it.
  /// - Throws: What is wrong with the value, as a place in the file. What was written of the record
  ///   then ends with a whole command.
  public mutating func export(
    _ record: RDBRecord, expiry: UnixMilliseconds?, from bytes: RawSpan, base: Int = 0,
    context: ValueContext
  ) throws(RDBError) -> Outcome {
    let (start, previous) = (output.count, database)
    if record.type == .string {
      if previous != record.database { select(record.database) }
      do throws(RDBError) {
        try exportString(record, expiry: expiry, from: bytes, base: base)
      } catch {
        takeBack(to: start, previous)
        throw error.moved(by: base)
      }
      if output.isLarge { output.flush() }
      return .written
    }
    guard CommandExporter.supports(record.type, in: context.dialect) else { return .unsupported }
    select(record.database)
    do throws(RDBError) {
      let outcome = try exportCollection(record, expiry: expiry, from: bytes, base: base, context)
      if outcome == .empty { takeBack(to: start, previous) }
      return outcome
    } catch {
      if command.written == 0 { takeBack(to: start, previous) }
      throw error.moved(by: base)
    }
  }

  /// Takes back the SELECT of a record of which nothing was written; nothing has drained since.
  private mutating func takeBack(to start: Int, _ previous: UInt32?) {
    output.removeAll(after: start)
    database = previous
  }

  /// Writes a SELECT if the database changes.
  public mutating func select(_ database: UInt32) {
    guard self.database != database else { return }
    self.database = database
    output.append("*2\r\n$6\r\nSELECT\r\n")
    output.appendBulk(decimal: Int64(database))
  }

  private mutating func exportCollection(
    _ record: RDBRecord, expiry: UnixMilliseconds?, from bytes: RawSpan, base: Int,
    _ context: ValueContext
  ) throws(RDBError) -> Outcome {
    command = Command()
    key.removeAll()
    try key.appendBulk(try record.key(in: bytes, base: base), in: bytes)
    var at = record.valueOffset &- base
    // The walk pours into `self`, so the scratch it unpacks into is lent from outside meanwhile.
    var lent = Scratch()
    swap(&lent, &scratch)
    defer { swap(&lent, &scratch) }
    do throws(RDBError) {
      try walk(record.type, context, in: bytes, at: &at, scratch: &lent, into: &self)
    } catch {
      if command.isOpen { output.removeAll(after: command.start) }
      throw error
    }
    guard command.isOpen || command.written > 0 else { return .empty }
    end()
    if let expiry {
      output.append("*3\r\n$9\r\nPEXPIREAT\r\n")
      appendKey()
      output.appendBulk(decimal: expiry.rawValue)
    }
    output.drainIfLarge()
    return command.hasMinusZero ? .writtenWithoutMinusZero : .written
  }

  private mutating func appendKey() {
    key.withBytes { output.append($0) }
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
    var hasMinusZero = false
  }

  private var argumentsPerItem: Int {
    command.shape == .hash || command.shape == .sortedSet ? 2 : 1
  }

  /// Makes room in a command for an element of so many bytes: opens one, or ends a full one first.
  @inline(__always)
  private mutating func beginItem(_ bytes: Int) {
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
    if command.written > 0 { output.drainIfLarge() }
    command.isOpen = true
    command.start = output.count
    // A damaged value may have more elements than its head tells; one follows in any case.
    let told = max(command.remaining ?? options.itemsPerCommand, 1)
    let guess = min(options.itemsPerCommand, told)
    command.claimed = 2 &+ argumentsPerItem &* guess
    output.write(atMost: OutputCursor.bulkOverhead) { $0.appendArrayHead(command.claimed) }
    switch command.shape {
    case .list: output.append("$5\r\nRPUSH\r\n")
    case .set: output.append("$4\r\nSADD\r\n")
    case .hash: output.append("$4\r\nHSET\r\n")
    default: output.append("$4\r\nZADD\r\n")
    }
    appendKey()
  }

  private mutating func end() {
    guard command.isOpen else { return }
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
  public static var looks: Bool { true }

  /// The value begins.
  public mutating func begin(_ shape: ValueShape, count: Int?) {
    command.shape = shape
    command.remaining = count
  }

  /// Writes an element of a list or set.
  public mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    beginItem(item.room)
    try output.appendBulk(item, in: bytes)
  }

  /// Writes a field of a hash and its value.
  public mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
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
