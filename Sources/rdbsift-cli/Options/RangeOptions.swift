import ArgumentParser
import RDBSift
import Storage

/// Which part of a file.
struct RangeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Read only a part of a file: a line that split has written, or @FILE with one line; @- is standard \
      input. Without a file, that of the line is read.
      """, valueName: "line"), completion: .file())
  var range: String?

  /// The option that reads a file, with its path.
  var readers: [(name: String, path: String)] {
    guard let range, range.hasPrefix("@") else { return [] }
    return [("--range", String(range.dropFirst()))]
  }

  /// Reads the line.
  ///
  /// - Parameters:
  ///   - source: Gets the file of the line, if none is named.
  ///   - options: Other options that need the whole file, with whether they are given.
  /// - Returns: The line; nil if none is given.
  /// - Throws: What is wrong with it.
  func line(
    _ source: inout SourceOptions, without options: [(name: String, isGiven: Bool)]
  ) throws -> RangeLine? {
    guard let range else { return nil }
    for option in options where option.isGiven {
      throw Misuse("--range reads a part of a file; it does not go with \(option.name)")
    }
    try source.refuseSharedInput(with: readers, isNamed: true)
    let line = try RangeLine(range)
    if source.files.isEmpty { source.files = [line.file] }
    return line
  }

  /// The backup of which only the part is read.
  /// - Throws: That it is not one RDB file.
  func backup(_ backup: Backup, _ line: RangeLine?) throws -> Backup {
    guard let line else { return backup }
    guard !backup.isSeveral, backup.logs.isEmpty, backup.moments.isEmpty else {
      throw Misuse("--range is for one RDB file")
    }
    return backup.reading(line.range)
  }
}

/// Which part of a file, and how what is written of it is used.
struct ExportRangeOptions: ParsableArguments {
  @OptionGroup var range: RangeOptions

  @Flag(
    help: """
      With --range: write commands that are joined with those of the other ranges, in their order. \
      Otherwise they begin with SELECT, so that each range can be loaded by itself.
      """)
  var joined = false
}
