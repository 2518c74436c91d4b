// Checks the files of a backup against each other. A file does not say which slots its server owned, only
// which keys it had. Missing slots are therefore inferred: a gap is reported only if it is too unlikely at
// the observed density of keys.

package import RDB

/// The origin of one file of a backup.
package struct FileOrigin: Sendable {
  /// When the server began to write it.
  package var created: UnixMilliseconds?
  /// The name and version of the server.
  package var server: String?
  /// The replication ID.
  package var replicationID: String?
  /// Whether the file has records about cluster slots.
  package var hasSlotInfo: Bool
  /// Its keys.
  package var keys: CollectedKeys

  /// Combines the metadata of a file with its collected keys.
  package init(_ metadata: RDBMetadata, _ keys: CollectedKeys?) {
    created = metadata.created
    server =
      metadata.aux("valkey-ver").map { "Valkey \($0)" }
      ?? metadata.aux("redis-ver").map { "Redis \($0)" }
    replicationID = metadata.aux("repl-id")
    hasSlotInfo =
      metadata.slotHints > 0 || metadata.slotImports > 0 || metadata.aux("slot-info") != nil
    self.keys = keys ?? CollectedKeys()
  }
}

extension FileOrigin {
  /// Adds what is left of a log's base to the log at a moment.
  mutating func merge(base: FileOrigin) {
    keys.merge(base.keys)
    hasSlotInfo = hasSlotInfo || base.hasSlotInfo
    replicationID = replicationID ?? base.replicationID
  }
}

/// A finding about the files of a backup.
package enum BackupFinding: Hashable, Sendable {
  /// No file has keys of these slots, although keys are dense.
  case slotsMissing([ClosedRange<UInt16>])
  /// Two files have keys of the same slots.
  case slotsOverlap(Int, Int, [ClosedRange<UInt16>])
  /// The oldest and the newest file were begun far apart.
  case savedApart(first: Int, last: Int, milliseconds: Int64)
  /// Two files were written by different servers or versions.
  case serversDiffer(Int, Int)
  /// Two files are from one server, or from a server and its replica.
  case sameReplication(Int, Int)
}

/// What follows from all files of a backup together.
package struct BackupFacts: Sendable {
  /// The largest usual distance between the creation times of files, in milliseconds.
  package static let timeLimit: Int64 = 10 * 60_000
  /// Reported pairs of files per kind.
  private static let pairLimit = 10
  /// Significance level below which a gap is reported.
  private static let significance = 1e-6
  /// Its negative natural logarithm.
  private static let significanceExponent = 13.8

  /// Keys of all files.
  package let keys: UInt64
  /// Slots with keys in any file.
  package let slots: SlotSet
  /// Whether the files look like the files of one cluster.
  package let isCluster: Bool
  /// The creation times of the oldest and the newest file.
  package let created: ClosedRange<UnixMilliseconds>?
  /// The findings.
  package private(set) var findings: [BackupFinding] = []

  /// Checks files, in the order of the backup.
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

  /// Whether the files have slot information, or share fewer slots than chance explains.
  private static func looksLikeCluster(_ files: [FileOrigin]) -> Bool {
    let filled = files.filter { $0.keys.count > 0 }
    if filled.contains(where: \.hasSlotInfo) { return true }
    guard filled.count > 1, !filled.contains(where: \.keys.hasOtherDatabases) else {
      return false
    }
    let sets = filled.map(\.keys.slots)
    let slots = SlotCensus(sets)
    // Of every two sets: slots that chance lets them share, and that they do.
    let (sum, squares) = (Double(slots.total), slots.squares)
    let expected = (sum * sum - squares) / 2 / Double(HashSlot.count)
    // Fewer than a quarter of 40 or more expected common slots is significant.
    return expected >= 40 && slots.sharedPairs < expected / 4 || areApart(slots)
  }

  /// Whether the slots of each set are contiguous: in slot order, changes from one set to another are
  /// significantly rare.
  private static func areApart(_ slots: SlotCensus) -> Bool {
    guard slots.total > 1 else { return false }
    let (total, changes) = (Double(slots.total), Double(slots.changes))
    let expected = (total - 1) * (1 - slots.squares / (total * total))
    guard changes < expected / 8 else { return false }
    // Chernoff bound of the lower tail: exp(-apart² / 2·expected).
    let apart = expected - changes
    return apart * apart / (2 * expected) > significanceExponent
  }

  private static func slotFindings(_ files: [FileOrigin], _ slots: SlotSet) -> [BackupFinding] {
    let missing = slots.complement.ranges.filter { isSignificant($0.count, covered: slots.count) }
    var findings: [BackupFinding] = missing.isEmpty ? [] : [.slotsMissing(missing)]
    var pairs = 0
    var before = SlotSet()
    for second in files.indices {
      let slots = files[second].keys.slots
      defer { before.formUnion(slots) }
      // A file that shares slots has a pair, so few files are compared with each one before them.
      guard pairs < pairLimit, !before.intersection(slots).isEmpty else { continue }
      for first in 0..<second where pairs < pairLimit {
        let both = files[first].keys.slots.intersection(slots)
        guard !both.isEmpty else { continue }
        findings.append(.slotsOverlap(first, second, both.ranges))
        pairs += 1
      }
    }
    return findings
  }

  /// Whether a run of slots without keys is significant, if all slots are as likely to have keys as
  /// those outside the run.
  private static func isSignificant(_ run: Int, covered: Int) -> Bool {
    let others = Double(HashSlot.count - run)
    // One extra empty slot, so that a single slot is never reported.
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
