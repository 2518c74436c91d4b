// Behind damage: where commands make sense again. A boundary is a `*` or a `#TS:` at the head of a line
// (or behind zeros) from which several commands can be read one behind the other, so that what merely
// looks like a command inside a value is not taken for one.

import RDB

/// Looks for the next boundary between commands.
struct LogResync {
  /// Commands that must follow each other, unless the file ends before.
  private static let chain = 4
  private static let argumentsAtMost = 1 << 10
  /// Arguments that may still be read in vain: hostile bytes could ask for a square of their size.
  private var work: Int
  private let table = CommandTable.shared

  init(_ bytes: RawSpan) { work = bytes.byteCount &* 4 &+ (1 << 16) }

  /// The next boundary behind damage; nil if there is none.
  mutating func boundary(in bytes: RawSpan, from start: Int) -> Int? {
    var at = start
    while at < bytes.byteCount, work > 0 {
      if isHead(at, in: bytes), holds(from: at, in: bytes) { return at }
      at &+= 1
    }
    return nil
  }

  /// Whether the log goes on at an offset, or ends there.
  mutating func goesOn(at offset: Int, in bytes: RawSpan) -> Bool {
    offset >= bytes.byteCount || holds(from: offset, in: bytes)
  }

  /// Whether a command could begin at an offset.
  private func isHead(_ at: Int, in bytes: RawSpan) -> Bool {
    let byte = bytes.byte(at: at)
    guard byte == 0x2a || byte == 0x23 else { return false }
    guard at > 0 else { return true }
    let before = bytes.byte(at: at &- 1)
    guard before == 0x0a || before == 0 || before == 0xbf else { return false }
    return byte == 0x2a || bytes.extracting(droppingFirst: at).starts(with: "#TS:")
  }

  /// Whether enough commands follow each other from an offset on.
  private mutating func holds(from start: Int, in bytes: RawSpan) -> Bool {
    var reader = CommandReader(part: 0, from: start)
    for count in 0..<LogResync.chain {
      guard let item = try? reader.next(in: bytes) else {
        // What follows a boundary may be cut, but not its first command.
        return false
      }
      switch item {
      case .end: return count > 0
      case .stamp, .remark: work &-= 1
      case .command:
        work &-= reader.arguments.count
        guard isPlausible(reader.arguments, in: bytes) else { return false }
      }
    }
    return true
  }

  private func isPlausible(_ arguments: [StringPlace], in bytes: RawSpan) -> Bool {
    guard arguments.count <= LogResync.argumentsAtMost else { return false }
    let name = bytes.extracting(arguments[0].offset..<(arguments[0].offset + arguments[0].count))
    if table.find(name) != nil { return true }
    return name.byteCount > 0 && name.byteCount <= 40
      && (0..<name.byteCount).allSatisfy {
        let letter = name.byte(at: $0).upperLetter
        return (0x41...0x5a).contains(letter) || (0x30...0x39).contains(letter) || letter == 0x2e
          || letter == 0x2d || letter == 0x5f
      }
  }
}
