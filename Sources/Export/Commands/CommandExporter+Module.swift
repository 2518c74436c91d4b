// Values of modules that have commands.
//
//   TairString   EXSET key value ABS version FLAGS flags
//   TairHash     EXHSET key field value [PXAT ms] ABS version      per field
//   TairZset     EXZADD key score#score… member                    per member
//   RedisJSON    JSON.SET key $ text

package import RDB

extension CommandExporter {
  /// Whether values of a type can be written as commands; for modules, whether some can.
  static func hasCommands(_ type: RDBType, in dialect: RDBDialect) -> Bool {
    let opening = type.content(in: dialect)
    return !opening.isEmpty && accepts.isSuperset(of: opening)
  }

  /// Whether values of a module can be written as commands.
  func recreates(_ module: ModuleID?) -> Bool {
    guard let name = module?.name else { return false }
    return ["tairhash-", "exhash---", "exstrtype", "tairzset_", "ReJSON-RL"].contains(name)
  }

  /// Writes a part of a module's value.
  package mutating func module(_ part: ModulePart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .values, .value: command.needsPayload = true
    case .tairString(let string): try append(string, in: bytes)
    case .tairHash, .tairSortedSet(members: _, scores: 0): break
    case .tairSortedSet(members: _, scores: let scores):
      command.scores = Int(truncatingIfNeeded: min(scores, 255))
    case .tairField(let field): try append(field, in: bytes)
    case .tairMember(let member):
      command.member = member
      scores.removeAll()
      command.items = 0
    case .tairScore(let score): try append(score, in: bytes)
    case .json(let text): try document(text, in: bytes)
    }
  }

  /// Writes a JSON document.
  mutating func document(_ text: StringObject, in bytes: RawSpan) throws(RDBError) {
    beginCommand(arguments: 4, "$8\r\nJSON.SET\r\n")
    output.append("$1\r\n$\r\n")
    try output.appendBulk(text, in: bytes)
  }

  private mutating func append(_ string: TairString, in bytes: RawSpan) throws(RDBError) {
    beginCommand(arguments: 7, "$5\r\nEXSET\r\n")
    try output.appendBulk(string.value, in: bytes)
    output.append("$3\r\nABS\r\n")
    output.appendBulk(unsigned: string.version)
    output.append("$5\r\nFLAGS\r\n")
    output.appendBulk(unsigned: string.flags)
  }

  private mutating func append(_ field: TairField, in bytes: RawSpan) throws(RDBError) {
    beginCommand(arguments: field.expiry == nil ? 6 : 8, "$6\r\nEXHSET\r\n")
    try output.appendBulk(field.field, in: bytes)
    try output.appendBulk(field.value, in: bytes)
    if let expiry = field.expiry {
      output.append("$4\r\nPXAT\r\n")
      output.appendBulk(decimal: expiry.rawValue)
    }
    output.append("$3\r\nABS\r\n")
    output.appendBulk(unsigned: field.version)
  }

  /// Collects a score; after the last score of a member, writes the member.
  private mutating func append(_ score: Double, in bytes: RawSpan) throws(RDBError) {
    guard let member = command.member else { return }
    if command.items > 0 { scores.append(0x23) }
    scores.append(score: score)
    command.items &+= 1
    guard command.items == command.scores else { return }
    let items = command.items
    beginCommand(arguments: 4, "$6\r\nEXZADD\r\n")
    command.items = items
    let count = scores.count
    output.write(atMost: OutputCursor.bulkOverhead) { $0.appendBulkHead(count) }
    scores.withBytes { output.append($0) }
    output.append("\r\n")
    try output.appendBulk(member, in: bytes)
  }
}
