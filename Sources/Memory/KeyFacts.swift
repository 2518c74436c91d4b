// The parts of a key's memory that do not depend on the elements of its value.

import RDB

/// What of a record decides the memory of its key.
struct KeyFacts: BitwiseCopyable {
  let length: Int
  let hasExpiry: Bool

  init(_ record: RDBRecord) {
    length = Int(record.keyCount)
    hasExpiry = record.flags.contains(.expiry)
  }
}

extension ElementCosts {
  /// An object without a value.
  private static let object = 16
  /// The longest string that shares a block with its object.
  private static let shortString = 44
  /// The same in Valkey 9.
  private static let shortString9 = 255

  /// The key beside its object: its string and its entry in the dictionaries.
  func key(_ key: KeyFacts) -> Int {
    let expiry = layout.countsExpiryEntry && key.hasExpiry ? usable(24) : 0
    switch layout.key {
    case .entry: return structure(24) + string(key.length) + expiry
    case .embeddedEntry: return usable(16 + ElementCosts.embedded(key.length)) + expiry
    case .object: return structure(layout.uncountedEntry)
    }
  }

  /// The object of a value that is not a string.
  func container(_ key: KeyFacts) -> Int {
    layout.key == .object ? keyObject(key) : structure(ElementCosts.object)
  }

  /// The bytes that an expiry takes in an object with its key.
  private func expiryBytes(_ key: KeyFacts) -> Int { key.hasExpiry ? 8 : 0 }

  /// An object that holds its key, and room for an expiry where the key is long.
  private func keyObject(_ key: KeyFacts) -> Int {
    let expiry = key.hasExpiry || key.length >= 128 ? 8 : 0
    return usable(ElementCosts.object + expiry + ElementCosts.embedded(key.length))
  }

  /// The object of a string, and the string.
  func stringValue(_ length: Int, isInteger: Bool, _ key: KeyFacts) -> Int {
    if isInteger { return container(key) }
    let text = 3 + length + 1
    let isShort = length <= ElementCosts.shortString
    let (name, expiry) = (ElementCosts.embedded(key.length), expiryBytes(key))
    switch layout.shortStrings {
    case .plain:
      if isShort { return ElementCosts.object + length + 2 }
    case .rounded:
      if isShort { return usable(ElementCosts.object + text) }
    case .withKeyRedis:
      // Redis takes the header of any key for one byte here.
      if isShort, ElementCosts.object + expiry + key.length + 3 + text <= 64 {
        return usable(ElementCosts.object + expiry + name + text)
      }
    case .withKey:
      // Valkey leaves the expiry out of the comparison.
      if isShort, ElementCosts.object + name + text <= 64 {
        return usable(ElementCosts.object + expiry + name + text)
      }
    case .withKey128:
      if length <= ElementCosts.shortString9, 8 + name + text <= 128 {
        return usable(8 + expiry + name + max(8, text))
      }
    }
    return container(key) + string(length)
  }

  /// A sorted set without its table and its nodes.
  var sortedSetParts: Int {
    layout.sortedSetParts.enumerated().reduce(0) { sum, part in
      let isRounded = part.offset >= layout.sortedSetRounded || layout.roundsStructures
      return sum + (isRounded ? usable(part.element) : part.element)
    }
  }
}
