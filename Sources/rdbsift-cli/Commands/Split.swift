import ArgumentParser
import Export
import RDBSift
import Storage

/// How a file is divided.
struct SplitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Ranges, 1 to 65536; fewer if a record is larger than one.", valueName: "n"))
  var parts: Int

  func validate() throws {
    if !(1...Split.mostParts).contains(parts) {
      throw ValidationError("--parts takes a number from 1 to \(Split.mostParts)")
    }
  }
}

/// Divides a file into ranges.
struct Split: ParsableCommand {
  /// Ranges of a file at most.
  static let mostParts = 1 << 16

  static let configuration = CommandConfiguration(
    abstract: "Divide a file into ranges that keys, export and stats read by themselves.",
    discussion: """
        rdbsift split dump.rdb --parts 64 > ranges
        sed -n 1p ranges | rdbsift keys --range @-

      Writes a JSON object per line: the file, its size and the SHA-256 of its first 64 KiB, and where the \
      range begins and ends, with what its meaning depends on. Ranges have about the same number of bytes. \
      Rows and commands of all ranges, in order, are those of the file.

      Reads one plain RDB file to its end without its checksum. Packed files cannot be read from any place; \
      unpack them first.
      """)

  @OptionGroup(title: "Ranges") var options: SplitOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    try Session.run(to: output) { session in
      try source.withBackup(session) { backup in
        guard !backup.isSeveral, backup.logs.isEmpty else {
          throw Misuse("split divides one RDB file; of several, each is a range by itself")
        }
        var buffer = OutputBuffer(capacity: 1 << 14)
        for range in try backup.split(into: options.parts) {
          RangeLine(file: backup.names[0], range).append(to: &buffer)
        }
        try session.console.write(buffer)
        return .done
      }
    }
  }
}
