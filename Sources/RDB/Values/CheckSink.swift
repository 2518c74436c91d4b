/// Looks at everything, unpacks every string, compares every link, and keeps nothing but a count.
///
/// What one part of a value says about another (a stream's length, the owner of a pending entry, a
/// template's fields) is compared by the walkers, where `checks` asks for it.
public struct CheckSink: ValueSink, ~Copyable {
  /// Every element is looked at.
  public static var looks: Bool { true }
  /// Backward links are compared.
  public static var checks: Bool { true }
  /// Everything that can be opened.
  public static var opens: ValueOpening { .all }
  /// Elements seen: of a stream its entries, of a module's value its values or fields.
  public private(set) var elements: UInt64 = 0
  private var isStream = false
  private var scratch = Scratch()

  /// Makes a sink for any number of values.
  public init() {}

  /// Starts counting anew.
  public mutating func begin(_ shape: ValueShape, count: Int?) {
    elements = 0
    isStream = shape == .stream
  }

  /// Checks that an element unpacks.
  public mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    elements &+= 1  // one per byte of the file at most
    try check(item, in: bytes)
  }

  /// Checks that a field and its value unpack.
  public mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    if !isStream { elements &+= 1 }
    try check(field, in: bytes)
    try check(value, in: bytes)
  }

  /// Checks that a member unpacks and its score is a number.
  public mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    elements &+= 1
    try check(member, in: bytes)
  }

  /// Checks that a member unpacks.
  public mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    elements &+= 1
    try check(item, in: bytes)
  }

  /// Checks that a field and its value unpack.
  public mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    elements &+= 1
    try check(field, in: bytes)
    try check(value, in: bytes)
  }

  /// Counts entries, and checks that names unpack.
  public mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .entry(_, isDeleted: false, fields: _): elements &+= 1
    case .group(let name, _), .consumer(let name, _), .producer(let name, _),
      .message(let name, _):
      try check(name, in: bytes)
    case .info, .entry, .pending, .idmp: break
    }
  }

  /// Counts values or fields, and checks that strings unpack.
  public mutating func module(_ part: ModulePart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .values, .tairSortedSet, .tairScore: break
    case .value(.string(let string)), .tairMember(let string), .json(let string):
      elements &+= 1
      try check(string, in: bytes)
    case .value: elements &+= 1
    case .tairString(let string):
      elements &+= 1
      try check(string.value, in: bytes)
    case .tairHash(key: let key, fields: _): try check(key, in: bytes)
    case .tairField(let field):
      elements &+= 1
      try check(field.field, in: bytes)
      try check(field.value, in: bytes)
    }
  }

  /// Counts elements, and checks that strings unpack.
  public mutating func array(_ part: ArrayPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .insertIndex: break
    case .string(let string, at: _):
      elements &+= 1
      try check(string, in: bytes)
    case .double: elements &+= 1
    }
  }

  /// Checks that strings unpack.
  public mutating func cron(_ part: CronPart, in bytes: RawSpan) throws(RDBError) {
    elements &+= 1
    switch part {
    case .job(script: let string, start: _, interval: _), .key(let string), .argument(let string):
      try check(string, in: bytes)
    }
  }

  /// Counts the number.
  public mutating func number(_ number: UInt64) { elements &+= 1 }

  private mutating func check(_ string: StringObject, in bytes: RawSpan) throws(RDBError) {
    guard case .lzf = string else { return }
    try scratch.withBytes(of: string, in: bytes) { (_) throws(RDBError) in }
  }
}
