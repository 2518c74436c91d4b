// A sweep, whole, into memory: what a test compares.

import Export
import Foundation
import RDB
import Restore
import Storage
import TestSupport

@testable import RDBSift

/// What a sweep gave.
struct Swept<Summary: Sendable>: Sendable {
  var bytes: [UInt8]
  var result: SweepResult<Summary>

  /// What the job counted.
  var summary: Summary { result.summary }
  /// The notes, without what only counts them.
  var notes: [RecordNote] { result.notes.kept }
}

/// How many threads work on a file, and how a pool cuts it into jobs.
struct PoolShape: CustomStringConvertible {
  var threads: Int
  var jobBytes: Int
  var jobRecords: Int

  var description: String { "\(threads) threads, \(jobBytes) bytes, \(jobRecords) records" }

  /// Whether the program itself cuts a file so.
  fileprivate var isUsual: Bool { jobBytes == 1 << 20 && jobRecords == 8192 }

  /// So many threads, and jobs as the program makes them.
  static func threads(_ threads: Int) -> PoolShape {
    PoolShape(threads: threads, jobBytes: 1 << 20, jobRecords: 8192)
  }

  /// One thread, which needs no jobs.
  static let alone = PoolShape.threads(1)

  /// Jobs so small that every fixture has many, and every place is the end of one.
  static let small = [
    PoolShape(threads: 2, jobBytes: 1, jobRecords: 1),
    PoolShape(threads: 3, jobBytes: 500, jobRecords: 4),
    PoolShape(threads: 8, jobBytes: 5000, jobRecords: 17),
  ]
}

/// The moment of all sweeps here: later than some expiries of the fixtures, earlier than others.
let moment = UnixMilliseconds(1_900_000_000_000)

/// Everything, at that moment.
let everything = RestoreSelection(now: moment)

/// Every record, expired or not.
let everyRecord = RestoreSelection(now: moment, keepsExpired: true)

// MARK: - Workers

/// Runs a worker over a file.
func run<Worker: BatchWorker & ~Copyable>(
  _ file: [UInt8], _ shape: PoolShape, join: RecordOutput.Join = .plain, checksum: Bool = true,
  _ makeWorker: @Sendable () -> Worker
) throws(JobFailure) -> Swept<Worker.Summary> {
  let collected = CollectedBytes()
  let output = RecordOutput(join) { (bytes) throws(SystemError) in collected.append(bytes) }
  let result = try run(file, shape, into: output, checksum: checksum, makeWorker)
  return Swept(bytes: collected.bytes, result: result)
}

/// Runs a worker over a file, into an output.
func run<Worker: BatchWorker & ~Copyable>(
  _ file: [UInt8], _ shape: PoolShape, into output: RecordOutput, checksum: Bool = true,
  _ makeWorker: @Sendable () -> Worker
) throws(JobFailure) -> SweepResult<Worker.Summary> {
  try file.withRawSpan { span throws(JobFailure) in
    guard shape.isUsual else {
      return try runPool(span, shape, into: output, checksum: checksum, makeWorker)
    }
    var options = SweepOptions()
    options.threads = shape.threads
    options.checksum = checksum
    return try sweep(span, options: options, output: output, makeWorker: makeWorker)
  }
}

/// Runs a worker over a file in jobs of an unusual size.
private func runPool<Worker: BatchWorker & ~Copyable>(
  _ bytes: RawSpan, _ shape: PoolShape, into output: RecordOutput, checksum: Bool,
  _ makeWorker: @Sendable () -> Worker
) throws(JobFailure) -> SweepResult<Worker.Summary> {
  let scan = SweepScanner(
    try openScanner(bytes), checksum: checksum,
    leavesChecksum: shape.threads >= WorkerPool.threadsForChecksum)
  var pool = WorkerPool(threads: shape.threads, output: output)
  pool.jobBytes = shape.jobBytes
  pool.jobRecords = shape.jobRecords
  return scan.result(pool.run(bytes, scan, SweepOptions(), makeWorker: makeWorker), in: bytes)
}

