// Runs a job on each file of a backup: opens the files, distributes threads, reports progress, and checks
// whether a file has changed meanwhile.

package import RDB
import Storage

/// An open file of a backup.
package struct OpenFile {
  /// The file.
  package let file: BackupFile
  /// The open input.
  package let source: Source

  /// Calls a job and adds the file name to its failure.
  /// - Throws: `FileFailure`.
  package func failing<Result>(
    _ body: (Source) throws(JobFailure) -> Result
  ) throws(FileFailure) -> Result {
    do throws(JobFailure) {
      return try body(source)
    } catch {
      var failure = FileFailure(error, path: file.name)
      if case .damage(let damage) = error {
        if damage.error.reason == .badMagic { failure.format = source.format }
        failure.textDamage = source.textDamage
      }
      throw failure
    }
  }

  /// Calls `body` with all bytes of the RDB file; a container is unpacked into an unnamed file first.
  /// - Throws: `FileFailure`, or what `body` throws.
  package func withBytes<Result>(_ body: (RawSpan) throws -> Result) throws -> Result {
    do {
      return try source.withBytes { bytes in
        // An empty result is the fault of the container.
        if bytes.byteCount == 0, let interruption = source.interruption { throw interruption }
        return try body(bytes)
      }
    } catch let error as InputError {
      throw FileFailure(error, path: file.name)
    }
  }
}

extension Backup {
  /// Runs a job on each file; small files run in parallel.
  ///
  /// - Parameters:
  ///   - label: The activity, for progress.
  ///   - checksum: Whether to compute checksums if the backup's options ask for them.
  ///   - output: The output of the files, in order; a file that fails is the last one.
  ///   - isWhole: Whether the job reads files to their end.
  ///   - ends: Whether a result is a failure.
  ///   - job: The job; receives the file number, the open file and the sweep options.
  /// - Returns: The outcomes, in file order.
  package func eachFile<Value: Sendable>(
    _ label: String, checksum: Bool = true, into output: OrderedFileOutput? = nil,
    isWhole: Bool = true, ends: @Sendable (Value) -> Bool = { _ in false },
    _ job: @Sendable (Int, OpenFile, SweepOptions) throws -> Value
  ) -> [FileOutcome<Value>] {
    let sizes = files.map(\.packedSize)
    options.monitor?.begin(label, sizes: sizes)
    defer { options.monitor?.finish() }
    let outcomes = FileSchedule(sizes: sizes, threads: threads).map { index, threads in
      guard output?.wants(index) ?? true else { return nil as FileOutcome<Value>? }
      var sweep = sweepOptions(of: index, threads: threads)
      sweep.checksum = sweep.checksum && checksum
      let outcome = outcome(of: index, sums: isWhole && sums(index)) { [sweep] in
        try job(index, $0, sweep)
      }
      output?.end(index, goesOn: (try? outcome.value.get()).map { !ends($0) } ?? false)
      options.monitor?.end(file: index)
      return outcome
    }
    // Drop the results of files after one that failed.
    return outcomes.prefix { $0 != nil }.compactMap { $0 }
      .filter { output?.wants($0.index) ?? true }
  }

  private func sweepOptions(of index: Int, threads: Int) -> SweepOptions {
    var sweep = SweepOptions()
    sweep.threads = threads
    sweep.checksum = options.verifiesChecksum
    sweep.cancellation = options.cancellation
    sweep.replaced = files[index].replaced
    sweep.picks = files[index].picks
    sweep.range = files[index].range
    if let monitor = options.monitor {
      sweep.progress = { monitor.advance(file: index, to: $0) }
    }
    return sweep
  }

  private func outcome<Value: Sendable>(
    of index: Int, sums: Bool, _ job: (OpenFile) throws -> Value
  ) -> FileOutcome<Value> {
    let file = files[index]
    var opening = options.opening
    opening.sums = sums
    var isUnchanged = true
    let value = Result {
      try file.withSource(opening) { source in
        defer {
          // `digest(of:)` reports an error again.
          if sums, let digest = try? source.digest() { digests[file.identity] = digest }
          isUnchanged = (try? source.isUnchanged()) ?? true
        }
        return try job(OpenFile(file: file, source: source))
      }
    }
    return FileOutcome(file: file, index: index, value: value, isUnchanged: isUnchanged)
  }

  /// Calls `body` with all bytes of one file.
  /// - Throws: `FileFailure`, or what `body` throws.
  package func withBytes<Result>(
    of index: Int, _ body: (RawSpan) throws -> Result
  ) throws -> Result {
    let file = files[index]
    return try file.withSource(options.opening) { source in
      try OpenFile(file: file, source: source).withBytes(body)
    }
  }

  /// The metadata of each file before its first key.
  /// - Throws: `FileFailure` if a file cannot be read.
  package func heads() throws -> [RDBMetadata] {
    try eachFile("opening", isWhole: false) { _, file, _ in
      try file.failing { source throws(JobFailure) in try source.head() }
    }.map { try $0.value.get() }
  }

  /// The metadata of the file that was begun last.
  ///
  /// Its creation time is the reference for the times of a
  /// restore.
  /// - Throws: `FileFailure` if a file cannot be read.
  package func referenceHead() throws -> RDBMetadata {
    let heads = try heads()
    return heads.dropFirst().reduce(heads[0]) { last, next in
      (next.created?.rawValue ?? .min) > (last.created?.rawValue ?? .min) ? next : last
    }
  }

  /// The time of what the backup holds: the moment of its logs, or when its last file was begun.
  ///
  /// - Returns: The time, or the text of a creation time that no server can have written by now.
  /// - Throws: `FileFailure` if a file cannot be read.
  package func referenceTime(
    before now: UnixMilliseconds
  ) throws -> (time: UnixMilliseconds?, impossible: String?) {
    guard moments.isEmpty else {
      let times = moments.compactMap(\.reference)
      return (times.count == moments.count ? times.max() : nil, nil)
    }
    let head = try referenceHead()
    let time = head.created(before: now)
    return (time, time == nil ? head.aux("ctime") : nil)
  }

  /// Reads the headers of all files, to refuse a non-RDB file before any output.
  /// - Throws: `FileFailure` if a file cannot be read.
  package func checkHeaders() throws {
    _ = try eachFile("opening", isWhole: false) { _, file, _ in
      try file.failing { source throws(JobFailure) in try source.checkHeader() }
    }.map { try $0.value.get() }
  }
}
