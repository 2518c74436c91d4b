import ArgumentParser
import RDB
import RDBSift
import Restore
import Storage

/// Tells which part of a file is what.
struct Map: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Map a file: which of its bytes are what, by region and by kind.",
    discussion: """
      Regions touch: header, AUX fields, databases, keys of one database and type in a row, \
      functions, data of modules, the end, the checksum, and what stands behind it. Bytes that \
      could not be read are a region too.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var reportFile: ReportFileOptions

  @Option(help: ArgumentHelp("Regions to list at most; 0 for all.", valueName: "n"))
  var regions = 100

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if regions < 0 { throw ValidationError("--regions takes a number of regions, or 0 for all") }
  }

  func run() throws {
    try Session.run { session in
      try reportFile.summing(source).withBackup(session) { backup in
        let result = try backup.map(limit: regions == 0 ? .max : regions).orThrow()
        let maps = result.readable.map { MapReport($0.result, backup.subject(of: $0)).report }
        let whole = backup.isSeveral ? Report("map", files: maps, [.files(maps)]) : maps[0]
        try session.console.write(whole, as: report.format)
        try reportFile.write(whole, backup)
        return session.conclude(result)
      }
    }
  }
}
