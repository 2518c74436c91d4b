// An intset: u32 LE width (2, 4 or 8), u32 LE count, then the numbers, little-endian, ascending.

/// Reads the numbers of an intset in order.
///
/// Holds offsets only.
struct Intset: PackedStructure {
  static var damage: RDBError.Reason { .badIntset }

  private(set) var at: Int
  private var remaining: Int
  private let width: Int
  private var previous: Int64?

  init(opening blob: RawSpan) throws(RDBError) {
    var at = 0
    guard blob.byteCount >= 8 else { throw RDBError(.badIntset, .total, at: 0) }
    let width = try blob.read(&at, littleEndian: UInt32.self)
    let count = try blob.read(&at, littleEndian: UInt32.self)
    guard width == 2 || width == 4 || width == 8 else {
      throw RDBError(.badIntset, .width, at: 0, number: UInt64(width))
    }
    // Both are 32-bit numbers, so the product fits.
    guard 8 + UInt64(width) * UInt64(count) == UInt64(blob.byteCount) else {
      throw RDBError(.badIntset, .count, at: 4, number: UInt64(count))
    }
    self.at = at
    self.width = Int(width)
    remaining = Int(count)
  }

  var count: Int? { remaining }

  static func count(head: UInt128) -> Int? { Int(head >> 32 & 0xffff_ffff) }

  @inline(__always)
  mutating func nextPlain(in blob: RawSpan, checked: Bool) -> StringObject? {
    guard remaining > 0 else { return nil }
    let value: Int64
    // The size of the whole was compared with the count when it was opened.
    switch width {
    case 2: value = Int64(blob.number(at: at, as: Int16.self))
    case 4: value = Int64(blob.number(at: at, as: Int32.self))
    default: value = blob.number(at: at, as: Int64.self)
    }
    if checked {
      if let previous, previous >= value { return nil }
      previous = value
    }
    at &+= width
    remaining &-= 1
    return .integer(value)
  }

  @inline(__always)
  mutating func next(in blob: RawSpan, checked: Bool) throws(RDBError) -> StringObject? {
    guard remaining > 0 else { return nil }
    remaining &-= 1
    let place = at
    let value: Int64
    switch width {
    case 2: value = Int64(try blob.read(&at, littleEndian: Int16.self))
    case 4: value = Int64(try blob.read(&at, littleEndian: Int32.self))
    default: value = try blob.read(&at, littleEndian: Int64.self)
    }
    if checked {
      if let previous, previous >= value { throw RDBError(.badIntset, .order, at: place) }
      previous = value
    }
    return .integer(value)
  }
}
