// Several files that are one backup, and how a job is done with each of them.

import RDB
import RDBSift
import Restore
import Storage

/// The files of a set.
struct ShardSet: Sendable {
  let shards: [Shard]
  var options: SourceOptions
  let session: Session

  /// What the files are called.
  var names: [String] { shards.map { String(decoding: $0.name, as: UTF8.self) } }
  /// Bytes of all files.
  var size: Int { shards.reduce(0) { $0 + $1.size } }
  /// Which files they are.
  var identities: [FileIdentity] { shards.map(\.identity) }
  /// What a report says it is about.
  var subject: ReportSubject {
    ReportSubject(
      path: HumanText.count(shards.count, "file", "files"), size: size,
      timeNote: " (the latest ctime of the files)")
  }
  /// Threads that may work.
  var threads: Int { options.threads ?? min(Machine.usableProcessors(), 16) }
}

/// What became of one file of a set.
struct ShardOutcome<Value: Sendable>: Sendable {
  /// The file; nil if it could not be opened.
  let file: OpenFile?
  /// What the job made of it, or why it made nothing.
  let value: Result<Value, any Error>
  /// Whether the file was the same all the time.
  let isUnchanged: Bool

  /// The same outcome, of whose value another is made.
  func map<Other: Sendable>(_ make: (Value) -> Other) -> ShardOutcome<Other> {
    ShardOutcome<Other>(file: file, value: value.map(make), isUnchanged: isUnchanged)
  }
}

extension ShardSet {
  /// Does a job with each file, several small ones at once.
  ///
  /// - Parameters:
  ///   - label: What is being done, for the progress.
  ///   - output: Where files write, in order; a file that fails is the last one then.
  ///   - isWhole: Whether the job goes through the files, and does not only look into them.
  ///   - ends: Whether what the job made of a file is a failure.
  ///   - job: The job, with the number of the file.
  /// - Returns: What became of the files, in their order.
  func each<Value: Sendable>(
    _ label: String, into output: ShardOutput? = nil, isWhole: Bool = true,
    ends: @Sendable (Value) -> Bool = { _ in false },
    _ job: @Sendable (Int, OpenFile) throws -> Value
  ) -> [ShardOutcome<Value>] {
    let progress = SetProgress(label, sizes: shards.map(\.size), session.console)
    defer { progress.finish() }
    let run = ShardRun(sizes: shards.map(\.size), threads: threads)
    let outcomes = run.map { [self] index, threads -> ShardOutcome<Value>? in
      guard output?.wants(index) ?? true else { return nil }
      let outcome = outcome(index, threads, progress, sums: isWhole && sums(index), job)
      output?.end(index, goesOn: (try? outcome.value.get()).map { !ends($0) } ?? false)
      progress.end(index)
      return outcome
    }
    return Array(outcomes.prefix { $0 != nil }.compactMap { $0 })
  }

  private func outcome<Value: Sendable>(
    _ index: Int, _ threads: Int, _ progress: SetProgress, sums: Bool,
    _ job: @Sendable (Int, OpenFile) throws -> Value
  ) -> ShardOutcome<Value> {
    let source: Source
    var opening = options.openingOptions()
    opening.sums = sums
    do throws(InputError) {
      source = try shards[index].open(opening)
    } catch {
      let failure = FileFailure(failure: JobFailure(error), path: names[index])
      return ShardOutcome(file: nil, value: .failure(failure), isUnchanged: true)
    }
    defer { source.close() }
    var options = options
    options.threads = threads
    let file = OpenFile(
      source: source, options: options, session: session, label: names[index],
      progress: { done in progress.update(index, done: done) })
    let value = Result { try job(index, file) }
    // What goes wrong here is told when the digests are.
    if sums { _ = try? file.digest() }
    return ShardOutcome(
      file: file, value: value, isUnchanged: (try? source.isUnchanged()) ?? true)
  }
}

// MARK: - Telling

extension ShardSet {
  /// Says what sweeps found beside their results, and what kept files from being read; the worst
  /// status that follows.
  func conclude<Value, Summary>(
    _ outcomes: [ShardOutcome<Value>], _ result: (Value) -> SweepResult<Summary>
  ) -> ExitStatus {
    let statuses = outcomes.map { outcome in
      do {
        let value = try outcome.value.get()
        guard let file = outcome.file else { return ExitStatus.done }
        if !outcome.isUnchanged { file.warnOfChange() }
        return try file.conclude(result(value))
      } catch {
        return session.tell(failure: error)
      }
    }
    return statuses.max { $0.rawValue < $1.rawValue } ?? .done
  }
}

// MARK: - Opening

extension SourceOptions {
  /// Opens what was named: one backup, or several files that are one.
  ///
  /// - Parameters:
  ///   - session: What the command may use.
  ///   - readAgain: Whether the job may go through a single backup more than once.
  ///   - one: The job for one.
  ///   - many: The job for a set.
  /// - Returns: What the job returns.
  /// - Throws: What it throws, or why nothing can be opened.
  func withBackup<Result>(
    _ session: Session, readAgain: Bool = false, _ one: (OpenFile) throws -> Result,
    set many: (ShardSet) throws -> Result
  ) throws -> Result {
    if files.count > 1 { return try with(try set(session), many) }
    if try ShardList.isSet(file) { return try with(try set(session), many) }
    let source = try open(session, readAgain: readAgain)
    guard source.members.isEmpty else {
      try keepDigest(of: source, session)
      let shards = Shard.all(in: source.members, of: source.path, source.identity)
      return try with(ShardSet(shards: shards, options: self, session: session), many)
    }
    return try with(source, session, one)
  }

  private func with<Result>(
    _ set: ShardSet, _ body: (ShardSet) throws -> Result
  ) throws -> Result {
    let result = try body(set)
    try set.tellDigests()
    return result
  }

  /// Keeps the digest of an archive for all of its members: they are read each by itself.
  private func keepDigest(of archive: Source, _ session: Session) throws {
    do throws(InputError) {
      session.digests[archive.identity] = try archive.digest()
    } catch {
      throw FileFailure(failure: JobFailure(error), path: archive.path)
    }
  }

  private func set(_ session: Session) throws -> ShardSet {
    if member != nil { throw Misuse("--member chooses from one archive; here are several files") }
    let list: ShardList
    var opening = openingOptions()
    // They are only looked into here.
    opening.sums = false
    do throws(ShardList.Problem) {
      list = try ShardList(files, isRecursive: recursive, options: opening)
    } catch {
      throw SetText.failure(error)
    }
    for path in list.passedOver {
      session.tell(warning: "\(Messages.spelled(path)) is no backup; passed over")
    }
    let set = ShardSet(shards: list.shards, options: self, session: session)
    // Members of archives are read each by itself.
    if takesDigest {
      for shard in set.shards where shard.member != nil { _ = try set.digest(of: shard) }
    }
    return set
  }
}
