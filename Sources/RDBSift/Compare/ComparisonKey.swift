// The secret of the digests by which values are compared.

package import RDB

extension DigestKey {
  /// A new secret.
  ///
  /// Nothing that is shown depends on it; it keeps those who write keys from choosing values that would
  /// be taken for others.
  package static func secret() -> DigestKey {
    var random = SystemRandomNumberGenerator()
    return DigestKey(random.next(), random.next())
  }
}
