// Sweeps the files of a backup: small files in parallel, output in file order.

import Export
package import RDB
import Restore
import Storage

/// The outcome of a job for a file.
package struct FileOutcome<Value: Sendable>: Sendable {
  /// The file.
  package let file: BackupFile
  /// Its number in the backup.
  package let index: Int
  /// The result, or the error.
  package let value: Result<Value, any Error>
  /// Whether the file did not change while it was read.
  package let isUnchanged: Bool

  /// The outcome with its value transformed.
  package func map<Other: Sendable>(_ make: (Value) -> Other) -> FileOutcome<Other> {
    FileOutcome<Other>(
      file: file, index: index, value: value.map(make), isUnchanged: isUnchanged)
  }
}

extension Backup {
  /// Sweeps all files with visitors.
  ///
  /// - Parameters:
  ///   - request: The records and options.
  ///   - output: Receives the output in file order; a file that fails is the last one.
  ///   - makeVisitor: Makes a visitor for the file with a number, on the thread that uses it.
  /// - Returns: The results.
  func sweep<Visitor: RecordVisitor & ~Copyable>(
    _ request: SweepRequest, into output: RecordOutput? = nil,
    _ makeVisitor: @Sendable (Int) -> Visitor
  ) -> BackupResult<Visitor.Summary> {
    let collection = collection(for: request)
    let outcomes = run(request, into: output) { index, selection in
      VisitingWorker(
        makeVisitor(index), selection, file: index, keys: collection.map { KeyCollector($0) })
    }
    return BackupResult(self, outcomes, request)
  }

  /// Sweeps all files with writers.
  ///
  /// - Parameters:
  ///   - request: The records and options.
  ///   - output: Receives the output in file order; a file that fails is the last one.
  ///   - makeWriter: Makes a writer for the file with a number, on the thread that uses it.
  /// - Returns: The results.
  package func write<Writer: RecordWriter & ~Copyable>(
    _ request: SweepRequest, into output: RecordOutput,
    _ makeWriter: @Sendable (Int) -> Writer
  ) -> BackupResult<WriteSummary<Writer.Summary>> {
    let outcomes = run(request, into: output) { index, selection in
      let exclusions = request.exclusions
      return WritingWorker(
        makeWriter(index), selection,
        exclusions.indices.contains(index) ? exclusions[index] : Exclusions(),
        comparer: request.old.map { Comparer($0, file: index) })
    }
    return BackupResult(self, outcomes, request)
  }

  /// Counts the records of all files by kind, without storing them.
  package func survey(
    _ label: String, moment: UnixMilliseconds
  ) -> BackupResult<RecordTally> {
    let outcomes = eachFile(label) { _, file, options in
      try file.failing { source throws(JobFailure) in
        try source.survey(options: options, moment: moment)
      }
    }
    return BackupResult(self, outcomes, SweepRequest(label, RestoreSelection(now: moment)))
  }

  /// How to collect keys: as the request says, or as comparing keys needs.
  func collection(for request: SweepRequest) -> KeyCollection? {
    guard request.collection == nil, compares(request) else { return request.collection }
    var collection = KeyCollection()
    collection.takesSlots = isSeveral
    collection.limit = KeyHashes.limit / threads
    return collection
  }

  /// Whether a sweep compares keys.
  func compares(_ request: SweepRequest) -> Bool {
    request.comparesAllKeys || request.comparesFiles && isSeveral
  }

  private func run<Worker: BatchWorker & ~Copyable>(
    _ request: SweepRequest, into output: RecordOutput?,
    _ makeWorker: @Sendable (Int, RestoreSelection) -> Worker
  ) -> [FileOutcome<SweepResult<Worker.Summary>>] {
    let ordered = output.flatMap { files.count > 1 ? OrderedFileOutput($0) : nil }
    let part = { @Sendable (index: Int) in ordered?.part(index) ?? output ?? .none }
    guard let limit = request.selection.limit, files.count > 1 else {
      return eachFile(
        request.label, checksum: request.checksum, into: ordered, ends: { $0.failure != nil }
      ) { index, file, options in
        try file.failing { source throws(JobFailure) in
          try source.sweep(options: options, output: part(index)) {
            makeWorker(index, request.selection)
          }
        }
      }
    }
    return runLimited(request, limit, ordered, part, makeWorker)
  }

  /// Sweeps one file after the other, since a limit counts over all files.
  private func runLimited<Worker: BatchWorker & ~Copyable>(
    _ request: SweepRequest, _ limit: UInt64, _ ordered: OrderedFileOutput?,
    _ part: @Sendable (Int) -> RecordOutput,
    _ makeWorker: @Sendable (Int, RestoreSelection) -> Worker
  ) -> [FileOutcome<SweepResult<Worker.Summary>>] {
    var left = limit
    var outcomes: [FileOutcome<SweepResult<Worker.Summary>>] = []
    for index in files.indices where ordered?.wants(index) ?? true {
      var rest = request
      rest.selection.limit = left
      let output = part(index)
      let found = only(index).eachFile(request.label, checksum: request.checksum) {
        [rest] _, file, options in
        try file.failing { source throws(JobFailure) in
          try source.sweep(options: options, output: output) { makeWorker(index, rest.selection) }
        }
      }
      outcomes += found.map { $0.numbered(index) }
      let result = found.first.flatMap { try? $0.value.get() }
      ordered?.end(index, goesOn: result.map { $0.failure == nil } ?? false)
      left -= min(left, result?.restored ?? 0)
    }
    return outcomes
  }
}

extension FileOutcome {
  fileprivate func numbered(_ index: Int) -> FileOutcome {
    FileOutcome(file: file, index: index, value: value, isUnchanged: isUnchanged)
  }
}
