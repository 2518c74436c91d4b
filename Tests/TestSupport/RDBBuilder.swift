// Spells RDB files byte by byte, each length and string in the form the test asks for.

/// How a length is written.
public enum LengthForm: CaseIterable, Sendable {
  /// The shortest form that holds it.
  case shortest
  /// One byte, below 64.
  case six
  /// Two bytes, below 16384.
  case fourteen
  /// 0x80 and four bytes.
  case thirtyTwo
  /// 0x81 and eight bytes.
  case sixtyFour
}

/// An RDB file that grows byte by byte.
public struct RDBBuilder: Sendable {
  /// What was written.
  public private(set) var bytes: [UInt8]

  /// Begins with a header.
  public init(_ header: String = "REDIS0011") { bytes = Array(header.utf8) }

  /// Begins with nothing, for a value by itself.
  public static var bare: RDBBuilder { RDBBuilder("") }

  /// Bytes written so far: the place of what comes next.
  public var count: Int { bytes.count }

  /// Bytes as they are.
  public mutating func raw(_ more: [UInt8]) { bytes += more }

  /// One byte.
  public mutating func byte(_ byte: UInt8) { bytes.append(byte) }

  /// A length.
  public mutating func length(_ value: UInt64, as form: LengthForm = .shortest) {
    switch form {
    case .shortest: length(value, as: RDBBuilder.shortest(value))
    case .six: bytes.append(UInt8(value))
    case .fourteen: bytes += [0x40 | UInt8(value >> 8), UInt8(value & 255)]
    case .thirtyTwo:
      bytes.append(0x80)
      bytes.append(bigEndian: UInt32(value))
    case .sixtyFour:
      bytes.append(0x81)
      bytes.append(bigEndian: value)
    }
  }

  private static func shortest(_ value: UInt64) -> LengthForm {
    value < 64 ? .six : value < 16384 ? .fourteen : value <= 0xffff_ffff ? .thirtyTwo : .sixtyFour
  }

  /// A string as its bytes.
  public mutating func string(_ value: [UInt8], as form: LengthForm = .shortest) {
    length(UInt64(value.count), as: form)
    bytes += value
  }

  /// A text as its bytes.
  public mutating func string(_ text: String) { string(Array(text.utf8)) }

  /// A string stored as a number, in the narrowest width that holds it.
  public mutating func integerString(_ value: Int32) {
    if let small = Int8(exactly: value) {
      bytes += [0xc0, UInt8(bitPattern: small)]
    } else if let middle = Int16(exactly: value) {
      bytes.append(0xc1)
      bytes.append(littleEndian: middle)
    } else {
      bytes.append(0xc2)
      bytes.append(littleEndian: value)
    }
  }

  /// A string as LZF data, packed here.
  public mutating func lzfString(_ value: [UInt8]) {
    lzfString(packed: naiveLZFPack(value), count: UInt64(value.count))
  }

  /// LZF data and the size it claims.
  public mutating func lzfString(packed: [UInt8], count: UInt64) {
    bytes.append(0xc3)
    length(UInt64(packed.count))
    length(count)
    bytes += packed
  }

  /// A type byte and a key; the value comes next.
  public mutating func key(_ type: UInt8, _ key: String) {
    bytes.append(type)
    string(key)
  }

  /// A whole string record.
  public mutating func string(key: String, value: String) {
    self.key(0, key)
    string(value)
  }

  /// A record with a value spelled elsewhere.
  public mutating func record(_ type: UInt8, key: String, value: [UInt8]) {
    self.key(type, key)
    bytes += value
  }

  /// SELECTDB.
  public mutating func selectDB(_ number: UInt64) {
    bytes.append(254)
    length(number)
  }

  /// RESIZEDB.
  public mutating func resizeDB(keys: UInt64, expires: UInt64) {
    bytes.append(251)
    length(keys)
    length(expires)
  }

  /// AUX.
  public mutating func aux(_ name: String, _ value: String) {
    bytes.append(250)
    string(name)
    string(value)
  }

  /// EXPIRETIME_MS.
  public mutating func expireMS(_ milliseconds: Int64) {
    bytes.append(252)
    bytes.append(littleEndian: milliseconds)
  }

  /// EXPIRETIME.
  public mutating func expireSeconds(_ seconds: Int32) {
    bytes.append(253)
    bytes.append(littleEndian: seconds)
  }

  /// A double, little-endian.
  public mutating func double(_ value: Double) { bytes.append(littleEndian: value.bitPattern) }

  /// A score as text, with its length in one byte.
  public mutating func textScore(_ text: String) {
    bytes.append(UInt8(text.utf8.count))
    bytes += Array(text.utf8)
  }

  /// The end opcode and the checksum of everything before.
  public mutating func end() {
    bytes.append(255)
    bytes.append(littleEndian: naiveCRC64(bytes))
  }

  /// The bytes, ended.
  public func ended() -> [UInt8] {
    var whole = self
    whole.end()
    return whole.bytes
  }
}
