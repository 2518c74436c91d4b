// Spells listpacks, ziplists, zipmaps and intsets. What their headers claim can be told, so that
// they can lie.

/// Spells a listpack.
public struct ListpackBuilder: Sendable {
  private var entries: [UInt8] = []
  private var count = 0

  /// Begins without entries.
  public init() {}

  /// Bytes of entries so far; an entry that comes next stands 6 bytes behind that.
  public var entryBytes: Int { entries.count }

  /// An entry whose encoding and data are given; its back length is added.
  public mutating func entry(_ encoded: [UInt8]) {
    entries += encoded
    entries += ListpackBuilder.backLength(encoded.count)
    count += 1
  }

  /// A string in the shortest form.
  public mutating func string(_ value: [UInt8]) {
    let size = value.count
    if size < 64 {
      entry([0x80 | UInt8(size)] + value)
    } else if size < 4096 {
      entry([0xe0 | UInt8(size >> 8), UInt8(size & 255)] + value)
    } else {
      longString(value)
    }
  }

  /// A string with a 32-bit length.
  public mutating func longString(_ value: [UInt8]) {
    var encoded: [UInt8] = [0xf0]
    encoded.append(littleEndian: UInt32(value.count))
    entry(encoded + value)
  }

  /// A text.
  public mutating func string(_ text: String) { string(Array(text.utf8)) }

  /// A number in the shortest form.
  public mutating func integer(_ value: Int64) {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: value)
    switch value {
    case 0...127: entry([UInt8(value)])
    case -4096...4095:
      let bits = UInt16(bitPattern: Int16(value)) & 0x1fff
      entry([0xc0 | UInt8(bits >> 8), UInt8(bits & 255)])
    case Int64(Int16.min)...Int64(Int16.max): entry([0xf1] + bytes[..<2])
    case -8_388_608...8_388_607: entry([0xf2] + bytes[..<3])
    case Int64(Int32.min)...Int64(Int32.max): entry([0xf3] + bytes[..<4])
    default: entry([0xf4] + bytes)
    }
  }

  /// The size of an entry, written so that it can be read backwards.
  ///
  /// Servers take one byte more as soon as a size is one below what the bits could hold.
  public static func backLength(_ size: Int) -> [UInt8] {
    let limits = [127, 16382, 2_097_150, 268_435_454]
    let width = (limits.firstIndex { size <= $0 } ?? 4) + 1
    return (0..<width).map { index in
      let bits = UInt8(truncatingIfNeeded: size >> (7 * (width - 1 - index))) & 0x7f
      return index == 0 ? bits : bits | 0x80
    }
  }

  /// The listpack, with the totals it has or those it shall claim.
  public func bytes(count claim: UInt16? = nil, total: UInt32? = nil) -> [UInt8] {
    var out: [UInt8] = []
    out.append(littleEndian: total ?? UInt32(7 + entries.count))
    out.append(littleEndian: claim ?? UInt16(min(count, 65535)))
    return out + entries + [0xff]
  }
}

/// Spells a ziplist.
public struct ZiplistBuilder: Sendable {
  private var entries: [UInt8] = []
  private var count = 0
  private var previous = 0
  private var last = 0

  /// Begins without entries.
  public init() {}

  /// Bytes of entries so far; an entry that comes next stands 10 bytes behind that.
  public var entryBytes: Int { entries.count }

  /// An entry whose encoding and data are given; the size of the one before is added.
  public mutating func entry(_ encoded: [UInt8], longLink: Bool = false) {
    last = entries.count
    if previous < 254 && !longLink {
      entries.append(UInt8(previous))
    } else {
      entries.append(0xfe)
      entries.append(littleEndian: UInt32(previous))
    }
    entries += encoded
    previous = entries.count - last
    count += 1
  }

  /// A string in the shortest form.
  public mutating func string(_ value: [UInt8]) {
    let size = value.count
    if size < 64 {
      entry([UInt8(size)] + value)
    } else if size < 16384 {
      entry([0x40 | UInt8(size >> 8), UInt8(size & 255)] + value)
    } else {
      longString(value)
    }
  }

  /// A string with a 32-bit length.
  public mutating func longString(_ value: [UInt8]) {
    var encoded: [UInt8] = [0x80]
    encoded.append(bigEndian: UInt32(value.count))
    entry(encoded + value)
  }

  /// A text.
  public mutating func string(_ text: String) { string(Array(text.utf8)) }

  /// A number in the shortest form.
  public mutating func integer(_ value: Int64) {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: value)
    switch value {
    case 0...12: entry([0xf1 + UInt8(value)])
    case -128...127: entry([0xfe, bytes[0]])
    case Int64(Int16.min)...Int64(Int16.max): entry([0xc0] + bytes[..<2])
    case -8_388_608...8_388_607: entry([0xf0] + bytes[..<3])
    case Int64(Int32.min)...Int64(Int32.max): entry([0xd0] + bytes[..<4])
    default: entry([0xe0] + bytes)
    }
  }

  /// The ziplist, with the totals it has or those it shall claim.
  public func bytes(
    count claim: UInt16? = nil, total: UInt32? = nil, tail: UInt32? = nil
  ) -> [UInt8] {
    var out: [UInt8] = []
    out.append(littleEndian: total ?? UInt32(11 + entries.count))
    out.append(littleEndian: tail ?? UInt32(10 + last))
    out.append(littleEndian: claim ?? UInt16(min(count, 65535)))
    return out + entries + [0xff]
  }
}

/// Spells a zipmap.
public struct ZipmapBuilder: Sendable {
  private var items: [UInt8] = []
  private var count = 0

  /// Begins without items.
  public init() {}

  /// A field and its value, with unused bytes behind it.
  public mutating func pair(_ field: [UInt8], _ value: [UInt8], free: UInt8 = 0) {
    length(field.count)
    items += field
    length(value.count)
    items.append(free)
    items += value + [UInt8](repeating: 0xee, count: Int(free))
    count += 1
  }

  private mutating func length(_ count: Int) {
    if count < 254 {
      items.append(UInt8(count))
    } else {
      items.append(254)
      items.append(littleEndian: UInt32(count))
    }
  }

  /// The zipmap, with the count it has or the one it shall claim.
  public func bytes(count claim: UInt8? = nil) -> [UInt8] {
    [claim ?? UInt8(min(count, 254))] + items + [0xff]
  }
}

/// Spells an intset of numbers that are `width` bytes wide.
public func intset(_ numbers: [Int64], width: Int, count: UInt32? = nil) -> [UInt8] {
  var out: [UInt8] = []
  out.append(littleEndian: UInt32(width))
  out.append(littleEndian: count ?? UInt32(numbers.count))
  for number in numbers {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: number)
    out += bytes[..<width]
  }
  return out
}
