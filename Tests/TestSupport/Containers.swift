// Containers made on the spot: what the tests pack backups in. The compressed ones by the libraries'
// own encoders, the rest byte by byte.

import CLZ4
import CZlib

/// Makes containers.
public enum Packed {
  /// One gzip member.
  public static func gzip(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
    var stream = unsafe z_stream()
    // SAFETY: zeroed as zlib wants it; the output has the room that the library asks for.
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    unsafe deflateInit2_(
      &stream, Int32(level), Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, zlibVersion(), size)
    defer { unsafe deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(unsafe deflateBound(&stream, UInt(bytes.count))))
    let made = unsafe input.withUnsafeMutableBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        unsafe stream.next_in = input.baseAddress
        unsafe stream.avail_in = UInt32(input.count)
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(output.count)
        unsafe deflate(&stream, Z_FINISH)
        return unsafe output.count - Int(stream.avail_out)
      }
    }
    return Array(output.prefix(made))
  }

  /// How an LZ4 frame is made.
  public struct LZ4Form: Sendable, CustomStringConvertible {
    /// Whether blocks refer to those before them.
    public var isLinked = true
    /// Whether the frame ends with a checksum.
    public var hasContentChecksum = true
    /// Whether each block has one.
    public var hasBlockChecksums = false
    /// Whether the header tells the size.
    public var hasContentSize = false
    /// 4 to 7: 64 KiB to 4 MiB.
    public var blockSize: UInt32 = 4

    /// The usual form.
    public init() {}

    /// All combinations.
    public static var all: [LZ4Form] {
      (0..<16).map { bits in
        var form = LZ4Form()
        form.isLinked = bits & 1 == 0
        form.hasContentChecksum = bits & 2 == 0
        form.hasBlockChecksums = bits & 4 == 0
        form.hasContentSize = bits & 8 == 0
        form.blockSize = UInt32(4 + bits % 4)
        return form
      }
    }

    /// What is set.
    public var description: String {
      [
        isLinked ? "linked" : "independent", hasContentChecksum ? "content checksum" : "",
        hasBlockChecksums ? "block checksums" : "", hasContentSize ? "size" : "",
        "blocks \(blockSize)",
      ].filter { !$0.isEmpty }.joined(separator: ", ")
    }
  }

  /// One LZ4 frame.
  public static func lz4(_ bytes: [UInt8], _ form: LZ4Form = LZ4Form()) -> [UInt8] {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.blockMode = form.isLinked ? LZ4F_blockLinked : LZ4F_blockIndependent
    preferences.frameInfo.contentChecksumFlag =
      form.hasContentChecksum ? LZ4F_contentChecksumEnabled : LZ4F_noContentChecksum
    preferences.frameInfo.blockChecksumFlag =
      form.hasBlockChecksums ? LZ4F_blockChecksumEnabled : LZ4F_noBlockChecksum
    preferences.frameInfo.contentSize = form.hasContentSize ? UInt64(bytes.count) : 0
    preferences.frameInfo.blockSizeID = LZ4F_blockSizeID_t(form.blockSize)
    // SAFETY: the output has the room that the library asks for.
    let bound = unsafe LZ4F_compressFrameBound(bytes.count, &preferences)
    var output = [UInt8](repeating: 0, count: bound)
    let made = unsafe output.withUnsafeMutableBytes { output in
      unsafe bytes.withUnsafeBytes { input in
        unsafe LZ4F_compressFrame(
          output.baseAddress, output.count, input.baseAddress, input.count, &preferences)
      }
    }
    return Array(output.prefix(made))
  }

  /// A frame that readers skip.
  public static func skippable(_ bytes: [UInt8]) -> [UInt8] {
    let count = UInt32(bytes.count)
    return [0x5a, 0x2a, 0x4d, 0x18] + (0..<4).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
      + bytes
  }

  /// Valkey's envelope.
  public static func envelope(_ bytes: [UInt8]) -> [UInt8] {
    Array("VCS".utf8) + [1, 1, 0, 1] + lz4(bytes)
  }

  /// A full-sync stream that tells the count.
  public static func fullSync(_ bytes: [UInt8], then rest: String = "") -> [UInt8] {
    Array("+FULLRESYNC 0123 77\r\n\n\n$\(bytes.count)\r\n".utf8) + bytes + Array(rest.utf8)
  }

  /// A full-sync stream that ends with a mark.
  public static func disklessFullSync(_ bytes: [UInt8], then rest: String = "") -> [UInt8] {
    let mark = "0123456789abcdef0123456789abcdef01234567"
    return Array("$EOF:\(mark)\r\n".utf8) + bytes + Array((mark + rest).utf8)
  }
}

// MARK: - tar

extension Packed {
  /// A member of an archive.
  public struct Member: Sendable {
    /// Its name.
    public var name: String
    /// What it holds.
    public var bytes: [UInt8]
    /// Its type.
    public var type: UInt8

    /// A member, a file's if nothing else is said.
    public init(_ name: String, _ bytes: [UInt8], type: UInt8 = UInt8(ascii: "0")) {
      self.name = name
      self.bytes = bytes
      self.type = type
    }
  }

  /// How long names are told.
  public enum TarForm: CaseIterable, Sendable {
    case ustar, gnu, pax
  }

  /// An archive.
  public static func tar(_ members: [Member], _ form: TarForm = .ustar) -> [UInt8] {
    members.flatMap { member(of: $0, form) } + [UInt8](repeating: 0, count: 1024)
  }

  private static func member(of member: Member, _ form: TarForm) -> [UInt8] {
    let name = Array(member.name.utf8)
    guard name.count > 100 else { return block(member, name: name) }
    switch form {
    case .ustar:
      let slash = name.indices.last { name[$0] == UInt8(ascii: "/") && $0 <= 155 } ?? 0
      return block(member, name: Array(name[(slash + 1)...]), prefix: Array(name[..<slash]))
    case .gnu:
      let long = Member("././@LongLink", name + [0], type: UInt8(ascii: "L"))
      return block(long, name: Array(long.name.utf8))
        + block(member, name: Array(name.prefix(100)))
    case .pax:
      let text = Array(" path=".utf8) + name + [0x0a]
      let length = text.count + String(text.count + 3).utf8.count
      let record = Array(String(length).utf8) + text
      let header = Member("PaxHeaders/x", record, type: UInt8(ascii: "x"))
      return block(header, name: Array(header.name.utf8))
        + block(member, name: Array(name.prefix(100)))
    }
  }

  private static func block(
    _ member: Member, name: [UInt8], prefix: [UInt8] = []
  ) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ bytes: [UInt8], at place: Int) {
      header.replaceSubrange(place..<(place + bytes.count), with: bytes)
    }
    put(Array(name.prefix(100)), at: 0)
    put(Array("0000644".utf8), at: 100)
    let octal = String(member.bytes.count, radix: 8)
    put(Array((String(repeating: "0", count: 11 - octal.count) + octal).utf8), at: 124)
    put(Array("ustar\u{0}00".utf8), at: 257)
    put(prefix, at: 345)
    header[156] = member.type
    put([UInt8](repeating: 0x20, count: 8), at: 148)
    let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
    put(Array((String(repeating: "0", count: 6 - sum.count) + sum).utf8) + [0], at: 148)
    let padding = (512 - member.bytes.count % 512) % 512
    return header + member.bytes + [UInt8](repeating: 0, count: padding)
  }
}
