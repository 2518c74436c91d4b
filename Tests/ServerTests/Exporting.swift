// A file as commands, by the same way as the program, in this process.

import Export
import Foundation
import Pipeline
import RDB
import Restore
import Storage
import TestSupport

/// What an export gave.
struct Exported {
  var bytes: [UInt8]
  var summary: ExtractionSummary
  var notes: NoteList
  var failure: JobFailure?
}

/// Exports a file.
func export(
  _ file: [UInt8], _ selection: Selection,
  options: CommandExporter.Options = CommandExporter.Options(), threads: Int = 1
) throws -> Exported {
  let collected = CollectedBytes()
  let output = PartOutput(.commands) { (bytes) throws(SystemError) in collected.append(bytes) }
  var how = SweepOptions()
  how.threads = threads
  how.checksum = false
  let result = try file.withRawSpan { bytes throws(JobFailure) in
    try sweep(bytes, options: how, output: output) { () throws(JobFailure) in
      ExtractionWorker(selection, options: options)
    }
  }
  var summary = result.summaries[0]
  for other in result.summaries.dropFirst() { summary.merge(other) }
  return Exported(
    bytes: collected.bytes, summary: summary, notes: result.notes, failure: result.failure)
}

/// The moment it is.
func currentTime() -> UnixMilliseconds {
  UnixMilliseconds(Int64(Date().timeIntervalSince1970 * 1000))
}
