// Values as RDB types that every reader knows: one string per element.

import RDB

/// How a value is written.
struct ValueForm {
  let type: RDBType
  /// The lowest RDB version that knows the type.
  let version: UInt16
}

extension KeyValue {
  /// How the value is written into a file of a server; nil for no value.
  func form(_ rules: ServerRules, _ dialect: RDBDialect) -> ValueForm? {
    switch self {
    case .absent: return nil
    case .stored(let stored):
      guard let version = DumpPayload.version(of: stored.type, in: stored.dialect) else {
        return nil
      }
      return ValueForm(type: stored.type, version: version)
    case .string: return form(0, 6)
    case .list: return form(1, 6)
    case .set: return form(2, 6)
    case .sortedSet: return form(5, 8)
    case .array: return form(28, 14)
    case .hash(let value):
      guard value.hasExpiries else { return form(4, 6) }
      return dialect == .valkey ? form(22, 80) : form(24, 12)
    case .stream(let value):
      if value.producers != nil { return form(26, 13) }
      guard rules.countsStreams else { return form(15, 9) }
      return rules.isValkey || rules.isAtLeast(7, 2) ? form(21, 11) : form(19, 10)
    }
  }

  private func form(_ type: UInt8, _ version: UInt16) -> ValueForm {
    ValueForm(type: RDBType(rawValue: type), version: version)
  }
}

extension RDBBytes {
  /// The bytes of a value behind its type and key.
  mutating func append(_ value: KeyValue, as type: RDBType, _ parts: ByteParts) {
    switch value {
    case .absent: break
    case .stored(let stored): parts.withBytes(stored.place) { append($0) }
    case .string(let string): string.withBytes(parts) { append(string: $0) }
    case .list(let list):
      append(length: UInt64(list.items.count))
      for index in 0..<list.items.count {
        if let item = list.items[index] { append(string: item, parts) }
      }
    case .set(let set):
      append(length: UInt64(set.members.count))
      for index in set.members.indices where set.members.isLive(index) {
        append(string: set.members.key(index), parts)
      }
    case .hash(let hash): append(hash, as: type, parts)
    case .sortedSet(let sortedSet):
      append(length: UInt64(sortedSet.scores.count))
      for index in sortedSet.scores.indices where sortedSet.scores.isLive(index) {
        append(string: sortedSet.scores.key(index), parts)
        appendLittleEndian(sortedSet.scores[index].bitPattern)
      }
    case .stream(let stream): append(stream, as: type, parts)
    case .array(let array): append(array, parts)
    }
  }

  private mutating func append(_ hash: HashValue, as type: RDBType, _ parts: ByteParts) {
    let fields = hash.fields
    var least = Int64.max
    if type.rawValue == 24 {
      for index in fields.indices where fields.isLive(index) {
        least = min(least, fields[index].expiry)
      }
      appendLittleEndian(UInt64(bitPattern: least))
    }
    append(length: UInt64(fields.count))
    for index in fields.indices where fields.isLive(index) {
      let field = fields[index]
      if type.rawValue == 24 {
        // Expiries count from one before the least; 0 is none.
        let distance = UInt64(bitPattern: field.expiry &- least &+ 1)
        append(length: field.expiry == .max ? 0 : distance)
      }
      append(string: fields.key(index), parts)
      append(string: field.value, parts)
      if type.rawValue == 22 {
        appendLittleEndian(UInt64(bitPattern: field.expiry == .max ? -1 : field.expiry))
      }
    }
  }

  private mutating func append(_ array: ArrayValue, _ parts: ByteParts) {
    append(length: UInt64(array.elements.count))
    append(length: array.insertIndex == nil ? 0 : 1)
    if let index = array.insertIndex { append(length: index) }
    for (index, element) in array.elements.sorted(by: { $0.key < $1.key }) {
      append(length: index)
      switch element {
      case .text(let text):
        append(length: 0)
        append(string: text, parts)
      case .double(let number):
        append(length: 2)
        appendLittleEndian(number.bitPattern)
      }
    }
  }
}
