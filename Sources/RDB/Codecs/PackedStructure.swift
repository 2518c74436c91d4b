/// A structure whose entries are stored consecutively in one string: listpack, ziplist, intset, zipmap.
///
/// Holds offsets and counts; each call borrows the bytes.
protocol PackedStructure {
  /// The error for a structure whose parts do not agree.
  static var damage: RDBError.Reason { get }
  /// Opens the structure that must fill `blob` to its last byte.
  init(opening blob: RawSpan) throws(RDBError)
  /// The offset of the next entry.
  var at: Int { get }
  /// Entries that are still to come, as the header states; nil if it does not.
  var count: Int? { get }
  /// The next entry, by range in `blob`; nil at the end. `checked` also compares what is stored
  /// only for walking backwards.
  mutating func next(in blob: RawSpan, checked: Bool) throws(RDBError) -> StringObject?
  /// The next entry, if it is of a common kind and nothing is wrong with it; else nil, and nothing
  /// moves. `checked` as above.
  mutating func nextPlain(in blob: RawSpan, checked: Bool) -> StringObject?
  /// Appends entries to a row until it is full; false at the end.
  ///
  /// A requirement, so that generic code calls it once per row and not `nextPlain` once per entry.
  mutating func fill(
    _ row: inout ElementBuffer, from blob: RawSpan, checked: Bool
  ) throws(RDBError) -> Bool
  /// The entry count in the first ten bytes of the structure, least significant byte first.
  static func count(head: UInt128) -> Int?
}

extension PackedStructure {
  /// Reads the total in the first four bytes, which must be the size of `blob`, and compares the end
  /// mark.
  static func readTotal(
    of blob: RawSpan, atLeast least: Int, _ at: inout Int
  ) throws(RDBError) {
    guard blob.byteCount >= least else { throw RDBError(damage, .total, at: 0) }
    let total = UInt64(try blob.read(&at, littleEndian: UInt32.self))
    let isWhole = total == UInt64(blob.byteCount)
    guard isWhole, blob.byte(at: blob.byteCount &- 1) == 0xff else {
      throw RDBError(damage, isWhole ? .end : .total, at: 0, number: total)
    }
  }

  /// Bytes of a structure that include its entry count.
  static var headCount: Int { 10 }

  @inline(__always)
  mutating func nextPlain(in blob: RawSpan, checked: Bool) -> StringObject? { nil }

  /// Fills a row with plain entries in one loop, and with others one by one.
  @inline(__always)
  mutating func fill(
    _ row: inout ElementBuffer, from blob: RawSpan, checked: Bool
  ) throws(RDBError) -> Bool {
    while true {
      var turn = self
      row.extend { places, first in
        var count = first
        while count < places.count, let entry = turn.nextPlain(in: blob, checked: checked) {
          places[count] = entry
          count &+= 1
        }
        return count
      }
      self = turn
      guard !row.isFull else { return true }
      guard let item = try next(in: blob, checked: checked) else { return false }
      row.append(item)
    }
  }
}

extension RawSpan {
  /// A 24-bit number, little-endian, two's complement.
  func readInt24(_ at: inout Int) throws(RDBError) -> Int64 {
    guard byteCount &- at >= 3 else { throw RDBError(.truncated, at: at, number: 3) }
    let low = Int32(byte(at: at)) | Int32(byte(at: at &+ 1)) << 8
    let value = low | Int32(Int8(bitPattern: byte(at: at &+ 2))) << 16
    at &+= 3
    return Int64(value)
  }
}
