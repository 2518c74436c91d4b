// Bytes of a log that are no commands, and what they look like.

import RDB

/// Bytes of a log that are no commands.
package struct LogHole: Hashable, BitwiseCopyable, Sendable {
  /// What is there instead.
  package enum Content: Hashable, BitwiseCopyable, Sendable {
    /// The marks with which some editors begin UTF-8.
    case byteOrderMark
    /// Line ends, as an editor adds them.
    case lineEnds
    /// Zeros, as of a block that was never written; the longest row of them, and where it begins.
    case zeros(at: Int, count: Int)
    /// A known command in plain words, which servers take from a terminal and not from a log.
    case words
    /// Anything else.
    case other
  }

  /// What is wrong where it begins.
  package var error: LogError
  /// The first byte that is not read: that of the damaged command.
  package var start: Int
  /// Where commands make sense again; the end of the file where they do not.
  package var end: Int
  /// Whether it reaches to the end of its file.
  package var isTail: Bool
  /// What is there instead.
  package var content: Content

  init(_ error: LogError, until end: Int, in bytes: RawSpan) {
    self.error = error
    start = error.start
    self.end = end
    isTail = end >= bytes.byteCount
    content = LogHole.content(error.start, end, in: bytes)
  }

  /// Whether it is what a crash leaves: the file ends inside a command.
  package var isCutCommand: Bool { isTail && error.reason == .truncated }

  /// Whether no command can have been in it.
  package var isHarmless: Bool {
    switch content {
    case .byteOrderMark, .lineEnds: true
    case .zeros, .words, .other: false
    }
  }

  /// The shortest run of zeros that is reported.
  private static let zeros = 16

  private static func content(_ start: Int, _ end: Int, in bytes: RawSpan) -> Content {
    let hole = bytes.extracting(start..<end)
    if hole.byteCount == 3, hole.starts(with: "\u{feff}") { return .byteOrderMark }
    if (0..<hole.byteCount).allSatisfy({ hole.byte(at: $0) == 10 || hole.byte(at: $0) == 13 }) {
      return .lineEnds
    }
    let row = longestZeros(hole)
    if row.count >= zeros { return .zeros(at: start + row.start, count: row.count) }
    return isWords(hole) ? .words : .other
  }

  private static func longestZeros(_ hole: RawSpan) -> (start: Int, count: Int) {
    var longest = (start: 0, count: 0)
    var start = 0
    for at in 0..<hole.byteCount {
      if hole.byte(at: at) != 0 { start = at + 1 }
      if at + 1 - start > longest.count { longest = (start, at + 1 - start) }
    }
    return longest
  }

  /// Whether a known command begins the hole, and nothing but printable text follows.
  private static func isWords(_ hole: RawSpan) -> Bool {
    guard hole.byteCount <= 1 << 16 else { return false }
    let text = [UInt8](copying: hole)
    guard text.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 10 || $0 == 13 }) else {
      return false
    }
    let name = text.prefix { $0 > 0x20 }
    return Array(name).withRawSpan { CommandTable.shared.find($0) != nil }
  }
}

/// What a walk over a damaged log passes over.
enum LogLoss {
  /// Bytes that are no commands, and the arguments of the damaged command as far as they can be read.
  case hole(LogHole, of: Int, damaged: [StringPlace])
  /// A file that is missing before another.
  case file(before: Int)
}

/// What goes through the commands of a damaged log.
protocol LossVisitor: LogVisitor, ~Copyable {
  /// Commands may be lost here.
  mutating func pass(_ loss: LogLoss)
}

extension LogInput {
  /// Goes through all commands that can be read, and passes over what cannot.
  func walkAll<Visitor: LossVisitor & ~Copyable>(_ visitor: inout Visitor) {
    for index in files.indices {
      if files[index].isBehindLoss { visitor.pass(.file(before: index)) }
      visitor.begin(file: index)
      parts.withBytes(ofPart: files[index].part) { bytes in
        var walk = WalkPastHoles(bytes, index, files[index])
        walk.run(bytes, &visitor)
      }
    }
  }

  /// The stretches of a file that are no commands, in order; empty for a sound file.
  ///
  /// - Parameter file: The file's number in the log.
  /// - Returns: The holes; a cut tail is one too.
  package func holes(of file: Int) -> [LogHole] {
    var visitor = HoleCollector()
    parts.withBytes(ofPart: files[file].part) { bytes in
      var walk = WalkPastHoles(bytes, file, files[file])
      walk.run(bytes, &visitor)
    }
    return visitor.holes
  }
}

/// The walk over one file.
private struct WalkPastHoles {
  private let index: Int
  private var reader: CommandReader
  private var resync: LogResync

  init(_ bytes: RawSpan, _ index: Int, _ file: LogFile) {
    self.index = index
    reader = CommandReader(part: file.part, from: file.start)
    resync = LogResync(bytes)
  }

  mutating func run<Visitor: LossVisitor & ~Copyable>(_ bytes: RawSpan, _ visitor: inout Visitor) {
    while true {
      do throws(LogError) {
        while try step(bytes, &visitor) {}
        return
      } catch {
        // The damaged command may have swallowed sound ones: look from behind its first byte.
        let end = resync.boundary(in: bytes, from: error.start + 1) ?? bytes.byteCount
        let hole = LogHole(error, until: end, in: bytes)
        visitor.pass(.hole(hole, of: index, damaged: reader.arguments))
        guard end < bytes.byteCount else { return }
        reader = CommandReader(part: reader.part, from: end)
      }
    }
  }

  /// Takes one command or line; false at the end.
  private mutating func step<Visitor: LossVisitor & ~Copyable>(
    _ bytes: RawSpan, _ visitor: inout Visitor
  ) throws(LogError) -> Bool {
    let item = try reader.next(in: bytes)
    let position = LogPosition(file: index, offset: reader.start)
    switch item {
    case .command:
      if let error = reader.longArgument(in: bytes), !resync.goesOn(at: reader.offset, in: bytes) {
        throw error
      }
      _ = visitor.command(reader.arguments, at: position)
    case .stamp(let second): _ = visitor.stamp(second, at: position)
    case .remark: break
    case .end: return false
    }
    return true
  }
}

private struct HoleCollector: LossVisitor {
  var holes: [LogHole] = []

  mutating func begin(file: Int) {}
  mutating func stamp(_ second: Int64, at position: LogPosition) -> Bool { true }
  mutating func command(_ arguments: [StringPlace], at position: LogPosition) -> Bool { true }
  mutating func pass(_ loss: LogLoss) {
    if case .hole(let hole, _, _) = loss { holes.append(hole) }
  }
}
