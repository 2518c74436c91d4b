// The system libraries in use, for bug reports.

import CCrypto
import CLZ4
import CZlib
import CZstd

/// The versions of the system libraries.
package enum LibraryVersions {
  /// The version of zlib, such as `1.3.1`.
  package static var zlib: String {
    // SAFETY: zlib returns a constant C string.
    guard let version = unsafe zlibVersion() else { return "unknown" }
    return unsafe String(cString: version)
  }

  /// The version of OpenSSL, such as `3.0.19`.
  package static var openSSL: String {
    // SAFETY: OpenSSL returns a constant C string.
    guard let version = unsafe OpenSSL_version(OPENSSL_VERSION_STRING) else { return "unknown" }
    return unsafe String(cString: version)
  }

  /// The version of LZ4, such as `1.9.4`.
  package static var lz4: String {
    // SAFETY: LZ4 returns a constant C string.
    guard let version = unsafe LZ4_versionString() else { return "unknown" }
    return unsafe String(cString: version)
  }

  /// The version of libzstd, such as `1.5.4`.
  package static var zstd: String {
    // SAFETY: libzstd returns a constant C string.
    guard let version = unsafe ZSTD_versionString() else { return "unknown" }
    return unsafe String(cString: version)
  }
}
