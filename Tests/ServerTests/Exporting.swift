// A file as commands, by the same way as the program, in this process.

import Export
import Foundation
import RDB
import RDBSift
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
  options: CommandExporter.Options = CommandExporter.Options(), naming: KeyNaming = .identity,
  threads: Int = 1
) throws -> Exported {
  let collected = CollectedBytes()
  let output = RecordOutput(.commands) { (bytes) throws(SystemError) in collected.append(bytes) }
  var how = SweepOptions()
  how.threads = threads
  how.checksum = false
  let result = try file.withRawSpan { bytes throws(JobFailure) in
    try sweep(bytes, options: how, output: output) { () throws(JobFailure) in
      ExtractionWorker(selection, options: options, naming: naming)
    }
  }
  var summary = result.summaries[0]
  for other in result.summaries.dropFirst() { summary.merge(other) }
  return Exported(
    bytes: collected.bytes, summary: summary, notes: result.notes, failure: result.failure)
}

/// Makes a filtered file by the program's own way.
func filtered(
  _ file: [UInt8], _ selection: Selection, relocation: KeyMapping = KeyMapping()
) throws -> [UInt8] {
  let counted = try sweep(file) { () throws(JobFailure) in FilteredCountWorker(selection) }
  let counts = FilteredCounts.merged(counted.result.summaries)
  let writer = RDBWriter(counted.result.facts.header)
  let body = try sweep(file) { () throws(JobFailure) in
    FilteredFileWorker(selection, writer, counts: counts, relocation: relocation)
  }
  var output = OutputBuffer()
  writer.begin(&output)
  body.bytes.withRawSpan { output.append($0) }
  let sum = output.withBytes { CRC64.update(0, $0) }
  writer.end(checksum: sum, to: &output)
  return output.withBytes { [UInt8](copying: $0) }
}

private func sweep<Worker: RecordWorker & ~Copyable>(
  _ file: [UInt8], _ makeWorker: @Sendable () throws(JobFailure) -> Worker
) throws -> (bytes: [UInt8], result: SweepResult<Worker.Summary>) {
  let collected = CollectedBytes()
  let output = RecordOutput { (bytes) throws(SystemError) in collected.append(bytes) }
  var how = SweepOptions()
  how.threads = 3
  let result = try file.withRawSpan { bytes throws(JobFailure) in
    try RDBSift.sweep(bytes, options: how, output: output, makeWorker: makeWorker)
  }
  if let failure = result.failure { throw failure }
  return (collected.bytes, result)
}

/// The moment it is.
func currentTime() -> UnixMilliseconds {
  UnixMilliseconds(Int64(Date().timeIntervalSince1970 * 1000))
}
