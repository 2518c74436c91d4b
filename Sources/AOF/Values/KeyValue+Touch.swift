// Reads bytes before they are used: they are all over the log, and the waits for them overlap only if many
// are read in a row that do not depend on each other.

import RDB

extension KeyValue {
  /// Elements of a value that are read ahead.
  private static let few = 16

  /// Reads the first byte of the value's first elements; the sum keeps the reads from being left out.
  func touch(_ parts: ByteParts) -> UInt64 {
    var sum: UInt64 = 0
    switch self {
    case .string(.place(let place)): sum = parts.touch(place)
    case .list(let list):
      for index in 0..<min(list.items.count, KeyValue.few) {
        sum &+= list.items[index].map { parts.touch($0) } ?? 0
      }
    case .hash(let hash):
      for index in hash.fields.indices.prefix(KeyValue.few) {
        sum &+= parts.touch(hash.fields.key(index)) &+ parts.touch(hash.fields[index].value)
      }
    case .set(let set):
      for index in set.members.indices.prefix(KeyValue.few) {
        sum &+= parts.touch(set.members.key(index))
      }
    case .sortedSet(let sortedSet):
      for index in sortedSet.scores.indices.prefix(KeyValue.few) {
        sum &+= parts.touch(sortedSet.scores.key(index))
      }
    case .absent, .stored, .string, .stream, .array: break
    }
    return sum
  }
}
