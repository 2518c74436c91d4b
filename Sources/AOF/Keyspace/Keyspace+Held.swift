// What a key holds, as a value of the type that a command is for.

import RDB

/// A value of one type.
protocol TypedValue {
  /// Makes a value without elements.
  init()
  /// The value in what a key holds; nil for another type.
  static func held(in value: KeyValue) -> Self?
  /// The value as what a key holds.
  var asKeyValue: KeyValue { get }
}

extension Keyspace {
  /// The value of a key that a command reads or changes.
  ///
  /// A doubtful key of another type is taken for absent: lost commands deleted it, or else the server
  /// would not have logged the command.
  /// - Returns: The value; nil if the key is not there.
  /// - Throws: That it holds a value of another type, or that what it holds is not known.
  func held<Value: TypedValue>(
    by entry: KeyEntry, as type: Value.Type = Value.self
  ) throws(CommandFailure) -> Value? {
    try open(entry)
    guard entry.isPresent else { return nil }
    if let value = Value.held(in: entry.value) { return value }
    guard entry.isDoubtful else { throw .rejected }
    clear(entry)
    return nil
  }

  /// The entry and the value of a key; nil if it is not there.
  /// - Throws: As `held(by:)`.
  func held<Value: TypedValue>(
    at key: StringPlace, as type: Value.Type
  ) throws(CommandFailure) -> (entry: KeyEntry, value: Value)? {
    let entry = entry(key)
    return try held(by: entry, as: type).map { (entry, $0) }
  }

  /// The entry and the value of a key, or a new value, which is not yet kept.
  /// - Throws: As `held(by:)`.
  func heldOrNew<Value: TypedValue>(
    at key: StringPlace, as type: Value.Type
  ) throws(CommandFailure) -> (entry: KeyEntry, value: Value) {
    let entry = entry(key)
    return (entry, try held(by: entry, as: type) ?? Value())
  }

  /// A key holds a value that a command has changed.
  func keep(_ value: some TypedValue, in entry: KeyEntry) {
    entry.value = value.asKeyValue
    touch(entry)
  }
}

extension StringValue: TypedValue {
  init() { self = .place(.empty) }
  static func held(in value: KeyValue) -> StringValue? {
    if case .string(let value) = value { value } else { nil }
  }
  var asKeyValue: KeyValue { .string(self) }
}

extension ListValue: TypedValue {
  convenience init() { self.init(Deque()) }
  static func held(in value: KeyValue) -> ListValue? {
    if case .list(let value) = value { value } else { nil }
  }
  var asKeyValue: KeyValue { .list(self) }
}

extension SetValue: TypedValue {
  convenience init() { self.init(PlaceMap()) }
  static func held(in value: KeyValue) -> SetValue? {
    if case .set(let value) = value { value } else { nil }
  }
  var asKeyValue: KeyValue { .set(self) }
}

extension HashValue: TypedValue {
  static func held(in value: KeyValue) -> HashValue? {
    if case .hash(let value) = value { value } else { nil }
  }
  var asKeyValue: KeyValue { .hash(self) }
}

extension SortedSetValue: TypedValue {
  convenience init() { self.init(PlaceMap()) }
  static func held(in value: KeyValue) -> SortedSetValue? {
    if case .sortedSet(let value) = value { value } else { nil }
  }
  var asKeyValue: KeyValue { .sortedSet(self) }
}

extension StreamValue: TypedValue {
  static func held(in value: KeyValue) -> StreamValue? {
    if case .stream(let value) = value { value } else { nil }
  }
  var asKeyValue: KeyValue { .stream(self) }
}

extension ArrayValue: TypedValue {
  static func held(in value: KeyValue) -> ArrayValue? {
    if case .array(let value) = value { value } else { nil }
  }
  var asKeyValue: KeyValue { .array(self) }
}
