// A strict reader of the commands that we write: arrays of bulk strings, no leading zeros, nothing
// between them, nothing behind them. It shares no code with the writer.

/// Reads commands and counts what they carry.
final class RESPReader {
  /// Elements that the commands so far add to keys; pairs count once.
  private(set) var elements: UInt64 = 0
  /// Whether there was a payload since this was set.
  var hasRestored = false
  /// Bytes of the longest run of commands that came at once.
  private(set) var longestRun = 0

  /// Traps unless the bytes are whole commands.
  func read(_ bytes: RawSpan) {
    longestRun = max(longestRun, bytes.byteCount)
    var at = 0
    while at < bytes.byteCount { readCommand(bytes, &at) }
  }

  private func readCommand(_ bytes: RawSpan, _ at: inout Int) {
    let count = readHead(0x2a, bytes, &at)
    precondition(count > 0, "a command without a name")
    let name = readBulk(bytes, &at)
    for _ in 1..<count { _ = readBulk(bytes, &at) }
    let spelled = bytes.extracting(name).fuzzBytes
    if spelled == Array("RESTORE".utf8) { hasRestored = true }
    elements += RESPReader.elements(of: spelled, arguments: count)
  }

  private static func elements(of name: [UInt8], arguments: Int) -> UInt64 {
    switch String(decoding: name, as: UTF8.self) {
    case "SELECT":
      precondition(arguments == 2, "SELECT takes one argument")
      return 0
    case "UNLINK", "DEL":
      precondition(arguments == 2, "one key is replaced at a time")
      return 0
    case "PEXPIREAT":
      precondition(arguments == 3, "PEXPIREAT takes two arguments")
      return 0
    case "SET":
      precondition(arguments == 3 || arguments == 5, "SET takes two arguments, or four with PXAT")
      return 1
    case "RPUSH", "SADD":
      precondition(arguments > 2, "a command without elements")
      return UInt64(arguments - 2)
    case "HSET", "ZADD":
      precondition(arguments > 2 && arguments % 2 == 0, "a command with half a pair")
      return UInt64(arguments - 2) / 2
    case "HPEXPIREAT":
      precondition(arguments > 5, "HPEXPIREAT takes fields")
      return 0
    case "XADD", "EXHSET", "EXZADD":
      precondition(arguments >= 4, "a command without elements")
      return 1
    case "RESTORE", "XSETID", "XGROUP", "XCLAIM", "XCFGSET", "EXSET", "JSON.SET":
      precondition(arguments >= 3, "a command without arguments")
      return 0
    default: preconditionFailure("a command that nobody writes")
    }
  }

  private func readBulk(_ bytes: RawSpan, _ at: inout Int) -> Range<Int> {
    let count = readHead(0x24, bytes, &at)
    precondition(bytes.byteCount - at >= count + 2, "a bulk string is cut")
    defer { at += count }
    let place = at..<(at + count)
    var end = place.upperBound
    readLineEnd(bytes, &end)
    at += 2
    return place
  }

  private func readHead(_ mark: UInt8, _ bytes: RawSpan, _ at: inout Int) -> Int {
    precondition(at < bytes.byteCount && bytes.fuzzByte(at) == mark, "a head has another mark")
    at += 1
    let start = at
    var count = 0
    while at < bytes.byteCount, (0x30...0x39).contains(bytes.fuzzByte(at)) {
      count = count * 10 + Int(bytes.fuzzByte(at) - 0x30)
      at += 1
    }
    precondition(at > start, "a head without a number")
    precondition(at == start + 1 || bytes.fuzzByte(start) != 0x30, "a number with leading zeros")
    readLineEnd(bytes, &at)
    return count
  }

  private func readLineEnd(_ bytes: RawSpan, _ at: inout Int) {
    precondition(
      bytes.byteCount - at >= 2 && bytes.fuzzByte(at) == 0x0d && bytes.fuzzByte(at + 1) == 0x0a,
      "a line does not end")
    at += 2
  }
}
