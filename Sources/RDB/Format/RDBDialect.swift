/// Which server's numbering applies where servers use one number for two types or opcodes.
public enum RDBDialect: UInt8, Hashable, BitwiseCopyable, Sendable {
  /// Redis, and KeyDB and Tair, whose numbers do not clash with it.
  case redis
  /// Files that begin with `VALKEY`: 22 is a hash with field expiry, 243 a slot import.
  case valkey
  /// Files with an AUX `df-ver` or one of Dragonfly's opcodes: 30 to 37 are its own types.
  case dragonfly
}
