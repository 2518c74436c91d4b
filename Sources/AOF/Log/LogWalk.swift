// The one loop over the commands of a log. What is done with them is a visitor's business.

/// What goes through the commands of a log.
protocol LogVisitor: ~Copyable {
  /// A file begins; its commands begin in database 0.
  mutating func begin(file: Int)
  /// The second of the commands that follow; false ends the walk before it.
  mutating func stamp(_ second: Int64, at position: LogPosition) -> Bool
  /// A command; false ends the walk before it.
  mutating func command(_ arguments: [StringPlace], at position: LogPosition) -> Bool
}

/// How a walk over a log ended.
package struct LogWalkEnd: Hashable, Sendable {
  /// The first byte that was not taken.
  package var position: LogPosition
  /// Whether the visitor ended it, and not the log.
  package var isStopped: Bool
  /// What is cut off at the end of the last file.
  package var tail: LogDamage?
}

extension LogInput {
  /// Goes through the commands of all files.
  ///
  /// - Parameters:
  ///   - first: Where to begin; nil for the first command of the first file.
  ///   - end: Where to stop; a command that begins there is not taken.
  ///   - visitor: What takes the commands.
  /// - Returns: How the walk ended.
  /// - Throws: Damage that is not the cut tail of the last file.
  func walk<Visitor: LogVisitor & ~Copyable>(
    from first: LogPosition? = nil, until end: LogPosition? = nil, _ visitor: inout Visitor
  ) throws(LogDamage) -> LogWalkEnd {
    var position = LogPosition(file: 0, offset: 0)
    for index in files.indices.dropFirst(first.map { Int($0.file) } ?? 0) {
      if let end, end.file < index { break }
      visitor.begin(file: index)
      let limit = end.flatMap { $0.file == index ? $0.offset : nil } ?? .max
      let start = first.flatMap { $0.file == index ? $0.offset : nil } ?? files[index].start
      let result = try walk(index, start..<max(start, limit), &visitor)
      position = result.position
      if result.isStopped || result.tail != nil { return result }
    }
    return LogWalkEnd(position: position, isStopped: false)
  }

  private func walk<Visitor: LogVisitor & ~Copyable>(
    _ index: Int, _ range: Range<Int>, _ visitor: inout Visitor
  ) throws(LogDamage) -> LogWalkEnd {
    var reader = CommandReader(part: files[index].part, from: range.lowerBound)
    do throws(LogError) {
      let isStopped = try parts.withBytes(ofPart: reader.part) { bytes throws(LogError) in
        try LogInput.walk(bytes, &reader, index, limit: range.upperBound, &visitor)
      }
      let offset = isStopped ? reader.start : reader.offset
      return LogWalkEnd(
        position: LogPosition(file: index, offset: offset), isStopped: isStopped)
    } catch {
      let damage = LogDamage(file: index, error)
      guard isCutTail(error, of: index) else { throw damage }
      return LogWalkEnd(
        position: LogPosition(file: index, offset: error.start), isStopped: false, tail: damage)
    }
  }

  /// Whether an error is what a crash leaves: the last file ends inside a command, and no command
  /// follows that could be read.
  private func isCutTail(_ error: LogError, of index: Int) -> Bool {
    guard error.reason == .truncated, index == files.count - 1, missing.isEmpty else {
      return false
    }
    return parts.withBytes(ofPart: files[index].part) { bytes in
      var resync = LogResync(bytes)
      return resync.boundary(in: bytes, from: error.start + 1) == nil
    }
  }

  /// True where the visitor ended it.
  private static func walk<Visitor: LogVisitor & ~Copyable>(
    _ bytes: RawSpan, _ reader: inout CommandReader, _ index: Int, limit: Int,
    _ visitor: inout Visitor
  ) throws(LogError) -> Bool {
    while reader.offset < limit {
      let item = try reader.next(in: bytes)
      let position = LogPosition(file: index, offset: reader.start)
      switch item {
      case .command:
        guard visitor.command(reader.arguments, at: position) else { return true }
      case .stamp(let second):
        guard visitor.stamp(second, at: position) else { return true }
      case .remark: break
      case .end: return false
      }
    }
    return false
  }
}
