// SHA-256 by libcrypto (OpenSSL), which uses the processor's instructions for it.

import CCrypto

/// The SHA-256 of a byte stream.
@safe
package final class SHA256: @unchecked Sendable {
  // Unchecked: used by one thread at a time.

  private let context: OpaquePointer

  /// Starts with no bytes.
  /// - Throws: If there is no memory, or the library refuses to work.
  package init() throws(SystemError) {
    // SAFETY: the context is nobody else's, and freed in deinit.
    guard SHA256.isReady, let context = unsafe EVP_MD_CTX_new() else {
      throw SystemError(.noDigest, .reserve, "SHA-256")
    }
    unsafe self.context = context
    // SAFETY: a new context, and a constant of the library.
    guard unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      throw SystemError(.noDigest, .reserve, "SHA-256")
    }
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Whether the library is initialised, without its configuration, which may name code to load.
  private static let isReady: Bool = {
    let options = UInt64(OPENSSL_INIT_NO_LOAD_CONFIG) | UInt64(OPENSSL_INIT_NO_ATEXIT)
    return OPENSSL_init_crypto(options, nil) == 1
  }()

  /// Hashes the next bytes.
  package func update(_ bytes: RawSpan) {
    // SAFETY: read within their count, inside the call.
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  /// Hashes the next bytes.
  package func update(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: the bytes are the caller's for this call.
    let answer = unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    // There is no reason for it to refuse bytes in memory.
    precondition(answer == 1)
  }

  /// The digest of all bytes so far, as 64 lower-case hexadecimal digits.
  ///
  /// No bytes can be added after that.
  package func digest() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    // SAFETY: the digest has 32 bytes.
    let answer = unsafe digest.withUnsafeMutableBufferPointer {
      unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil)
    }
    precondition(answer == 1)
    return digest.map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}
