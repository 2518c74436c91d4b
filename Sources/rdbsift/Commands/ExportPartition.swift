// One file per range of cluster slots, and a manifest that tells what is in which. Each part is a
// sweep of its own; files take their names when all are complete, and the manifest last.

import ArgumentParser
import Export
import Pipeline
import RDB
import Restore
import Storage

/// How an export is taken apart.
struct PartitionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      One file of commands per range of cluster slots: slots:4 for four ranges. With --out-dir.
      """, valueName: "slots:n"))
  var partition: String?

  @Option(
    help: ArgumentHelp(
      "The folder for the files of --partition; it must exist.", valueName: "folder"))
  var outDir: String?

  /// Parts at most: each is a sweep over the file.
  private static let limit = 256

  /// The ranges of slots and the folder; nil if one file is asked for.
  func parts() throws -> (folder: String, ranges: [ClosedRange<UInt16>])? {
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
    return (outDir, PartitionOptions.ranges(count))
  }

  /// All slots in so many ranges, of sizes that differ by one at most.
  static func ranges(_ count: Int) -> [ClosedRange<UInt16>] {
    (0..<count).map { index in
      let first = index * HashSlot.count / count
      let next = (index + 1) * HashSlot.count / count
      return UInt16(first)...UInt16(next - 1)
    }
  }
}

/// A file of a partition, as the manifest tells it.
private struct PartitionPart {
  let name: String
  let slots: ClosedRange<UInt16>
  let target: ExportTarget
  let keys: UInt64

  var json: JSONValue {
    .object([
      "file": .text(name), "first_slot": .count(Int(slots.lowerBound)),
      "last_slot": .count(Int(slots.upperBound)), "keys": .count(keys),
      "bytes": .count(target.count), "sha256": .text(target.digest?.digest() ?? ""),
    ])
  }
}

extension ExportCommand {
  /// Writes the parts and their manifest.
  func writePartition(
    _ parts: (folder: String, ranges: [ClosedRange<UInt16>]), _ file: OpenFile,
    _ selected: Selection, _ report: ExportReport
  ) throws -> ExitStatus {
    guard format == .resp else { throw Misuse("--partition goes with --as resp") }
    guard output == nil else { throw Misuse("--partition writes to --out-dir, not to --output") }
    let folder = parts.folder.hasSuffix("/") ? parts.folder : parts.folder + "/"
    let manifest = try ExportTarget(folder + "manifest.json", inputs: [file.identity])
    var done: [PartitionPart] = []
    var status = ExitStatus.done
    for slots in parts.ranges {
      let name = "slots-\(padded(slots.lowerBound))-\(padded(slots.upperBound)).resp"
      let target = try ExportTarget(folder + name, inputs: [file.identity], digest: true)
      var part = selected
      part.filter.slots = slots
      let result = try extract(file, part, target.parts(.commands))
      report.session.console.tell(line: "\(name):")
      let told = try report.tell(result, of: file)
      // A part without keys is no finding; all of them are.
      let keys = result.summaries.reduce(0) { $0 + $1.written }
      if told == .finding, keys > 0 || result.notes.count(.unsupported) > 0 { status = .finding }
      done.append(PartitionPart(name: name, slots: slots, target: target, keys: keys))
    }
    for part in done { try part.target.commit() }
    try manifest.write { PartitionManifest.append(done.map(\.json), of: done, to: &$0) }
    try manifest.commit()
    return done.allSatisfy { $0.keys == 0 } ? .finding : status
  }

  private func padded(_ slot: UInt16) -> String {
    let digits = String(slot)
    return String(repeating: "0", count: 5 - digits.count) + digits
  }
}

/// The file that tells what the others hold.
private enum PartitionManifest {
  static func append(
    _ rows: [JSONValue], of parts: [PartitionPart], to output: inout OutputBuffer
  ) {
    let manifest = JSONValue.object([
      "format": .text("resp"),
      "partition": .text("slots:\(parts.count)"),
      "parts": .array(rows),
      "keys": .count(parts.reduce(0) { $0 + $1.keys }),
      "bytes": .count(parts.reduce(0) { $0 + $1.target.count }),
    ])
    manifest.append(to: &output)
    output.append(0x0a)
  }
}
