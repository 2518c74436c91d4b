// What OBJECT ENCODING would answer on the server that wrote the log, at its default limits.

import RDB

extension KeyValue {
  /// The encoding that the server would choose; nil for no value.
  func estimatedEncoding(_ rules: ServerRules, _ parts: ByteParts) -> ValueEncoding? {
    switch self {
    case .absent: return nil
    case .stored(let stored): return stored.type.encoding(in: stored.dialect)
    case .string(let value):
      return value.withBytes(parts) { $0.byteCount <= 20 && $0.strictInteger != nil ? .int : .raw }
    case .list(let value):
      let bytes = value.items.array.reduce(0) { $0 + $1.count + 2 }
      return rules.hasListpackLists && bytes <= 8192 ? .listpack : .quicklist
    case .set(let value): return EncodingEstimate.set(value.members, rules, parts)
    case .hash(let value): return EncodingEstimate.hash(value, rules)
    case .sortedSet(let value):
      let isSmall = EncodingEstimate.isSmall(value.scores, count: 128)
      return isSmall ? rules.packed : .skiplist
    case .stream: return .stream
    case .array: return .slicedArray
    }
  }
}

extension ServerRules {
  /// Whether small lists are listpacks.
  fileprivate var hasListpackLists: Bool { isValkey || isAtLeast(7, 2) }
  /// The packed structure of small values.
  fileprivate var packed: ValueEncoding { isValkey || isAtLeast(7, 0) ? .listpack : .ziplist }
}

private enum EncodingEstimate {
  /// Whether a value has few and short elements.
  static func isSmall<Value>(
    _ map: PlaceMap<Value>, count: Int, _ length: (Value) -> Int = { _ in 0 }
  ) -> Bool {
    guard map.count <= count else { return false }
    return map.indices.allSatisfy {
      !map.isLive($0) || (map.key($0).count <= 64 && length(map[$0]) <= 64)
    }
  }

  static func set(
    _ members: PlaceMap<Void>, _ rules: ServerRules, _ parts: ByteParts
  ) -> ValueEncoding {
    let areIntegers =
      members.count <= 512
      && members.indices.allSatisfy {
        !members.isLive($0) || parts.integer(members.key($0)) != nil
      }
    if areIntegers { return .intset }
    let hasListpacks = rules.isValkey || rules.isAtLeast(7, 2)
    return hasListpacks && isSmall(members, count: 128) ? .listpack : .hashtable
  }

  static func hash(_ value: HashValue, _ rules: ServerRules) -> ValueEncoding {
    guard isSmall(value.fields, count: 512, { $0.value.count }) else { return .hashtable }
    guard value.hasExpiries else { return rules.packed }
    return rules.isValkey ? .hashtable : .listpackex
  }
}
