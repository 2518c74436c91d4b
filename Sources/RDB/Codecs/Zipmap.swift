// A zipmap (Redis 2.4).
//
//   count (254 = count it yourself), items, FF
//   item: key length, key, value length, one byte `free`, value, `free` unused bytes
//   length: one byte below 254, or FE and u32 LE

/// Reads the keys and values of a zipmap in turn.
///
/// Holds offsets only.
struct Zipmap: PackedStructure {
  static var damage: RDBError.Reason { .badZipmap }

  private(set) var at = 1
  private var remaining: Int
  private let counted: Bool
  /// Whether the count is 255, which only servers since 2021 compare.
  private let isLarge: Bool
  private var isValue = false

  init(opening blob: RawSpan) throws(RDBError) {
    guard blob.byteCount >= 2, blob.byte(at: blob.byteCount &- 1) == 0xff else {
      throw RDBError(.badZipmap, .end, at: 0)
    }
    let count = blob.byte(at: 0)
    counted = count != 254
    isLarge = count == 255
    remaining = Int(count) * 2
  }

  var count: Int? { counted && !isLarge ? remaining : nil }

  static func count(head: UInt128) -> Int? {
    let count = Int(head & 0xff)
    return count < 254 ? count * 2 : nil
  }

  /// Whether the count is compared with the items.
  private func compares(_ checked: Bool) -> Bool { counted && (checked || !isLarge) }

  mutating func next(in blob: RawSpan, checked: Bool) throws(RDBError) -> StringObject? {
    let start = at
    let first = try blob.readByte(&at)
    if first == 0xff && !isValue {
      guard start == blob.byteCount &- 1, !compares(checked) || remaining == 0 else {
        let isEnd = start == blob.byteCount &- 1
        throw RDBError(.badZipmap, isEnd ? .count : .end, at: start)
      }
      return nil
    }
    guard first != 0xff else { throw RDBError(.badZipmap, .pairs, at: start) }
    let length = first < 254 ? Int(first) : Int(try blob.read(&at, littleEndian: UInt32.self))
    // A length that one byte could hold is never written in five, and servers refuse it.
    guard !checked || first < 254 || length >= 254 else {
      throw RDBError(.badZipmap, .entry, at: start, number: UInt64(length))
    }
    let free = isValue ? Int(try blob.readByte(&at)) : 0
    // Both are below 2^33, so the sum cannot wrap; the last byte of the blob is the end.
    guard length + free < blob.byteCount &- at else {
      throw RDBError(.badZipmap, .entry, at: at, number: UInt64(length))
    }
    if compares(checked) {
      guard remaining > 0 else { throw RDBError(.badZipmap, .count, at: start) }
      remaining -= 1
    }
    let place = ByteRange(offset: at, count: length)
    at &+= length &+ free
    isValue.toggle()
    return .raw(place)
  }
}
