// A sweep, whole, into memory: what a test compares.

import Export
import RDB
import Restore
import Storage
import TestSupport

@testable import RDBSift

/// What a sweep gave.
struct Swept<Summary: Sendable>: Sendable {
  var bytes: [UInt8]
  var result: SweepResult<Summary>

  /// The notes, without what only counts them.
  var notes: [RecordNote] { result.notes.kept }
}

/// Runs a worker over a file.
func run<Worker: RecordWorker & ~Copyable>(
  _ file: [UInt8], threads: Int = 1, join: RecordOutput.Join = .plain, checksum: Bool = false,
  _ makeWorker: @Sendable () throws(JobFailure) -> Worker
) throws(JobFailure) -> Swept<Worker.Summary> {
  let collected = CollectedBytes()
  let output = RecordOutput(join) { (bytes) throws(SystemError) in collected.append(bytes) }
  var options = SweepOptions()
  options.threads = threads
  options.checksum = checksum
  let result = try file.withRawSpan { span throws(JobFailure) in
    try sweep(span, options: options, output: output, makeWorker: makeWorker)
  }
  return Swept(bytes: collected.bytes, result: result)
}

/// How a pool cuts a file into jobs.
struct PoolShape: CustomStringConvertible {
  var threads: Int
  var jobBytes: Int
  var jobRecords: Int

  var description: String { "\(threads) threads, \(jobBytes) bytes, \(jobRecords) records" }

  /// Jobs so small that every fixture has many, and every place is the end of one.
  static let small = [
    PoolShape(threads: 2, jobBytes: 1, jobRecords: 1),
    PoolShape(threads: 3, jobBytes: 500, jobRecords: 4),
    PoolShape(threads: 8, jobBytes: 5000, jobRecords: 17),
  ]
}

/// Runs a worker over a file in jobs of an unusual size.
func run<Worker: RecordWorker & ~Copyable>(
  _ file: [UInt8], _ shape: PoolShape, join: RecordOutput.Join = .plain,
  _ makeWorker: @Sendable () throws(JobFailure) -> Worker
) throws(JobFailure) -> Swept<Worker.Summary> {
  let collected = CollectedBytes()
  let output = RecordOutput(join) { (bytes) throws(SystemError) in collected.append(bytes) }
  let result = try runPool(file, shape, output, makeWorker)
  return Swept(bytes: collected.bytes, result: result)
}

/// Runs a worker over a file in jobs of an unusual size, into an output.
func runPool<Worker: RecordWorker & ~Copyable>(
  _ file: [UInt8], _ shape: PoolShape, _ output: RecordOutput,
  _ makeWorker: @Sendable () throws(JobFailure) -> Worker
) throws(JobFailure) -> SweepResult<Worker.Summary> {
  try file.withRawSpan { span throws(JobFailure) in
    let desk = SweepScanner(
      try openScanner(span), checksum: true,
      leavesChecksum: shape.threads >= WorkerPool.threadsForChecksum)
    var pool = WorkerPool(threads: shape.threads, output: output)
    pool.jobBytes = shape.jobBytes
    pool.jobRecords = shape.jobRecords
    let summaries = try pool.run(span, desk, SweepOptions(), makeWorker: makeWorker)
    return desk.result(summaries, in: span)
  }
}

/// The moment of all sweeps here: later than some expiries of the fixtures, earlier than others.
let moment = UnixMilliseconds(1_900_000_000_000)

/// Everything, at that moment.
let everything = Selection(now: moment)

/// Exports a file.
func export(
  _ file: [UInt8], threads: Int = 1, _ selection: Selection = everything, checksum: Bool = false
) throws(JobFailure) -> Swept<ExtractionSummary> {
  try run(file, threads: threads, join: .commands, checksum: checksum) {
    () throws(JobFailure) in
    ExtractionWorker(selection, options: CommandExporter.Options())
  }
}

/// Lists a file.
func list(
  _ file: [UInt8], _ format: RowFormat, threads: Int = 1, _ selection: Selection = everything
) throws(JobFailure) -> Swept<Int> {
  try run(file, threads: threads, join: ListingWorker.join(format)) { () throws(JobFailure) in
    ListingWorker(selection, format)
  }
}

/// Previews a file.
func preview(
  _ file: [UInt8], threads: Int = 1, _ selection: Selection = everything,
  readings: [RecordFilter] = []
) throws(JobFailure) -> Swept<PreviewSummary> {
  try run(file, threads: threads) { () throws(JobFailure) in
    PreviewWorker(selection, readings: readings)
  }
}

/// Adds up what extractions counted.
func total(_ summaries: [ExtractionSummary]) -> ExtractionSummary {
  var sum = summaries[0]
  for other in summaries.dropFirst() { sum.merge(other) }
  return sum
}

/// Adds up what previews counted.
func total(_ summaries: [PreviewSummary]) -> PreviewSummary {
  var sum = summaries[0]
  for other in summaries.dropFirst() { sum.merge(other) }
  return sum
}

/// Adds up what inspections counted.
func total(_ summaries: [InspectionSummary]) -> InspectionSummary {
  var sum = InspectionSummary(RecordTally())
  for other in summaries { sum.merge(other) }
  return sum
}

/// The samples of the repository.
let samples: [String] = Fixtures.files(in: Fixtures.repository + "/samples", ending: ".rdb")
  .map { "\(Fixtures.repository)/samples/\($0)" }
