/// A place in a log where its bytes are no commands, and why.
package struct LogError: Error, Hashable, BitwiseCopyable, Sendable {
  /// What is wrong.
  package enum Reason: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable {
    /// The file ends inside a command: what a crash leaves.
    case truncated
    /// Neither `*` nor `#` where a command must begin.
    case noCommand
    /// No `$` where an argument must begin.
    case noArgument
    /// A number of arguments that is not positive, or is more than this reader takes.
    case badCount
    /// A length below zero.
    case badLength
    /// A line without an end in as many bytes as servers read.
    case longLine
    /// An argument is longer than it says: no line end is behind it, and then no command.
    case longArgument
  }

  /// What is wrong.
  package var reason: Reason
  /// Where, in bytes from the start of the file.
  package var offset: Int
  /// The first byte of the command in which it is.
  package var start: Int
  /// The number or the byte that was found there.
  package var number: Int64

  /// Makes an error at a place inside a command.
  package init(_ reason: Reason, at offset: Int, in start: Int, number: Int64 = 0) {
    self.reason = reason
    self.offset = offset
    self.start = start
    self.number = number
  }
}

/// A place in a log: which file, in the order of the log, and the offset in it.
package struct LogPosition: Hashable, Comparable, BitwiseCopyable, Sendable {
  /// The file's number in the log.
  package var file: Int32
  /// Bytes from the file's start.
  package var offset: Int

  /// Makes a position.
  package init(file: Int, offset: Int) {
    self.file = Int32(truncatingIfNeeded: file)
    self.offset = offset
  }

  /// The earlier position is the smaller.
  package static func < (a: LogPosition, b: LogPosition) -> Bool {
    a.file == b.file ? a.offset < b.offset : a.file < b.file
  }
}

/// Damage of one of a log's files.
package struct LogDamage: Error, Hashable, BitwiseCopyable, Sendable {
  /// The file's number in the log.
  package var file: Int
  /// What is wrong in it.
  package var error: LogError

  /// Makes damage.
  package init(file: Int, _ error: LogError) {
    self.file = file
    self.error = error
  }

  /// Where it is.
  package var position: LogPosition { LogPosition(file: file, offset: error.offset) }
}
