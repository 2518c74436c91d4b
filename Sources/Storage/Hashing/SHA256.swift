// SHA-256, by libcrypto (OpenSSL), which uses what the processor has for it.

import CCrypto

/// The SHA-256 of bytes that come in pieces.
@safe
package final class SHA256: @unchecked Sendable {
  // Unchecked: one thread at a time may use it.

  private let context: OpaquePointer

  /// Begins with no bytes.
  /// - Throws: That there is no memory, or that the library refuses to work.
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

  /// Whether the library has begun: without reading its settings, which may name code to be loaded.
  private static let isReady: Bool = {
    let options = UInt64(OPENSSL_INIT_NO_LOAD_CONFIG) | UInt64(OPENSSL_INIT_NO_ATEXIT)
    return OPENSSL_init_crypto(options, nil) == 1
  }()

  /// Takes in the bytes that come next.
  package func update(_ bytes: RawSpan) {
    // SAFETY: read within their count, inside the call.
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  /// Takes in the bytes that come next.
  package func update(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: the bytes are the caller's for this call.
    let answer = unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    // It has no reason to refuse bytes in memory.
    precondition(answer == 1)
  }

  /// The digest of all bytes so far, as 64 lower-case hexadecimal digits.
  ///
  /// No more bytes can be taken in after that.
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
