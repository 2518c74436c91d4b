/// What the header and earlier opcodes of a file say that the meaning of a value depends on.
public struct ValueContext: Hashable, Sendable {
  /// Whose meaning a type byte has.
  public internal(set) var dialect: RDBDialect
  /// Fields of each hash template (Redis 8.10), by its id.
  var templates: [UInt64: UInt64] = [:]

  /// Makes the context of a value outside any file, such as a DUMP payload.
  public init(dialect: RDBDialect = .redis) { self.dialect = dialect }
}
