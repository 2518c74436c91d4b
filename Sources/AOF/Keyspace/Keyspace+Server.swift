// Databases, functions, scripts, and commands whose effect is not known.

import RDB

extension Keyspace {
  func runServer(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    switch verb {
    case .select: select(try databaseNumber(arguments, 1))
    case .flushAll: flushAll()
    case .flushDB: flush(current)
    case .swapDB: swap(try databaseNumber(arguments, 1), try databaseNumber(arguments, 2))
    case .function: try changeFunctions(arguments)
    case .script: try runScript(arguments)
    case .opaque: throw .inexact(cause(.unknownCommand))
    default: break
    }
  }

  /// The number of a database; the log itself shows how many its writer had.
  func databaseNumber(_ arguments: Arguments, _ index: Int) throws(CommandFailure) -> UInt32 {
    let number = try arguments.integer(index)
    guard number >= 0, number < Int64(Int32.max) else { throw .rejected }
    return UInt32(truncatingIfNeeded: number)
  }

  /// A script may change the keys that it declares; one that declares none, any.
  private func runScript(_ arguments: Arguments) throws(CommandFailure) {
    guard try arguments.integer(2) > 0 else { return loseEverything(.script) }
    throw .inexact(cause(.script))
  }

  /// Applies a command that is not in the table.
  ///
  /// One with a dot in its name is a module's and takes a key first. Of any other it is not known
  /// which arguments are keys; one that has none, or only says how to flush, may empty a database.
  func applyUnknown(_ places: [StringPlace]) {
    let isModule = parts.withBytes(places[0]) { name in
      (0..<name.byteCount).contains { name.byte(at: $0) == UInt8(ascii: ".") }
    }
    let arguments = Arguments(places: places, parts: parts)
    let mayFlush =
      places.count < 2
      || places.count == 2 && (arguments.isWord(1, "ASYNC") || arguments.isWord(1, "SYNC"))
    if mayFlush, !isModule { return loseEverything(.unknownCommand) }
    for key in places.dropFirst().prefix(isModule ? 1 : .max) where follows(key) {
      lose(entry(key), cause(.unknownCommand))
    }
  }

  // MARK: Functions

  private func changeFunctions(_ arguments: Arguments) throws(CommandFailure) {
    changesFunctions = true
    if arguments.isWord(1, "FLUSH") { return functions.removeAll() }
    try arguments.require(3)
    if arguments.isWord(1, "LOAD") {
      let source = parts.array(arguments[arguments.count - 1])
      guard let name = Keyspace.libraryName(source) else { throw .rejected }
      functions[name] = source
    } else if arguments.isWord(1, "DELETE") {
      functions[parts.array(arguments[2])] = nil
    } else if arguments.isWord(1, "RESTORE") {
      try restoreFunctions(arguments)
    }
  }

  static func libraryName(_ source: [UInt8]) -> [UInt8]? {
    source.withRawSpan { bytes in
      FunctionLibrary(source: bytes).map { [UInt8](copying: bytes.extracting($0.name.range)) }
    }
  }

  /// FUNCTION RESTORE: a payload of libraries, as FUNCTION DUMP writes it.
  private func restoreFunctions(_ arguments: Arguments) throws(CommandFailure) {
    let payload = parts.array(arguments[2])
    guard payload.count > 10 else { throw .rejected }
    if arguments.isWord(3, "FLUSH") { functions.removeAll() }
    // The payload is the records of an RDB file between a header and an end.
    let file =
      Array("REDIS0011".utf8) + payload.dropLast(10) + [0xff] + [UInt8](repeating: 0, count: 8)
    guard let facts = try? file.withRawSpan({ bytes throws(RDBError) in try BaseFacts(bytes) })
    else {
      throw .rejected
    }
    for source in facts.functions {
      if let name = Keyspace.libraryName(source) { functions[name] = source }
    }
  }
}
