// A sweep over each file of a set, with or without a census of the keys; and what follows from that
// for the set as a whole.

import RDB
import RDBSift
import Restore
import Storage

extension ShardSet {
  /// Goes through all files with a job.
  ///
  /// - Parameters:
  ///   - label: What is being done, for the progress.
  ///   - selected: What is asked for; its limit is one over all files, in their order.
  ///   - output: Where files write, in order.
  ///   - restored: Keys that the selection restored, by what a worker counted.
  ///   - makeWorker: Makes a worker for a file, whose number it is given.
  /// - Returns: What was found in each.
  func sweep<Worker: RecordWorker & ~Copyable>(
    _ label: String, _ selected: Selection, into output: ShardOutput? = nil,
    restored: (Worker.Summary) -> UInt64,
    makeWorker: @Sendable (Int, Selection) throws(JobFailure) -> Worker
  ) -> [ShardOutcome<SweepResult<Worker.Summary>>] {
    guard let limit = selected.limit else {
      return each(label, into: output, ends: { $0.failure != nil }) { index, file in
        try file.sweep(label: label, into: output?.part(index) ?? PartOutput { _ in }) {
          () throws(JobFailure) in try makeWorker(index, selected)
        }
      }
    }
    var left = limit
    var outcomes: [ShardOutcome<SweepResult<Worker.Summary>>] = []
    for index in shards.indices {
      var rest = selected
      rest.limit = left
      let one = ShardSet(shards: [shards[index]], options: options, session: session)
      outcomes += one.each(label, ends: { $0.failure != nil }) { [rest] _, file in
        let result = try file.sweep(
          label: label, into: output?.part(index) ?? PartOutput { _ in }
        ) { () throws(JobFailure) in try makeWorker(index, rest) }
        output?.end(index, goesOn: result.failure == nil)
        return result
      }
      guard case .success(let result)? = outcomes.last?.value else { break }
      left -= min(left, result.summaries.reduce(0) { $0 + restored($1) })
    }
    return outcomes
  }

  /// What the files say before their first keys.
  /// - Throws: What keeps one of them from being read.
  func heads() throws -> [FileFacts] {
    try each("opening", isWhole: false) { _, file in try file.head() }.map { try $0.value.get() }
  }

  /// What the file that was begun last says before its first key: the times of a restore count from
  /// there, since only then all files were begun.
  /// - Throws: What keeps one of the files from being read.
  func referenceHead() throws -> FileFacts {
    let last = try heads().max { ($0.created?.rawValue ?? .min) < ($1.created?.rawValue ?? .min) }
    guard let last else { throw Misuse("a set needs a file") }
    return last
  }
}

/// What was found in one file of a set.
struct ShardReading<Summary: Sendable> {
  /// Its number.
  let index: Int
  /// The file.
  let file: OpenFile
  /// What the sweep found.
  let result: SweepResult<Summary>
  /// Which keys it has.
  let census: ShardCensus
}

/// What was found in all files of a set.
struct SetReading<Summary: Sendable> {
  let set: ShardSet
  /// The files that could be read, as far as they could.
  private(set) var shards: [ShardReading<Summary>] = []
  /// What there is to tell of files that could not be read at all.
  private(set) var failures: [any Error] = []
  /// What the files are together.
  let facts: SetFacts
  /// Keys that stand in two files.
  let sharedKeys: [SharedKey]
  /// Whether some keys found no room to be compared.
  let isCut: Bool

