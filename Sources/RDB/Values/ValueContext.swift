/// What the header and earlier opcodes of a file say that the meaning of a value depends on.
public struct ValueContext: Hashable, Sendable {
  /// Whose meaning a type byte has.
  public internal(set) var dialect: RDBDialect
  /// Whether nothing that is read changes that any more: a salvage has decided it, and what belongs to
  /// another dialect is damage.
  var isSettled = false
  /// The fields of hash templates (Redis 8.10).
  var templates = HashTemplates()

  /// Makes the context of a value outside any file, such as a DUMP payload.
  public init(dialect: RDBDialect = .redis) { self.dialect = dialect }
}
