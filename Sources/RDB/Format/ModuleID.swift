/// A module type: nine letters of six bits and ten bits of encoding version.
public struct ModuleID: Hashable, BitwiseCopyable, Sendable {
  /// The 64 bits as they stand in the file.
  public var rawValue: UInt64

  /// Makes a module type from its 64 bits.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// The type's nine letters, such as `tairhash-`.
  public var name: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    let letters = (0..<9).map { alphabet[Int(rawValue >> UInt64(10 + 6 * (8 - $0)) & 63)] }
    return String(decoding: letters, as: UTF8.self)
  }

  /// The encoding version, 0 to 1023.
  public var version: Int { Int(rawValue & 1023) }
}
