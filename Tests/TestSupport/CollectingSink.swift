// A sink that keeps everything it is given, spelled out.

public import RDB

/// One element of a value as a test compares it.
public enum CollectedElement: Hashable, Sendable {
  /// A string, or an element of a list or set.
  case item([UInt8])
  /// A field and its value.
  case pair([UInt8], [UInt8])
  /// A member and the bits of its score, so that −0 differs from 0.
  case member([UInt8], UInt64)

  /// A member of a set and its deadline.
  case expiringItem([UInt8], Int64?)
  /// A field, its value and its deadline.
  case expiringPair([UInt8], [UInt8], Int64?)
  /// A part of a stream.
  case stream(CollectedStreamPart)
  /// A part of a module's value.
  case module(CollectedModulePart)
  /// Where ARINSERT wrote last.
  case insertIndex(UInt64?)
  /// An element of a sparse array, as a client reads it.
  case slot(UInt64, [UInt8])
  /// A cron job: its script, start and interval.
  case job([UInt8], Int64, Int64)
  /// A key of a cron job.
  case jobKey([UInt8])
  /// An argument of a cron job.
  case jobArgument([UInt8])
  /// A number that no command shows.
  case number(UInt64)

  /// An element that is text.
  public static func text(_ text: String) -> CollectedElement { .item(Array(text.utf8)) }

  /// A pair of texts.
  public static func texts(_ field: String, _ value: String) -> CollectedElement {
    .pair(Array(field.utf8), Array(value.utf8))
  }

  /// A member that is text.
  public static func scored(_ member: String, _ score: Double) -> CollectedElement {
    .member(Array(member.utf8), score.bitPattern)
  }
}

/// A part of a stream, spelled out.
public enum CollectedStreamPart: Hashable, Sendable {
  /// The stream as a whole.
  case info(StreamInfo)
  /// An entry, and its fields and values in turn.
  case entry(StreamID, isDeleted: Bool, [[UInt8]])
  /// A group.
  case group([UInt8], StreamGroup)
  /// A consumer.
  case consumer([UInt8], StreamConsumer)
  /// A pending entry.
  case pending(PendingEntry, PendingOwner)
  /// What is kept of producers.
  case idmp(StreamIDMP)
  /// A producer, and how many messages follow.
  case producer([UInt8], messages: Int)
  /// A message.
  case message([UInt8], StreamID)
}

/// A part of a module's value, spelled out; floating-point numbers as their bits.
public enum CollectedModulePart: Hashable, Sendable {
  /// Values by opcode follow.
  case values(ModuleID)
  /// A signed number.
  case signed(Int64)
  /// An unsigned number.
  case unsigned(UInt64)
  /// A 32-bit floating-point number.
  case float(UInt32)
  /// A 64-bit floating-point number.
  case double(UInt64)
  /// A string.
  case string([UInt8])
  /// A TairString.
  case tairString([UInt8], version: UInt64, flags: UInt64)
  /// A TairHash.
  case tairHash(key: [UInt8], fields: UInt64)
  /// A field of it.
  case tairField([UInt8], [UInt8], version: UInt64, expiry: Int64?)
  /// A TairZset.
  case tairSortedSet(members: UInt64, scores: UInt64)
  /// A member of it.
  case tairMember([UInt8])
  /// A score of it.
  case tairScore(UInt64)
  /// A JSON document.
  case json([UInt8])
}

/// Keeps the elements of one value in file order.
public struct CollectingSink: ValueSink, ~Copyable {
  /// Every element is looked at.
  public static var decodes: Bool { true }
  /// Everything that can be opened.
  public static var accepts: ValueContent { .all }
  /// What the value is.
  public private(set) var shape: ValueShape?
  /// What the layout told of its size.
  public private(set) var count: Int?
  /// The elements.
  public private(set) var elements: [CollectedElement] = []
  private var scratch = Scratch()

  /// Makes an empty sink.
  public init() {}

  /// Notes what the value is.
  public mutating func begin(_ shape: ValueShape, count: Int?) {
    self.shape = shape
    self.count = count
  }

