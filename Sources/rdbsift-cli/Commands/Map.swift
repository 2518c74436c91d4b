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
      try reportFile.summing(source).withBackup(session) { file in
        let (screen, result) = try map(file)
        switch report.format {
        case .text: try session.console.write(screen.text())
        case .json: try session.console.write(screen.json())
        }
        try reportFile.write(screen.json(), command: "map", file)
        return try file.conclude(result)
      } set: {
        try map($0)
      }
    }
  }

  /// Maps one file.
  func map(_ file: OpenFile) throws -> (screen: MapScreen, result: SweepResult<FileMap>) {
    try file.checkHeader()
    let header = try file.head().header
    let most = regions == 0 ? Int.max : regions
    let result = try file.sweep(label: "mapping", into: PartOutput { _ in }) {
      () throws(JobFailure) in MapWorker(header: header, limit: most)
    }
    var map = result.summaries.first ?? FileMap(limit: most)
    map.close(at: result.size)
    let screen = MapScreen(
      console: file.session.console, file: file, size: result.size, map: map,
      dialect: result.facts.dialect)
    return (screen, result)
  }
}