/// Goes through a file with a visitor.
func visit<Visitor: RecordVisitor & ~Copyable>(
  _ file: [UInt8], _ shape: PoolShape = .alone, join: RecordOutput.Join = .plain,
  checksum: Bool = true, selecting selection: RestoreSelection = everything,
  _ makeVisitor: @Sendable () -> Visitor
) throws(JobFailure) -> Swept<Visitor.Summary> {
  try run(file, shape, join: join, checksum: checksum) {
    VisitingWorker(makeVisitor(), selection, file: 0, keys: nil)
  }
}

/// Writes a file with a writer.
func write<Writer: RecordWriter & ~Copyable>(
  _ file: [UInt8], _ shape: PoolShape = .alone, join: RecordOutput.Join = .plain,
  selecting selection: RestoreSelection = everything, _ makeWriter: @Sendable () -> Writer
) throws(JobFailure) -> Swept<WriteSummary<Writer.Summary>> {
  try run(file, shape, join: join) { WritingWorker(makeWriter(), selection) }
}

// MARK: - Jobs

/// Exports a file as commands.
func export(
  _ file: [UInt8], _ shape: PoolShape = .alone, request: ExportRequest
) throws(JobFailure) -> Swept<ExportSummary> {
  try write(file, shape, join: .commands, selecting: request.selection) { CommandWriter(request) }
}

/// Exports selected keys of a file as commands.
func export(
  _ file: [UInt8], _ shape: PoolShape = .alone, selecting selection: RestoreSelection = everything
) throws(JobFailure) -> Swept<ExportSummary> {
  try export(file, shape, request: ExportRequest(selection))
}

/// Lists the keys of a file.
func list(
  _ file: [UInt8], _ format: RowFormat, _ shape: PoolShape = .alone,
  selecting selection: RestoreSelection = everything
) throws(JobFailure) -> Swept<ExportSummary> {
  try write(file, shape, join: format.join, selecting: selection) { KeyListRecordWriter(format) }
}

/// Previews a restore of a file.
func preview(
  _ file: [UInt8], _ shape: PoolShape = .alone, request: PreviewRequest
) throws(JobFailure) -> Swept<PreviewSummary> {
  let join = request.list?.list.join ?? .plain
  return try visit(file, shape, join: join, selecting: request.selection) {
    PreviewVisitor(request, file: 0)
  }
}

/// Counts what is previewed of selected keys of a file.
func preview(
  _ file: [UInt8], _ shape: PoolShape = .alone, selecting selection: RestoreSelection = everything,
  readings: [RecordFilter] = []
) throws(JobFailure) -> PreviewSummary {
  var request = PreviewRequest(selection)
  request.otherModes = readings
  return try preview(file, shape, request: request).summary
}

/// Counts the keys that a filtered file has, by output.
func countKept(
  _ file: [UInt8], _ shape: PoolShape = .alone, parts: SlotParts? = nil,
  selecting selection: RestoreSelection = everything
) throws(JobFailure) -> SweepResult<CountSummary> {
  try visit(file, shape, selecting: selection) {
    CountVisitor(parts: parts, naming: .identity, counts: true)
  }.result
}

/// Gathers the keys of a file, to be compared with others.
func collectKeys(
  _ file: [UInt8], _ shape: PoolShape = .alone, _ collection: KeyCollection = KeyCollection()
) throws(JobFailure) -> SweepResult<NoSummary> {
  try run(file, shape) {
    VisitingWorker(IdleVisitor(), everything, file: 0, keys: KeyCollector(collection))
  }.result
}

// MARK: - Files on the disk

/// Makes a folder that is gone when `body` is done; its path ends with a slash.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = NSTemporaryDirectory() + "rdbsift-" + UUID().uuidString
  let manager = FileManager.default
  try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? manager.removeItem(atPath: folder) }
  return try body(folder + "/")
}

/// Opens files as one backup, called `0.rdb` and so on.
func withBackup<Result>(
  of files: [[UInt8]], threads: Int = 1, _ body: (Backup) throws -> Result
) throws -> Result {
  try withFolder { folder in
    let paths = files.indices.map { "\(folder)\($0).rdb" }
    for (path, bytes) in zip(paths, files) { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
    var options = Backup.Options()
    options.threads = threads
    return try body(Backup(paths, options))
  }
}

/// The samples of the repository.
let samples: [String] = Fixtures.files(in: Fixtures.repository + "/samples", ending: ".rdb")
  .map { "\(Fixtures.repository)/samples/\($0)" }
