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
  _ file: [UInt8], _ selection: Selection,
  options: CommandExporter.Options = CommandExporter.Options(), naming: KeyNaming = .identity,
  threads: Int = 1
) throws -> Exported {
  var request = ExportRequest(selection)
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
  _ file: [UInt8], _ selection: Selection, mapping: KeyMapping = KeyMapping()
) throws -> [UInt8] {
  var request = ExportRequest(selection)
  request.mapping = mapping
  let exported = try export(file, threads: 3) { backup in
    try backup.prepareExport(as: RDBFormat.self, request) { _ in }
  }
  if let failure = exported.failure { throw failure }
  return exported.bytes
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
  let folder = NSTemporaryDirectory() + "rdbsift-export-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let (input, output) = (folder + "/input.rdb", folder + "/output")
  try Data(file).write(to: URL(fileURLWithPath: input))
  var options = Backup.Options()
  options.threads = threads
  let backup = try Backup([input], options)
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

/// The moment it is.
func currentTime() -> UnixMilliseconds {
  UnixMilliseconds(Int64(Date().timeIntervalSince1970 * 1000))
}
