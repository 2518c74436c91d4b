// One file per range of cluster slots, and a manifest that tells what is in which. One sweep writes all
// of them; files take their names when all are complete, and the manifest last.

import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// How an export is taken apart.
struct PartitionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      One file per range of cluster slots: slots:4 for four ranges, of commands or, with --as rdb, \
      RDB files. With --out-dir.
      """, valueName: "slots:n"))
  var partition: String?

  @Option(
    help: ArgumentHelp(
      "The folder for the files of --partition; it must exist.", valueName: "folder"))
  var outDir: String?

  /// Parts at most: each is an open file.
  private static let limit = 256

  /// The parts and the folder; nil if one file is asked for.
  func parts() throws -> (folder: String, parts: SlotParts)? {
    guard let partition else {
      if outDir != nil { throw Misuse("--out-dir goes with --partition slots:N") }
      return nil
    }
    let words = partition.split(separator: ":", omittingEmptySubsequences: false)
    guard words.count == 2, words[0] == "slots", let count = Int(words[1]),
      (1...PartitionOptions.limit).contains(count)
    else {
      throw Misuse("--partition takes slots:N, where N is from 1 to \(PartitionOptions.limit)")
    }
    guard let outDir, !outDir.isEmpty else {
      throw Misuse("--partition writes files; say where to with --out-dir FOLDER")
    }
    return (outDir.hasSuffix("/") ? outDir : outDir + "/", SlotParts(count: count))
  }
}

/// The files of a partition, on their way.
struct PartitionFiles {
  private let format: ExportFormat
  private let parts: SlotParts
  private let targets: [ExportTarget]
  private let manifest: ExportTarget

  init(
    _ format: ExportFormat, _ folder: String, _ parts: SlotParts, inputs: [FileIdentity]
  ) throws(SystemError) {
    self.format = format
    self.parts = parts
    manifest = try ExportTarget(folder + "manifest.json", inputs: inputs)
    var targets: [ExportTarget] = []
    for slots in parts.ranges {
      let path = folder + PartitionFiles.name(slots, format)
      targets.append(
        try ExportTarget(path, inputs: inputs, checksum: format == .rdb, digest: true))
    }
    self.targets = targets
  }

  private static func name(_ slots: ClosedRange<UInt16>, _ format: ExportFormat) -> String {
    let bounds = [slots.lowerBound, slots.upperBound].map { slot in
      let digits = String(slot)
      return String(repeating: "0", count: 5 - digits.count) + digits
    }
    return "slots-\(bounds.joined(separator: "-")).\(format == .rdb ? "rdb" : "resp")"
  }

  /// The names of the files.
  var names: [String] { parts.ranges.map { PartitionFiles.name($0, format) } }

  /// Says how many keys each file has.
  func tell(_ keys: [UInt64], _ console: Console) {
    for (name, count) in zip(names, keys) {
      console.tell(line: "\(name): \(HumanText.count(count, "key", "keys"))")
    }
  }

  /// A router that ends in the files.
  func router() -> PartRouter {
    PartRouter(parts: targets.count) { [targets] (part, bytes) throws(SystemError) in
      try targets[part].write(bytes)
    }
  }

  /// Writes into each file.
  func writeEach(_ body: (ExportTarget, inout OutputBuffer) -> Void) throws(SystemError) {
    for target in targets { try target.write { body(target, &$0) } }
  }

  /// Makes all files appear, and the manifest last.
  func commit(keys: [UInt64]) throws(SystemError) {
    for target in targets { try target.commit() }
    let rows = targets.indices.map { part in
      JSONValue.object([
        "file": .text(names[part]), "first_slot": .count(Int(parts.ranges[part].lowerBound)),
        "last_slot": .count(Int(parts.ranges[part].upperBound)), "keys": .count(keys[part]),
        "bytes": .count(targets[part].count),
        "sha256": .text(targets[part].digest?.digest() ?? ""),
      ])
    }
    let whole = JSONValue.object([
      "format": .text(format.rawValue), "partition": .text("slots:\(targets.count)"),
      "parts": .array(rows), "keys": .count(keys.reduce(0, +)),
      "bytes": .count(targets.reduce(0) { $0 + $1.count }),
    ])
    try manifest.write {
      whole.append(to: &$0)
      $0.append(0x0a)
    }
    try manifest.commit()
  }
}

extension ExportCommand {
  /// Writes the parts and their manifest.
  func writePartition(
    _ folder: String, _ parts: SlotParts, _ source: ExportSource
  ) throws -> ExitStatus {
    let file = source.file
    let inputs = [file.identity]
    let (result, keys): (SweepResult<ExtractionSummary>, [UInt64])
    let files: PartitionFiles
    if format == .rdb {
      guard let counts = try count(source, parts: parts) else { return .failed }
      let writer = RDBWriter(try file.head().header)
      files = try PartitionFiles(format, folder, parts, inputs: inputs)
      try files.writeEach { _, output in writer.begin(&output) }
      (result, keys) = try sweep(source, parts, into: files) {
        FilteredFileWorker(
          source.selected, writer, counts: counts, relocation: source.relocation)
      }
      try files.writeEach { target, output in writer.end(checksum: target.checksum, to: &output) }
    } else {
      let options = commandOptions
      files = try PartitionFiles(format, folder, parts, inputs: inputs)
      (result, keys) = try sweep(source, parts, into: files) {
        ExtractionWorker(source.selected, options: options, naming: source.relocation.naming)
      }
    }
    files.tell(keys, source.console)
    let status = try source.report.tell(result, of: file)
    try files.commit(keys: keys)
    return status
  }

  /// One sweep over the file, for all parts; and the keys of each.
  private func sweep<Writer: PartWriter & ~Copyable>(
    _ source: ExportSource, _ parts: SlotParts, into files: PartitionFiles,
    makeWriter: @Sendable () -> Writer
  ) throws -> (SweepResult<ExtractionSummary>, [UInt64]) {
    let router = files.router()
    let naming = source.relocation.naming
    let result = try source.file.sweep(label: "exporting", into: router.output) {
      () throws(JobFailure) in PartitionWorker(makeWriter(), parts, naming: naming)
    }
    if result.failure == nil { try router.finish() }
    var keys = [UInt64](repeating: 0, count: parts.ranges.count)
    for summary in result.summaries {
      for part in keys.indices { keys[part] += summary.keys[part] }
    }
    return (result.mapSummaries(\.extraction), keys)
  }
}
