/// One key of a file: numbers and offsets, nothing borrowed.
///
/// The bytes stay in the file.
public struct RDBRecord: Hashable, BitwiseCopyable, Sendable {
  /// The offset of the type byte from the start of the file.
  public var offset: Int
  /// Bytes of the value: exactly what DUMP carries after the type byte.
  public var valueCount: Int
  /// The expiry in milliseconds since the epoch; meaningful only with `hasExpiry`.
  public var expiryMilliseconds: Int64
  /// Elements as the layout states them, `UInt64.max` where only decoding would show.
  public var elementCount: UInt64
  /// Bytes of the key as stored, its length included.
  public var keyStored: UInt32
  /// Bytes of the decoded key.
  public var keyCount: UInt32
  /// Idle seconds or LFU counter, as `flags` says.
  public var evictionNumber: UInt32
  /// Bytes of attributes (expiry, idle, frequency, metadata) before the type byte.
  public var attributeCount: UInt32
  /// The database.
  public var database: UInt32
  /// The cluster slot that the file states, 0xffff if it states none.
  public var slotNumber: UInt16
  /// How the value is laid out.
  public var type: RDBType
  /// What else is known, in bits.
  public var flags: Flags

  /// What else is known of a record.
  public struct Flags: OptionSet, Hashable, BitwiseCopyable, Sendable {
    /// The bits.
    public var rawValue: UInt8
    /// Makes flags from bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The key expires.
    public static var expiry: Flags { Flags(rawValue: 1) }
    /// The eviction number is an idle time.
    public static var idle: Flags { Flags(rawValue: 2) }
    /// The eviction number is an LFU counter.
    public static var frequency: Flags { Flags(rawValue: 4) }
    /// The key is stored as a number or compressed.
    public static var keyIsPacked: Flags { Flags(rawValue: 8) }
    /// The value is a string stored as a number.
    public static var valueIsInteger: Flags { Flags(rawValue: 16) }
    /// The value is a compressed string.
    public static var valueIsLZF: Flags { Flags(rawValue: 32) }
    /// Metadata that modules keep precede the key.
    public static var keyMeta: Flags { Flags(rawValue: 64) }
    /// Either eviction number.
    public static var eviction: Flags { Flags(rawValue: 2 | 4) }
    /// Either way of storing a string that is not raw.
    public static var packedValue: Flags { Flags(rawValue: 16 | 32) }
  }

  /// The first byte of the record: its first attribute, or its type.
  public var start: Int { offset &- Int(attributeCount) }

  /// The first byte of the value.
  public var valueOffset: Int { offset &+ 1 &+ Int(keyStored) }

  /// The value's place in the file.
  public var value: ByteRange { ByteRange(offset: valueOffset, count: valueCount) }

  /// The first byte after the record.
  public var end: Int { valueOffset &+ valueCount }

  /// When the key expires, if it does.
  public var expiry: UnixMilliseconds? {
    flags.contains(.expiry) ? UnixMilliseconds(expiryMilliseconds) : nil
  }

  /// Elements (fields, members, entries) as the layout states them; nil where only decoding would show.
  public var elements: UInt64? { elementCount == .max ? nil : elementCount }

  /// Seconds since the last access, as the server wrote it.
  public var idleSeconds: UInt32? { flags.contains(.idle) ? evictionNumber : nil }

  /// The LFU counter, 0 to 255.
  public var frequency: UInt8? {
    flags.contains(.frequency) ? UInt8(truncatingIfNeeded: evictionNumber) : nil
  }

  /// The cluster slot, if the file states it.
  public var slot: UInt16? { slotNumber == 0xffff ? nil : slotNumber }

  /// Whether metadata that modules keep for this key precede it (Redis 8.6).
  public var hasKeyMeta: Bool { flags.contains(.keyMeta) }

  /// How the value is laid out, as far as the record shows.
  public func encoding(in dialect: RDBDialect) -> ValueEncoding {
    if flags.contains(.valueIsInteger) { return .int }
    if flags.contains(.valueIsLZF) { return .lzf }
    return type.encoding(in: dialect)
  }

  /// The range of the key's bytes; nil for a key stored as a number or LZF data.
  @inline(__always)
  public var rawKey: ByteRange? {
    guard !flags.contains(.keyIsPacked) else { return nil }
    return ByteRange(offset: valueOffset &- Int(keyCount), count: Int(keyCount))
  }

  /// The key as it is stored.
  /// - Throws: An error only if `bytes` are not the bytes the record was scanned from.
  public func key(in bytes: RawSpan) throws(RDBError) -> StringObject {
    if let raw = rawKey {
      return .raw(ByteRange(offset: raw.offset, count: raw.count))
    }
    var at = offset &+ 1
    return try bytes.readString(&at)
  }
}

extension RDBRecord {
  /// The module of a module value; nil for any other type.
  ///
  /// `bytes` is the whole file.
  public func module(in bytes: RawSpan) -> ModuleID? {
    guard type == .module2 else { return nil }
    var at = valueOffset
    guard let id = try? bytes.readLength(&at) else { return nil }
    return ModuleID(id)
  }
}

extension RDBRecord {
  /// The record as it is shown with another start: that of the damaged record it was made of.
  package func shown(at start: Int) -> RDBRecord {
    var shown = self
    shown.offset = start &+ (offset &- self.start)
    return shown
  }
}

extension RDBRecord {
  /// The value of a string record as it is stored.
  ///
  /// - Throws: An error only if `bytes` are not the bytes the record was scanned from.
  @inline(__always)
  public func stringValue(in bytes: RawSpan) throws(RDBError) -> StringObject {
    var at = valueOffset
    return try bytes.readString(&at)
  }
}
