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
      Write one file per range of cluster slots to --out-dir: slots:4 for four ranges. The files are \
      commands or, with --as rdb, RDB files.
      """, valueName: "slots:n"))
  var partition: String?

  @Option(
    help: ArgumentHelp(
      "The folder for the files of --partition; created if it does not exist.",
      valueName: "folder"), completion: .directory)
  var outDir: String?

  /// Parts at most: each is an open file.
  private static let limit = 256

  /// The parts and the folder; nil if one file is asked for.
  func parts() throws -> (folder: String, parts: SlotParts)? {
    guard let partition else {
      if outDir != nil { throw Misuse("--out-dir requires --partition slots:N") }
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
  private let traits: FormatTraits
  private let parts: SlotParts
  let targets: [OutputTarget]
  private let manifest: OutputTarget

  init(
    _ traits: FormatTraits, _ folder: String, _ parts: SlotParts, inputs: [FileIdentity]
  ) throws(SystemError) {
    self.traits = traits
    self.parts = parts
    try Folder.make(folder)
    manifest = try OutputTarget(folder + "manifest.json", inputs: inputs)
    var targets: [OutputTarget] = []
    for slots in parts.ranges {
      let path = folder + PartitionFiles.name(slots, traits)
      targets.append(
        try OutputTarget(path, inputs: inputs, checksum: traits.countsFirst, digest: true))
    }
    self.targets = targets
  }

  private static func name(_ slots: ClosedRange<UInt16>, _ traits: FormatTraits) -> String {
    let bounds = [slots.lowerBound, slots.upperBound].map { slot in
      let digits = String(slot)
      return String(repeating: "0", count: 5 - digits.count) + digits
    }
    return "slots-\(bounds.joined(separator: "-")).\(traits.fileExtension)"
  }

  /// The names of the files.
  var names: [String] { parts.ranges.map { PartitionFiles.name($0, traits) } }

  /// Says how many keys each file has.
  func report(_ keys: [UInt64], _ console: Console) {
    for (name, count) in zip(names, keys) {
      console.tell(line: "\(name): \(Formatting.count(count, "key", "keys"))")
    }
  }

  /// Makes all files appear, and the manifest last.
  func commit(keys: [UInt64]) throws(SystemError) {
    for target in targets { try target.commit() }
    let rows = targets.indices.map { part in
      [
        "file": .path(names[part]), "first_slot": .number(parts.ranges[part].lowerBound),
        "last_slot": .number(parts.ranges[part].upperBound), "keys": .count(keys[part]),
        "size": .bytes(targets[part].count),
        "sha256": .text(targets[part].digest?.digest() ?? ""),
      ] as Fields
    }
    let total = keys.reduce(0, +)
    let size = targets.reduce(0) { $0 + $1.count }
    let whole: Fields =
      Report.schema("partition") + [
        "format": .text(traits.name), "partition": .text("slots:\(targets.count)"),
        "parts": .rows(rows), "keys": .count(total), "size": .bytes(size),
      ]
    try manifest.write { JSONRenderer().append(.object(whole), to: &$0) }
    try manifest.commit()
  }
}
