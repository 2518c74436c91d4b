// The files of a backup one by one: the part of every job that opens them, shares threads, shows how far
// it has come, and sees whether a file was changed meanwhile.

package import RDB
package import Storage

/// A file of a backup while it is open.
package struct OpenFile {
  /// The file.
  package let file: BackupFile
  /// What is read.
  package let source: Source

  /// Calls a job, whose failure gets the name of the file.
  /// - Throws: `FileFailure`.
  package func failing<Result>(
    _ body: (Source) throws(JobFailure) -> Result
  ) throws(FileFailure) -> Result {
    do throws(JobFailure) {
      return try body(source)
    } catch {
      var failure = FileFailure(error, path: file.name)
      if case .damage(let damage) = error, damage.error.reason == .badMagic {
        failure.head = source.start
      }
      throw failure
    }
  }

  /// Lends all bytes of the RDB file; those of a container are unpacked into a file without a name.
  /// - Throws: Why there are none, or what `body` throws.
  package func withBytes<Result>(_ body: (RawSpan) throws -> Result) throws -> Result {
    do {
      return try source.withBytes { bytes in
        // That nothing came out of a container is the container's fault.
        if bytes.byteCount == 0, let interruption = source.interruption { throw interruption }
        return try body(bytes)
      }
    } catch let error as InputError {
      throw FileFailure(error, path: file.name)
    }
  }
}

extension Backup {
  /// Does a job with each file, several small ones at once.
  ///
  /// - Parameters:
  ///   - label: What is being done, for the progress.
  ///   - checksum: Whether checksums are computed where the backup's options say so.
  ///   - output: Where files write, in order; one that fails is then the last one.
  ///   - isWhole: Whether the job reads whole files, and does not only look into them.
  ///   - ends: Whether what the job made of a file is a failure.
  ///   - job: The job, with the number of the file, the open file, and how to sweep it.
  /// - Returns: What became of the files, in their order.
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
    // What a file behind one that failed gave was dropped, if its job had begun at all.
    return outcomes.prefix { $0 != nil }.compactMap { $0 }
      .filter { output?.wants($0.index) ?? true }
  }

  private func sweepOptions(of index: Int, threads: Int) -> SweepOptions {
    var sweep = SweepOptions()
    sweep.threads = threads
    sweep.checksum = options.checksum
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
          // What goes wrong here is reported with the digests.
          if sums, let digest = try? source.digest() { digests[file.identity] = digest }
          isUnchanged = (try? source.isUnchanged()) ?? true
        }
        return try job(OpenFile(file: file, source: source))
      }
    }
    return FileOutcome(file: file, index: index, value: value, isUnchanged: isUnchanged)
  }

  /// Lends all bytes of one of the files.
  /// - Throws: Why there are none, or what `body` throws.
  package func withBytes<Result>(
    of index: Int, _ body: (RawSpan) throws -> Result
  ) throws -> Result {
    let file = files[index]
    return try file.withSource(options.opening) { source in
      try OpenFile(file: file, source: source).withBytes(body)
    }
  }

  /// What the files say before their first keys.
  /// - Throws: What keeps one of them from being read.
  package func heads() throws -> [RDBMetadata] {
    try eachFile("opening", isWhole: false) { _, file, _ in
      try file.failing { source throws(JobFailure) in try source.head() }
    }.map { try $0.value.get() }
  }

  /// What the file that was begun last says before its first key: the times of a restore count from
  /// there, since only then all files were begun.
  /// - Throws: What keeps one of the files from being read.
  package func referenceHead() throws -> RDBMetadata {
    let heads = try heads()
    return heads.dropFirst().reduce(heads[0]) { last, next in
      (next.created?.rawValue ?? .min) > (last.created?.rawValue ?? .min) ? next : last
    }
  }

  /// Reads the headers of all files, so that what is no RDB file is refused before anything is written.
  /// - Throws: What keeps one of them from being read.
  package func checkHeaders() throws {
    _ = try eachFile("opening", isWhole: false) { _, file, _ in
      try file.failing { source throws(JobFailure) in try source.checkHeader() }
    }.map { try $0.value.get() }
  }
}