  /// Goes through all files with a job and a census; keys that the selection restores are compared.
  init<Worker: RecordWorker & ~Copyable>(
    _ set: ShardSet, _ label: String, _ selected: Selection, into output: ShardOutput? = nil,
    makeWorker: @Sendable (Int, Selection) throws(JobFailure) -> Worker
  ) throws where Worker.Summary == Summary {
    self.set = set
    let outcomes = set.sweep(
      label, selected, into: output, restored: { $0.census.restored }
    ) { index, selection throws(JobFailure) in
      CensusWorker(try makeWorker(index, selection), comparing: selection)
    }
    for (index, outcome) in outcomes.enumerated() {
      do {
        let result = try outcome.value.get()
        guard let file = outcome.file else { continue }
        if !outcome.isUnchanged { file.warnOfChange() }
        var census = ShardCensus()
        for summary in result.summaries { census.merge(summary.census) }
        shards.append(
          ShardReading(
            index: index, file: file, result: result.mapSummaries(\.job), census: census))
      } catch {
        failures.append(error)
      }
    }
    facts = SetFacts(shards.map { ShardFacts($0.result.facts, $0.census) })
    let hashes = shards.flatMap(\.census.hashes)
    isCut = hashes.contains(where: \.isCut)
    sharedKeys = try set.sharedKeys(
      KeyCensus.suspects(in: hashes, threads: set.threads), selected)
    for index in shards.indices { shards[index] = shards[index].withoutHashes }
  }
}

extension ShardReading {
  /// The same without what was only needed to compare keys.
  fileprivate var withoutHashes: ShardReading {
    var census = census
    census.hashes = []
    return ShardReading(index: index, file: file, result: result, census: census)
  }
}

extension ShardSet {
  /// Looks a second time at keys whose hashes were met twice.
  fileprivate func sharedKeys(
    _ suspects: Set<UInt64>, _ selected: Selection
  ) throws -> [SharedKey] {
    guard !suspects.isEmpty else { return [] }
    var again = self
    again.options.noChecksum = true
    let outcomes = again.sweep("comparing keys", selected, restored: { $0.restored }) {
      _, selection throws(JobFailure) in SharedKeyWorker(selection, suspects: suspects)
    }
    return SharedKeyWorker.shared(outcomes.map { (try? $0.value.get())?.summaries ?? [] })
  }
}

// MARK: - Telling

extension SetReading {
  /// Whether every file could be read to its end.
  var isWhole: Bool {
    failures.isEmpty
      && shards.allSatisfy { $0.result.failure == nil && $0.result.interruption == nil }
  }

  /// What the files are together, as a member of a report.
  var json: JSONValue {
    .object([
      "files": .count(set.shards.count), "unreadable_files": .count(failures.count),
      "size": .count(set.size), "keys": .count(facts.keys),
      "first_created_ms": .optional(facts.created) { .moment($0.lowerBound) },
      "last_created_ms": .optional(facts.created) { .moment($0.upperBound) },
      "is_cluster": .bool(facts.isCluster), "slots": SetText.json(facts.slots.ranges),
      "findings": .array(facts.findings.map { SetText.json($0, names) }),
      "shared_keys": .array(sharedKeys.map { SetText.json($0, set.names) }),
    ])
  }

  /// What the files are called, by their numbers among those that could be read.
  var names: [String] { shards.map(\.file.path) }

  /// Says what there is to say of files and of the set; the status that follows.
  func tell(isStrict: Bool = false) -> ExitStatus {
    var statuses: [ExitStatus] = []
    for shard in shards {
      do {
        statuses.append(try shard.file.conclude(shard.result))
      } catch {
        statuses.append(set.session.tell(failure: error))
      }
    }
    statuses += failures.map { set.session.tell(failure: $0) }
    statuses += tellOfSet(isStrict: isStrict)
    return statuses.max { $0.rawValue < $1.rawValue } ?? .done
  }

  /// Says what ought to be known of the set, which may be a finding, and which keys stand in two files.
  func tellOfSet(isStrict: Bool = false) -> [ExitStatus] {
    var statuses: [ExitStatus] = []
    for finding in facts.findings {
      let (code, text) = SetText.sentence(finding, names)
      set.session.tell(warning: "\(code): \(text)")
      if isStrict { statuses.append(.finding) }
    }
    if isCut {
      set.session.tell(warning: "there are more keys than are compared; some may be in two files")
    }
    for key in sharedKeys.prefix(SetText.named) {
      set.session.tell(error: SetText.shared(key, set.names))
    }
    let rest = sharedKeys.count - SetText.named
    if rest > 0 { set.session.tell(error: "\(HumanText.count(rest)) more keys are in two files") }
    if !sharedKeys.isEmpty { statuses.append(.finding) }
    return statuses
  }
}
