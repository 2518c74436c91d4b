// A file as commands and as a filtered file, by the doors that the program uses, in this process.

import Export
import Foundation
import RDB
import Restore
import Storage

@testable import RDBSift

/// What an export gave.
struct Exported {
  var bytes: [UInt8]
  var summary: ExportSummary
  var notes: NoteList
  var failure: JobFailure?
}

/// Exports a file as commands or payloads, as the options say.
func export(
  _ file: [UInt8], _ selection: RestoreSelection,
  options: CommandExporter.Options = CommandExporter.Options(), naming: KeyNaming = .identity,
  threads: Int = 1, since old: KeyIndex? = nil
) throws -> Exported {
  var request = ExportRequest(selection)
  request.old = old
  request.commands = options
  request.mapping = KeyMapping(naming: naming, databases: options.databases)
  switch options.form {
  case .commands:
    return try export(file, threads: threads) { _ in unprepared(request, RESPFormat.self) }
  case .payloads:
    return try export(file, threads: threads) { _ in unprepared(request, RestoreFormat.self) }
  }
}

/// Makes a filtered file.
func filtered(
  _ file: [UInt8], _ selection: RestoreSelection, mapping: KeyMapping = KeyMapping()
) throws -> [UInt8] {
  try filtered(file, selection, mapping: mapping, target: nil).bytes
}

/// Makes a filtered file for a target.
func filtered(
  _ file: [UInt8], _ selection: RestoreSelection, mapping: KeyMapping = KeyMapping(),
  target: ServerVersion?
) throws -> Exported {
  var request = ExportRequest(selection)
  request.mapping = mapping
  request.commands.target = target
  let exported = try export(file, threads: 3) { backup in
    try backup.prepareExport(as: RDBFormat.self, request) { _ in }
  }
  if let failure = exported.failure { throw failure }
  return exported
}

/// Makes a file of what is left of a damaged one.
func salvaged(_ file: [UInt8], _ selection: RestoreSelection, target: ServerVersion?) throws
  -> Exported
{
  try withInput(file) { backup, output in
    var request = ExportRequest(selection)
    request.commands.target = target
    let outcomes = backup.eachFile("salvaging") { [request] _, file, options in
      let found = try file.withBytes { SalvagedFile($0, options) }
      var export = try SalvageExport(file, found, request, takesPartial: true)
      _ = try export.prepare(as: RDBFormat.self)
      let target = try OutputTarget(output, inputs: [], checksum: true)
      let written = try export.write(as: RDBFormat.self, to: target)
      try target.commit()
      return written
    }
    let written = try outcomes[0].value.get()
    return Exported(
      bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: output))),
      summary: written.summary, notes: written.notes, failure: nil)
  }
}

/// An export of commands, which need no counts.
///
/// The program would refuse names that coincide; here a server takes them.
private func unprepared<Format: RecordFormat>(
  _ request: ExportRequest, _ format: Format.Type
) -> PreparedExport<Format> {
  PreparedExport(request: request, format: Format(request, CountedBackup()), counted: nil)
}

private func export<Format: RecordFormat>(
  _ file: [UInt8], threads: Int, _ prepare: (Backup) throws -> PreparedExport<Format>
) throws -> Exported {
  try withInput(file, threads: threads) { backup, output in
    let target = try OutputTarget(
      output, inputs: backup.identities, checksum: Format.traits.countsFirst)
    let prepared = try prepare(backup)
    let result = try backup.export(prepared, to: target)
    try target.commit()
    let found = try result.files[0].value.get()
    return Exported(
      bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: output))), summary: found.summary,
      notes: found.notes, failure: found.failure)
  }
}

/// What `verify` finds in a file.
func findings(in file: [UInt8]) throws -> [Finding] {
  try withInput(file) { backup, _ in
    let result = backup.verify(
      RestoreSelection(now: currentTime(), keepsExpired: true), isWhole: true)
    return try result.files[0].value.get().summary.found.findings.kept
  }
}

/// Opens a file as a backup, and names a path for an output beside it.
private func withInput<Result>(
  _ file: [UInt8], threads: Int = 1, _ body: (Backup, String) throws -> Result
) throws -> Result {
  let folder = NSTemporaryDirectory() + "rdbsift-export-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try Data(file).write(to: URL(fileURLWithPath: folder + "/input.rdb"))
  var options = Backup.Options()
  options.threads = threads
  return try body(try Backup([folder + "/input.rdb"], options), folder + "/output")
}

/// The moment it is.
func currentTime() -> UnixMilliseconds {
  UnixMilliseconds(Int64(Date().timeIntervalSince1970 * 1000))
}
