import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// The order of lines.
struct TimelineOptions: ParsableArguments {
  enum Order: String, CaseIterable, ExpressibleByArgument {
    case file
    case time
  }

  @Option(help: "file: in file order, any size; time: sorted in memory, up to 1 GiB of lines.")
  var sort: Order = .file
}

/// Lists every instant that a file holds.
struct Timeline: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List every time stored in a file, as CSV for timeline tools.",
    discussion: """
        rdbsift timeline dump.rdb --sort time -o timeline.csv

      Columns are those of plaso: datetime (UTC), timestamp_desc, source, source_long, message, parser, \
      display_name, tag. Times are: creation of the file, expirations of keys and fields, last accesses \
      (creation time minus idle time), stream entry IDs (deleted entries have the tag deleted), \
      deliveries, and consumer activity. Function libraries have no time: 0000-00-00.
      """)

  @OptionGroup(title: "Timeline") var options: TimelineOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var clock: NowOption
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    try Session.run(to: output) { session in
      let selected = try selection.selection(now: try clock.moment(), of: source)
      return try source.withBackup(session) { backup in
        let created = try backup.heads().map(\.created)
        let lines = TimelineLines(sorts: options.sort == .time)
        try session.console.write(line: TimelineWriter.titles)
        let output = lines.output
        let names = backup.names
        let result = backup.write(SweepRequest("listing", selected), into: output) { file in
          TimelineRecordWriter(created: created[file], path: names[file])
        }
        if let failure = output.failure { throw failure }
        try lines.finish()
        let keys = result.readable.reduce(0) { $0 + $1.result.summary.written }
        return selection.status(
          session.conclude(result), afterKeys: keys, of: backup, selected, session)
      }
    }
  }
}

/// Where lines go: out at once, or into memory to be sorted.
final class TimelineLines {
  private static let limit = 1 << 30

  private let sorts: Bool
  private var bytes: [UInt8] = []
  private var isTooLong = false

  init(sorts: Bool) { self.sorts = sorts }

  /// What takes the parts, one thread at a time.
  var output: RecordOutput {
    guard sorts else { return .standardOutput() }
    return RecordOutput { [unowned self] (part) throws(SystemError) in
      isTooLong = isTooLong || bytes.count + part.byteCount > TimelineLines.limit
      if !isTooLong { bytes += [UInt8](copying: part) }
    }
  }

  /// Writes the lines in the order of their first fields; equal ones stay as they stood.
  /// - Throws: That they did not fit, or cannot be written.
  func finish() throws {
    guard sorts else { return }
    guard !isTooLong else {
      throw Misuse(
        "the lines exceed 1 GiB; leave out --sort time and sort the output with sort(1): its first "
          + "field sorts by time")
    }
    let lines = bytes.split(separator: 0x0a)
    let order = lines.indices.sorted { a, b in
      let (one, other) = (lines[a].prefix(29), lines[b].prefix(29))
      if one.elementsEqual(other) { return a < b }
      return one.lexicographicallyPrecedes(other)
    }
    var buffer = OutputBuffer()
    let output = RecordOutput.standardOutput()
    buffer.drain = { output.write($0) }
    for index in order {
      for byte in lines[index] { buffer.append(byte) }
      buffer.append(0x0a)
      buffer.drainIfLarge()
    }
    buffer.flush()
    if let failure = output.failure { throw failure }
  }
}
