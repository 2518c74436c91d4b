// Commands of the Redis protocol, read back strictly, so that a test can ask what was written.

/// Why bytes are not a row of commands: where, and what was expected there.
public struct RESPError: Error, Hashable, Sendable {
  /// The place.
  public var offset: Int
  /// What was expected.
  public var expected: String
}

/// One command.
public struct RESPCommand: Hashable, Sendable {
  /// Its name and arguments.
  public var arguments: [[UInt8]]
  /// Its bytes in all.
  public var size: Int

  /// Its name.
  public var name: String { String(decoding: arguments.first ?? [], as: UTF8.self) }
}

/// Reads commands until the bytes end, which they must behind a whole one.
public func readCommands(_ bytes: [UInt8]) throws(RESPError) -> [RESPCommand] {
  var reader = RESPReader(bytes: bytes)
  var commands: [RESPCommand] = []
  while reader.at < bytes.count { commands.append(try reader.command()) }
  return commands
}

private struct RESPReader {
  let bytes: [UInt8]
  var at = 0

  mutating func command() throws(RESPError) -> RESPCommand {
    let start = at
    let count = try number(after: UInt8(ascii: "*"))
    guard count > 0 else { throw RESPError(offset: start, expected: "arguments") }
    var arguments: [[UInt8]] = []
    for _ in 0..<count { arguments.append(try bulk()) }
    return RESPCommand(arguments: arguments, size: at - start)
  }

  private mutating func bulk() throws(RESPError) -> [UInt8] {
    let count = try number(after: UInt8(ascii: "$"))
    guard bytes.count - at >= count else { throw RESPError(offset: at, expected: "\(count) bytes") }
    let content = Array(bytes[at..<(at + count)])
    at += count
    try lineEnd()
    return content
  }

  /// A mark, then a number spelled as servers spell it: no sign, no zero in front.
  private mutating func number(after mark: UInt8) throws(RESPError) -> Int {
    let start = at
    guard at < bytes.count, bytes[at] == mark else {
      throw RESPError(offset: at, expected: String(UnicodeScalar(mark)))
    }
    at += 1
    var value = 0
    var digits = 0
    while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39, digits < 12 {
      value = value * 10 + Int(bytes[at] - 0x30)
      digits += 1
      at += 1
    }
    guard digits > 0, digits == 1 || bytes[start + 1] != 0x30 else {
      throw RESPError(offset: start, expected: "a number")
    }
    try lineEnd()
    return value
  }

  private mutating func lineEnd() throws(RESPError) {
    guard at + 1 < bytes.count, bytes[at] == 13, bytes[at + 1] == 10 else {
      throw RESPError(offset: at, expected: "an end of line")
    }
    at += 2
  }
}
