import RDB

/// Counts RESP commands.
package final class CommandCounter {
  private var commands: UInt64 = 0

  /// Creates a counter at zero.
  package init() {}

  /// The commands since the last call.
  package func take() -> UInt64 {
    defer { commands = 0 }
    return commands
  }

  /// Skips from header to header; the bytes are whole commands written by `CommandExporter`.
  package func count(_ bytes: RawSpan) {
    var at = 0
    while at < bytes.byteCount {
      var left = number(bytes, &at)
      while left > 0, at < bytes.byteCount {
        at += number(bytes, &at) + 2
        left -= 1
      }
      commands &+= 1
    }
  }

  /// Reads the number after the type byte, and the end of the line.
  private func number(_ bytes: RawSpan, _ at: inout Int) -> Int {
    at += 1
    var value = 0
    while at < bytes.byteCount {
      let byte = bytes.byte(at)
      at += 1
      if byte == 0x0a { break }
      if byte != 0x0d { value = value &* 10 &+ Int(byte &- 0x30) }
    }
    return value
  }
}
