// Where the commands are that the second pass has to look at, if they are few: it then leaves all others out.

import RDB

/// Commands that the second pass needs.
struct LogMarks: Sendable {
  /// A command, and the second in which it was written.
  struct Mark: BitwiseCopyable, Sendable {
    let position: LogPosition
    let second: Int64?
  }

  /// Marks that are kept; a second pass that has more to do may as well look at all commands.
  private static let limit = 1 << 19

  private(set) var marks: [Mark] = []
  /// Whether there were too many.
  private(set) var isFull = false

  mutating func add(_ position: LogPosition, second: Int64?) {
    guard !isFull else { return }
    guard marks.count < LogMarks.limit else {
      isFull = true
      return marks.removeAll()
    }
    marks.append(Mark(position: position, second: second))
  }
}

extension LogInput {
  /// Goes through the marked commands up to an end.
  /// - Throws: Damage, which the first pass has not met.
  func walk<Visitor: LogVisitor & ~Copyable>(
    _ marks: LogMarks, until end: LogEnd, _ visitor: inout Visitor
  ) throws(LogDamage) {
    var walk = MarkedWalk()
    for mark in marks.marks {
      walk.begin(upTo: Int(mark.position.file), in: self, &visitor)
      if let second = mark.second { _ = visitor.stamp(second, at: mark.position) }
      try walk.command(mark.position, in: self, &visitor)
    }
    walk.begin(upTo: Int(end.position.file), in: self, &visitor)
    if let second = end.clock { _ = visitor.stamp(second, at: end.position) }
  }
}

/// The walk from mark to mark.
private struct MarkedWalk {
  private var file = -1
  private var reader = CommandReader(part: 0)

  /// Begins the files up to one.
  mutating func begin<Visitor: LogVisitor & ~Copyable>(
    upTo last: Int, in input: LogInput, _ visitor: inout Visitor
  ) {
    guard file < last else { return }
    while file < last {
      file += 1
      visitor.begin(file: file)
    }
    reader = CommandReader(part: input.files[file].part)
  }

  mutating func command<Visitor: LogVisitor & ~Copyable>(
    _ position: LogPosition, in input: LogInput, _ visitor: inout Visitor
  ) throws(LogDamage) {
    reader.move(to: position.offset)
    do throws(LogError) {
      _ = try input.parts.withBytes(ofPart: reader.part) { bytes throws(LogError) in
        try reader.next(in: bytes)
      }
    } catch {
      throw LogDamage(file: file, error)
    }
    _ = visitor.command(reader.arguments, at: position)
  }
}
