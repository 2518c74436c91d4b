// A damaged hash or sorted set may have a field or member twice. Servers answer with the first, while
// commands would keep the last, so only the first is written.
//
// Hashes of the names show whether one may repeat; the names themselves are compared only then.

import RDB

/// The names of the elements of a value: those that occurred, exactly.
struct FirstElements: Sendable {
  private var names: Set<[UInt8]> = []

  /// Forgets all names.
  mutating func removeAll() {
    if !names.isEmpty { names.removeAll() }
  }

  /// Adds a name; false if it has occurred.
  ///
  /// A name that does not decode counts as new; its writer reports it.
  mutating func insert(_ name: StringObject, in bytes: RawSpan) -> Bool {
    guard let text = name.unpacked(in: bytes) else { return true }
    return names.insert(text).inserted
  }
}

/// Finds repeated names in a value.
struct RepeatedElements: ~Copyable {
  private var seen = HashSet64()
  /// The hashes of a row.
  private var hashes = HashRow()
  private var names = FirstElements()
  private var scratch = Scratch()
  /// Whether two names of the value have the same hash.
  private(set) var isSuspected = false
  /// Whether names are compared exactly, and repeated ones are left out.
  private(set) var keepsFirst = false
  /// Whether it is known that no name repeats.
  private var isKnown = false

  /// Begins a value.
  mutating func begin() {
    seen.removeAll()
    names.removeAll()
    isSuspected = false
    keepsFirst = false
    isKnown = false
  }

  /// Begins a value of which it is known whether a name may repeat.
  mutating func begin(mayRepeat: Bool) {
    begin()
    keepsFirst = mayRepeat
    isKnown = !mayRepeat
  }

  /// Adds a name by its hash.
  @inline(__always)
  mutating func look(at name: StringObject, in bytes: RawSpan) throws(RDBError) {
    if !seen.insert(try ByteHash.of(name, in: bytes, &scratch)) { isSuspected = true }
  }

  /// Adds every `step`th string of a row.
  mutating func look(
    at row: Span<StringObject>, by step: Int, in bytes: RawSpan
  ) throws(RDBError) {
    guard !isKnown else { return }
    if hashes.fill(with: row, by: step, in: bytes) {
      if hashes.insert(into: &seen) != nil { isSuspected = true }
      return
    }
    for index in stride(from: 0, to: row.count, by: step) { try look(at: row[index], in: bytes) }
  }

  /// Adds a name that is written, unless it repeats another and only the first is wanted.
  /// - Returns: Whether it is written.
  mutating func isWritten(_ name: StringObject, in bytes: RawSpan) throws(RDBError) -> Bool {
    guard keepsFirst else {
      if !isKnown { try look(at: name, in: bytes) }
      return true
    }
    return names.insert(name, in: bytes)
  }
}
