// The regular expression engine, for bug reports.

private import CPCRE2

/// The version of PCRE2.
package enum RegexEngine {
  /// Its version, such as `10.42 2022-12-11`.
  package static var version: String {
    var text = [UInt8](repeating: 0, count: 64)
    // SAFETY: PCRE2 writes its version and a zero byte, fewer than 64 bytes (pcre2_config(3)).
    let count = unsafe text.withUnsafeMutableBytes {
      unsafe pcre2_config_8(UInt32(PCRE2_CONFIG_VERSION), $0.baseAddress)
    }
    guard count > 0 else { return "unknown" }
    return String(decoding: text.prefix(Int(count) - 1), as: UTF8.self)
  }
}
