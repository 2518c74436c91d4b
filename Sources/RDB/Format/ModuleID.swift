/// A module type: nine letters of six bits and ten bits of encoding version.
public struct ModuleID: Hashable, BitwiseCopyable, Sendable {
  /// The 64 bits as stored in the file.
  public var rawValue: UInt64

  /// Makes a module type from its 64 bits.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// Makes a module type from nine letters and a version; nil if they are not valid.
  package init?(name: String, version: Int) {
    guard name.utf8.count == 9, (0...1023).contains(version) else { return nil }
    var bits: UInt64 = 0
    for letter in name.utf8 {
      guard let digit = ModuleID.alphabet.firstIndex(of: letter) else { return nil }
      bits = bits << 6 | UInt64(digit)
    }
    self.init(bits << 10 | UInt64(version))
  }

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// The type's nine letters, such as `tairhash-`.
  public var name: String {
    let letters = (0..<9).map { ModuleID.alphabet[Int(rawValue >> UInt64(10 + 6 * (8 - $0)) & 63)] }
    return String(decoding: letters, as: UTF8.self)
  }

  /// Whether it is a module of Tair's.
  package var isTair: Bool {
    let name = name
    return name.hasPrefix("tair") || name == "exhash---" || name == "exstrtype"
  }

  /// The encoding version, 0 to 1023.
  public var version: Int { Int(rawValue & 1023) }
}
