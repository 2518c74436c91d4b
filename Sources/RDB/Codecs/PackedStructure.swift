/// A structure whose entries lie one behind the other in one string: listpack, ziplist, intset.
///
/// A value of such a type holds places and counts; the bytes are lent to each call.
protocol PackedStructure {
  /// What it is called when its parts do not agree.
  static var damage: RDBError.Reason { get }
  /// Opens the structure that must fill `blob` to its last byte.
  init(opening blob: RawSpan) throws(RDBError)
  /// Where the next entry stands.
  var at: Int { get }
  /// Entries that are still to come, as the header says; nil where it does not.
  var count: Int? { get }
  /// The next entry, by place in `blob`; nil at the end. `checked` also compares what is written
  /// only for walking backwards.
  mutating func next(in blob: RawSpan, checked: Bool) throws(RDBError) -> StringObject?
  /// The next entry, if it is of a common kind and nothing is wrong with it; else nil, and nothing
  /// moves. Compares no backward links.
  mutating func nextPlain(in blob: RawSpan) -> StringObject?
  /// Appends entries to a row until it is full; false at the end.
  mutating func fill(
    _ row: inout ElementBuffer, from blob: RawSpan, checked: Bool
  ) throws(RDBError) -> Bool
  /// Entries as the first ten bytes of the structure tell them, least significant byte first.
  static func count(head: UInt128) -> Int?
}

extension PackedStructure {
  /// Bytes of a structure in which its count stands.
  static var headCount: Int { 10 }

  @inline(__always)
  mutating func nextPlain(in blob: RawSpan) -> StringObject? { nil }

  mutating func fill(
    _ row: inout ElementBuffer, from blob: RawSpan, checked: Bool
  ) throws(RDBError) -> Bool {
    while !row.isFull {
      guard let item = try next(in: blob, checked: checked) else { return false }
      row.append(item)
    }
    return true
  }

  /// Fills a row with plain entries in one loop, and with others one by one.
  @inline(__always)
  mutating func fillPlain(
    _ row: inout ElementBuffer, from blob: RawSpan, checked: Bool
  ) throws(RDBError) -> Bool {
    while true {
      if !checked {
        var turn = self
        row.extend { places, first in
          var count = first
          while count < places.count, let entry = turn.nextPlain(in: blob) {
            places[count] = entry
            count &+= 1
          }
          return count
        }
        self = turn
      }
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
