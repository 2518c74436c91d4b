// What several files are together. A file does not say which slots its server had, only which keys; so
// whether slots are missing is judged by chance: where keys are this dense, a run of so many slots
// without any is too unlikely. What may be chance is not reported.

package import RDB

/// What is known of one file of a backup.
package struct FileOrigin: Sendable {
  /// When it was begun.
  package var created: UnixMilliseconds?
  /// The server that wrote it, with its version.
  package var server: String?
  /// The replication that it was a part of.
  package var replicationID: String?
  /// Whether the file itself tells of cluster slots.
  package var tellsSlots: Bool
  /// Its keys.
  package var keys: CollectedKeys

  /// Puts together what a file says and what was counted in it.
  package init(_ metadata: RDBMetadata, _ keys: CollectedKeys?) {
    created = metadata.created
    server =
      metadata.aux("valkey-ver").map { "Valkey \($0)" }
      ?? metadata.aux("redis-ver").map { "Redis \($0)" }
    replicationID = metadata.aux("repl-id")
    tellsSlots =
      metadata.slotHints > 0 || metadata.slotImports > 0 || metadata.aux("slot-info") != nil
    self.keys = keys ?? CollectedKeys()
  }
}

/// Something about a backup that ought to be known before it is restored.
package enum BackupFinding: Hashable, Sendable {
  /// No file has keys of these slots, though keys are dense.
  case slotsMissing([ClosedRange<UInt16>])
  /// Two files have keys of the same slots.
  case slotsOverlap(Int, Int, [ClosedRange<UInt16>])
  /// Two files were begun at different times: the first and the last of all.
  case savedApart(first: Int, last: Int, milliseconds: Int64)
  /// Two files are of different servers.
  case serversDiffer(Int, Int)
  /// Two files are of one server, or of it and its replica.
  case sameReplication(Int, Int)
}

/// What several files are together.
package struct BackupFacts: Sendable {
  /// Files that are begun further apart are pointed out; the files of one backup are not one instant,
  /// but near.
  package static let timeLimit: Int64 = 10 * 60_000
  /// Pairs of files that are pointed out, of each kind.
  private static let pairLimit = 10
  /// Significance level below which a gap is reported.
  private static let significance = 1e-6
  /// Its natural logarithm, positive.
  private static let significanceExponent = 13.8

  /// Keys of all files.
  package let keys: UInt64
  /// Slots that any file has keys of.
  package let slots: SlotSet
  /// Whether the files look like the files of one cluster.
  package let isCluster: Bool
  /// When the first file was begun, and the last.
  package let created: ClosedRange<UnixMilliseconds>?
  /// What ought to be known.
  package private(set) var findings: [BackupFinding] = []

  /// Judges files, in the order of the backup.
  package init(_ files: [FileOrigin]) {
    keys = files.reduce(0) { $0 + $1.keys.count }
    var slots = SlotSet()
    for file in files { slots.formUnion(file.keys.slots) }
    self.slots = slots
    let times = files.compactMap(\.created)
    created = times.min().flatMap { first in times.max().map { first...$0 } }
    isCluster = BackupFacts.looksLikeCluster(files)
    if isCluster { findings = BackupFacts.slotFindings(files, slots) }
    findings += BackupFacts.serverFindings(files)
  }

  // MARK: - Slots

  /// Whether the files say so, or chance would not keep their keys apart like this.
  private static func looksLikeCluster(_ files: [FileOrigin]) -> Bool {
    let filled = files.filter { $0.keys.count > 0 }
    if filled.contains(where: \.tellsSlots) { return true }
    guard filled.count > 1, !filled.contains(where: \.keys.hasOtherDatabases) else {
      return false
    }
    let sets = filled.map(\.keys.slots)
    var expected = 0.0
    var found = 0
    for (index, set) in sets.enumerated() {
      for other in sets[..<index] {
        expected += Double(set.count) * Double(other.count) / Double(HashSlot.count)
        found += set.intersection(other).count
      }
    }
    // Of so many common slots that are expected, fewer than a quarter are not chance.
    return expected >= 40 && Double(found) < expected / 4 || areApart(sets)
  }

  /// Whether the slots of each set lie side by side, as chance would not have it: going through all
  /// slots in order, one seldom comes from one set to another.
  private static func areApart(_ sets: [SlotSet]) -> Bool {
    let owned = sets.enumerated().flatMap { index, set in
      set.ranges.flatMap { range in range.map { (slot: $0, set: index) } }
    }.sorted { ($0.slot, $0.set) < ($1.slot, $1.set) }
    guard owned.count > 1 else { return false }
    let changes = zip(owned, owned.dropFirst()).filter { $0.set != $1.set }.count
    let shares = sets.map { Double($0.count) / Double(owned.count) }
    let expected = Double(owned.count - 1) * (1 - shares.reduce(0) { $0 + $1 * $1 })
    guard Double(changes) < expected / 8 else { return false }
    // The lower tail of a sum of rare events is below the exponential of this.
    let apart = expected - Double(changes)
    return apart * apart / (2 * expected) > significanceExponent
  }

  private static func slotFindings(_ files: [FileOrigin], _ slots: SlotSet) -> [BackupFinding] {
    let missing = slots.complement.ranges.filter { isSignificant($0.count, covered: slots.count) }
    var findings: [BackupFinding] = missing.isEmpty ? [] : [.slotsMissing(missing)]
    var pairs = 0
    for second in files.indices {
      for first in 0..<second where pairs < pairLimit {
        let both = files[first].keys.slots.intersection(files[second].keys.slots)
        guard !both.isEmpty else { continue }
        findings.append(.slotsOverlap(first, second, both.ranges))
        pairs += 1
      }
    }
    return findings
  }

  /// Whether chance hardly leaves a run of so many slots without keys, if all slots are as likely to
  /// have some as those outside of it.
  private static func isSignificant(_ run: Int, covered: Int) -> Bool {
    let others = Double(HashSlot.count - run)
    // One more without keys than there are, so that a single slot is never reported.
    let density = Double(covered) / (others + 1)
    guard density > 0 else { return false }
    var chance = Double(covered)
    for _ in 0..<run where chance >= significance { chance *= 1 - density }
    return chance < significance
  }

  // MARK: - Servers

  private static func serverFindings(_ files: [FileOrigin]) -> [BackupFinding] {
    var findings: [BackupFinding] = []
    let times = files.enumerated().compactMap { index, file in
      file.created.map { (index: index, moment: $0.rawValue) }
    }
    if let first = times.min(by: { $0.moment < $1.moment }),
      let last = times.max(by: { $0.moment < $1.moment })
    {
      let (apart, overflow) = last.moment.subtractingReportingOverflow(first.moment)
      if overflow || apart > timeLimit {
        findings.append(
          .savedApart(
            first: first.index, last: last.index, milliseconds: overflow ? .max : apart))
      }
    }
    if let first = files.firstIndex(where: { $0.server != nil }),
      let other = files.firstIndex(where: { $0.server != nil && $0.server != files[first].server }
      )
    {
      findings.append(.serversDiffer(first, other))
    }
    var seen: [String: Int] = [:]
    for (index, file) in files.enumerated() {
      guard let id = file.replicationID, !id.isEmpty else { continue }
      if let other = seen[id], findings.count < pairLimit {
        findings.append(.sameReplication(other, index))
      } else {
        seen[id] = index
      }
    }
    return findings
  }
}
