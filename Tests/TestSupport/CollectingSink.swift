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

/// Keeps the elements of one value in file order.
public struct CollectingSink: ValueSink, ~Copyable {
  /// Every element is looked at.
  public static var looks: Bool { true }
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
    elements.append(.pair(try spell(field, in: bytes), try spell(value, in: bytes)))
  }

  /// Keeps a member and its score.
  public mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    elements.append(.member(try spell(member, in: bytes), score.bitPattern))
  }

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
