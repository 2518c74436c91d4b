// Nine bytes of ASCII: `REDIS` and four digits, or `VALKEY` and three.

/// The first nine bytes of a file: whose format it is and which version.
public struct RDBHeader: Hashable, BitwiseCopyable, Sendable {
  /// Bytes of a header.
  public static let byteCount = 9
  /// The newest version that this reader knows in files that begin with `REDIS`.
  package static let newestRedis: UInt16 = 15
  /// The newest version that this reader knows in files that begin with `VALKEY`.
  package static let newestValkey: UInt16 = 81

  private static let redis = Array("REDIS".utf8)
  private static let valkey = Array("VALKEY".utf8)

  /// Whether the magic is `VALKEY` and not `REDIS`.
  public var isValkey: Bool
  /// The version: 1 to 15 with `REDIS`, 80 and 81 with `VALKEY`; higher is possible.
  public var version: UInt16

  /// Makes a header.
  package init(isValkey: Bool, version: UInt16) {
    self.isValkey = isValkey
    self.version = version
  }

  /// Reads the header of a file.
  /// - Throws: `.truncated`, `.badMagic` or `.badVersion`.
  public init(parsing bytes: RawSpan) throws(RDBError) {
    let magic = RDBHeader.redis
    let other = RDBHeader.valkey
    if bytes.starts(with: magic) {
      isValkey = false
    } else if bytes.starts(with: other) {
      isValkey = true
    } else {
      // A file that is too short but right so far is cut, not foreign.
      let short = bytes.byteCount < other.count
      let begun = short && (bytes.isPrefix(of: magic) || bytes.isPrefix(of: other))
      throw RDBError(begun ? .truncated : .badMagic, at: begun ? bytes.byteCount : 0, number: 9)
    }
    let start = isValkey ? other.count : magic.count
    var at = start
    var number: UInt16 = 0
    while at < RDBHeader.byteCount {
      let place = at
      let digit = try bytes.readByte(&at)
      guard (0x30...0x39).contains(digit) else { throw RDBError(.badVersion, at: place) }
      number = number * 10 + UInt16(digit - 0x30)  // four digits at most
    }
    // Valkey reserves the numbers below 80 for files that begin with REDIS.
    guard number > (isValkey ? 79 : 0) else {
      throw RDBError(.badVersion, at: start, number: UInt64(number))
    }
    version = number
  }

  /// Whether the version is higher than any this reader knows.
  ///
  /// Such a file is read all the same.
  public var isNewerThanKnown: Bool {
    version > (isValkey ? RDBHeader.newestValkey : RDBHeader.newestRedis)
  }

  /// Whether eight bytes of CRC64 follow the end opcode (since version 5).
  package var hasChecksum: Bool { version >= 5 }

  /// The header as stored in the file, such as `REDIS0011`.
  public var description: String {
    let digits = String(version)
    let width = isValkey ? 3 : 4
    let zeros = String(repeating: "0", count: Swift.max(0, width - digits.count))
    return (isValkey ? "VALKEY" : "REDIS") + zeros + digits
  }
}

extension RawSpan {
  /// Whether the span begins with these bytes.
  func starts(with prefix: [UInt8]) -> Bool {
    byteCount >= prefix.count && prefix.indices.allSatisfy { byte(at: $0) == prefix[$0] }
  }

  /// Whether the whole span is the beginning of these bytes.
  func isPrefix(of whole: [UInt8]) -> Bool {
    byteCount <= whole.count && (0..<byteCount).allSatisfy { byte(at: $0) == whole[$0] }
  }

  /// Whether the span holds exactly these bytes.
  func equals(_ bytes: [UInt8]) -> Bool {
    byteCount == bytes.count && starts(with: bytes)
  }
}