  /// Keeps a string or element.
  public mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    elements.append(.item(try spell(item, in: bytes)))
  }

  /// Keeps a field and its value.
  public mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    let pair = [try spell(field, in: bytes), try spell(value, in: bytes)]
    if shape == .stream, case .stream(.entry(let id, let isDeleted, let fields))? = elements.last {
      elements[elements.count - 1] = .stream(.entry(id, isDeleted: isDeleted, fields + pair))
    } else {
      elements.append(.pair(pair[0], pair[1]))
    }
  }

  /// Keeps a member and its score.
  public mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    elements.append(.member(try spell(member, in: bytes), score.bitPattern))
  }

  /// Keeps a member and its deadline.
  public mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    elements.append(.expiringItem(try spell(item, in: bytes), expiry?.rawValue))
  }

  /// Keeps a field, its value and its deadline.
  public mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    let field = try spell(field, in: bytes)
    elements.append(.expiringPair(field, try spell(value, in: bytes), expiry?.rawValue))
  }

  /// Keeps a part of a stream.
  public mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {
    let kept: CollectedStreamPart =
      switch part {
      case .info(let info): .info(info)
      case .entry(let id, let isDeleted, fields: _): .entry(id, isDeleted: isDeleted, [])
      case .group(let name, let group): .group(try spell(name, in: bytes), group)
      case .consumer(let name, let consumer): .consumer(try spell(name, in: bytes), consumer)
      case .pending(let entry, let owner): .pending(entry, owner)
      case .idmp(let idmp): .idmp(idmp)
      case .producer(let name, let count): .producer(try spell(name, in: bytes), messages: count)
      case .message(let name, let id): .message(try spell(name, in: bytes), id)
      }
    elements.append(.stream(kept))
  }

  /// Keeps a part of a module's value.
  public mutating func module(_ part: ModulePart, in bytes: RawSpan) throws(RDBError) {
    let kept: CollectedModulePart =
      switch part {
      case .values(let id): .values(id)
      case .value(.signed(let number)): .signed(number)
      case .value(.unsigned(let number)): .unsigned(number)
      case .value(.float(let number)): .float(number.bitPattern)
      case .value(.double(let number)): .double(number.bitPattern)
      case .value(.string(let string)): .string(try spell(string, in: bytes))
      case .tairString(let string):
        .tairString(
          try spell(string.value, in: bytes), version: string.version, flags: string.flags)
      case .tairHash(let key, let fields):
        .tairHash(key: try spell(key, in: bytes), fields: fields)
      case .tairField(let field):
        .tairField(
          try spell(field.field, in: bytes), try spell(field.value, in: bytes),
          version: field.version, expiry: field.expiry?.rawValue)
      case .tairSortedSet(let members, let scores):
        .tairSortedSet(members: members, scores: scores)
      case .tairMember(let member): .tairMember(try spell(member, in: bytes))
      case .tairScore(let score): .tairScore(score.bitPattern)
      case .json(let text): .json(try spell(text, in: bytes))
      }
    elements.append(.module(kept))
  }

  /// Keeps a part of a sparse array.
  public mutating func array(_ part: ArrayPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .insertIndex(let index): elements.append(.insertIndex(index))
    case .string(let string, let index): elements.append(.slot(index, try spell(string, in: bytes)))
    case .double(let number, let index):
      elements.append(.slot(index, Array(ArrayPart.arrayText(of: number).utf8)))
    }
  }

  /// Keeps a part of a cron job.
  public mutating func cron(_ part: CronPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .job(let script, let start, let interval):
      elements.append(.job(try spell(script, in: bytes), start.rawValue, interval))
    case .key(let key): elements.append(.jobKey(try spell(key, in: bytes)))
    case .argument(let text): elements.append(.jobArgument(try spell(text, in: bytes)))
    }
  }

  /// Keeps a number.
  public mutating func number(_ number: UInt64) { elements.append(.number(number)) }

  private mutating func spell(
    _ string: StringObject, in bytes: RawSpan
  ) throws(RDBError) -> [UInt8] {
    try scratch.withBytes(of: string, in: bytes) { (spelled) throws(RDBError) in
      [UInt8](copying: spelled)
    }
  }
}

/// A value as a walk told it.
public struct CollectedValue: Sendable {
  /// What it is.
  public var shape: ValueShape?
  /// What the layout told of its size.
  public var count: Int?
  /// Its elements in file order.
  public var elements: [CollectedElement]
  /// Where the walk ended.
  public var end: Int
}

/// Walks the value that begins at `start` and keeps its elements.
public func collect(
  _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, at start: Int
) throws(RDBError) -> CollectedValue {
  var sink = CollectingSink()
  var scratch = Scratch()
  var at = start
  try walk(type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
  return CollectedValue(shape: sink.shape, count: sink.count, elements: sink.elements, end: at)
}

/// Walks a value that stands by itself and keeps its elements.
public func collect(
  _ type: UInt8, _ value: [UInt8], dialect: RDBDialect = .redis
) throws(RDBError) -> CollectedValue {
  try value.withRawSpan { (span) throws(RDBError) in
    try collect(RDBType(rawValue: type), ValueContext(dialect: dialect), in: span, at: 0)
  }
}

/// The bytes of a string, spelled out.
public func spell(_ string: StringObject, in bytes: RawSpan) throws(RDBError) -> [UInt8] {
  var scratch = Scratch()
  return try scratch.withBytes(of: string, in: bytes) { (spelled) throws(RDBError) in
    [UInt8](copying: spelled)
  }
}
