// One piece of work on one file, once: what callgrind counts.

import Export
import RDB
import Restore

/// The pieces of work whose instructions are counted.
enum Workload: String, CaseIterable {
  case scan, batches, prefix, expression, rows, commands, walk

  static func run(_ name: String, _ path: String) throws {
    if let library = UnpackingLibrary(rawValue: name) { return try library.unpack(path) }
    guard let work = Workload(rawValue: name) else { throw Trouble("no workload '\(name)'") }
    let file = try MappedFile(path, warm: false)
    switch work {
    case .scan:
      _ = try sound { () throws(RDBError) in
        try file.withBytes { bytes throws(RDBError) in try count(bytes).tally }
      }
    case .batches:
      var consumer = HashConsumer()
      _ = try sound { () throws(RDBError) in
        try file.withBytes { bytes throws(RDBError) in try sweep(bytes, into: &consumer) }
      }
    case .prefix: try match(file, "key:00000007.*")
    case .expression: try match(file, ".*:[^:]*[13579]")
    case .rows: _ = try file.writeRows(.tsv)
    case .commands: _ = try file.writeCommands()
    case .walk:
      var consumer = WalkConsumer()
      _ = try sound { () throws(RDBError) in
        try file.withBytes { bytes throws(RDBError) in try sweep(bytes, into: &consumer) }
      }
    }
  }

  private static func match(_ file: MappedFile, _ pattern: String) throws {
    let filter = Filter(name: "", patterns: [KeyPattern(keyRegex: pattern)]) { _ in true }
    _ = try file.match(try filter.compiled())
  }
}
