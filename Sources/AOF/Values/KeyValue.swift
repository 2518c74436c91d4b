import RDB

/// What a key holds.
enum KeyValue {
  /// Nothing.
  case absent
  /// A value as an RDB file or a payload stores it, not opened.
  indirect case stored(StoredValue)
  case string(StringValue)
  case list(ListValue)
  case set(SetValue)
  case hash(HashValue)
  case sortedSet(SortedSetValue)
  case stream(StreamValue)
  case array(ArrayValue)

  /// Whether the key is there.
  var isPresent: Bool {
    if case .absent = self { return false }
    return true
  }

  /// The object that commands change, if there is one.
  var object: ObjectIdentifier? {
    switch self {
    case .absent, .stored, .string(.place): nil
    case .string(.owned(let value)): ObjectIdentifier(value)
    case .list(let value): ObjectIdentifier(value)
    case .set(let value): ObjectIdentifier(value)
    case .hash(let value): ObjectIdentifier(value)
    case .sortedSet(let value): ObjectIdentifier(value)
    case .stream(let value): ObjectIdentifier(value)
    case .array(let value): ObjectIdentifier(value)
    }
  }

  /// What `TYPE` answers; nil for no key.
  var shape: ValueShape? {
    switch self {
    case .absent: nil
    case .stored(let stored): stored.type.shape(in: stored.dialect)
    case .string: .string
    case .list: .list
    case .set: .set
    case .hash: .hash
    case .sortedSet: .sortedSet
    case .stream: .stream
    case .array: .array
    }
  }

  /// Another value that holds the same.
  func copied() -> KeyValue {
    switch self {
    case .absent, .stored: self
    case .string(let value): .string(value.copied())
    case .list(let value): .list(ListValue(value))
    case .set(let value): .set(SetValue(value))
    case .hash(let value): .hash(HashValue(value))
    case .sortedSet(let value): .sortedSet(SortedSetValue(value))
    case .stream(let value): .stream(StreamValue(value))
    case .array(let value): .array(ArrayValue(value))
    }
  }
}

/// A value as an RDB file or a payload stores it.
struct StoredValue: Hashable, Sendable {
  let type: RDBType
  let dialect: RDBDialect
  /// Whether the value's meaning depends on what stands elsewhere in the base.
  let isOfBase: Bool
  /// The value's bytes.
  let place: StringPlace
}
