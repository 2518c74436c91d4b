import ArgumentParser
import RDB
import RDBSift
import Restore
import Storage

/// How much is listed.
struct MapOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Regions to list at most; 0: no limit.", valueName: "n"))
  var regions = 100

  func validate() throws {
    if regions < 0 { throw ValidationError("--regions takes a number of regions, or 0 for all") }
  }

  /// The greatest number of regions.
  var limit: Int { regions == 0 ? .max : regions }
}

/// Maps the parts of a file.
struct Map: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Map a file: what each byte range contains, and totals by kind.",
    discussion: """
        rdbsift map dump.rdb
        rdbsift map dump.rdb --regions 0 --format json

      Regions cover the whole file: header, AUX fields, databases, runs of keys of one database and type, \
      functions, module data, the end, the checksum, and trailing data. Bytes that cannot be read are a \
      region, too.
      """)

  @OptionGroup(title: "Map") var options: MapOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Output") var report: ReportOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var reportFile: ReportFileOptions

  func run() throws {
    try Session.run(to: output) { session in
      try reportFile.summing(source).withBackup(session) { backup in
        let result = try backup.map(limit: options.limit).orThrow()
        let maps = result.readable.map { MapReport($0.result, backup.subject(of: $0)).report }
        let whole = backup.isSeveral ? Report("map", files: maps, [.files(maps)]) : maps[0]
        try session.console.write(whole, as: report.format)
        try reportFile.write(whole, backup)
        return session.conclude(result)
      }
    }
  }
}
