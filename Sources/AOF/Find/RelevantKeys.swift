// The keys that must be followed so that the selected ones are right: those that the log names and
// that are selected, and those that flow into them (RENAME, COPY, *STORE, SORT …), and so on.
//
// Names are kept as hashes: a name that is taken for another is followed for nothing, and that is all.
// Databases are left out of it, so that MOVE, COPY DB and SWAPDB need no thought here.

import RDB

/// Names of keys that the second pass follows.
package struct RelevantKeys: Sendable {
  /// Whether every key of the share is followed, whatever its name.
  var isEverything = false
  var share = KeyShare.whole
  /// Hashes of names; of a log without a base none are kept where every key is followed.
  var names = HashSet()
  /// Names that SORT may read: what stands before and behind the element.
  var patterns: [NamePattern] = []
  /// The commands of keys that are followed, and those without keys; nil where all have to be looked at.
  var marks: LogMarks?

  /// Whether a key is followed.
  @inline(__always)
  func contains(_ key: RawSpan) -> Bool {
    if isEverything, share.isWhole { return true }
    return contains(ByteHash.of(key)) || patterns.contains { $0.matches(key) }
  }

  /// Whether a key with a hash is followed for its name, and not for a pattern.
  @inline(__always)
  func contains(_ hash: UInt64) -> Bool {
    isEverything && share.contains(hash) || names.contains(hash)
  }

  /// Whether the log names a key that is followed.
  func isNamed(_ key: RawSpan) -> Bool {
    names.contains(ByteHash.of(key)) || patterns.contains { $0.matches(key) }
  }
}

/// Names that begin and end in a given way.
struct NamePattern: Hashable, Sendable {
  let head: [UInt8]
  let tail: [UInt8]

  /// The names that a BY or GET of SORT describes; nil where it has no `*` in the name.
  init?(_ pattern: [UInt8]) {
    guard let star = pattern.firstIndex(of: UInt8(ascii: "*")) else { return nil }
    var end = pattern.count
    for index in (star + 1)..<pattern.count where index + 2 < pattern.count {
      if pattern[index] == UInt8(ascii: "-"), pattern[index + 1] == UInt8(ascii: ">") {
        end = index
        break
      }
    }
    head = Array(pattern[..<star])
    tail = Array(pattern[(star + 1)..<end])
  }

  /// An order that does not depend on hashes.
  func precedes(_ other: NamePattern) -> Bool {
    head == other.head
      ? tail.lexicographicallyPrecedes(other.tail) : head.lexicographicallyPrecedes(other.head)
  }

  func matches(_ name: RawSpan) -> Bool {
    guard name.byteCount >= head.count + tail.count else { return false }
    return head.withRawSpan { name.extracting(first: head.count).equals($0) }
      && tail.withRawSpan { name.extracting(last: tail.count).equals($0) }
  }
}

extension LogInput {
  /// The first pass: where the log ends, and which keys are followed up to there.
  ///
  /// - Parameters:
  ///   - cut: Where the log is to end.
  ///   - selector: Which keys are asked for.
  /// - Returns: Where the log ends, and the keys.
  /// - Throws: Why the log does not reach the cut.
  package func find(
    _ cut: LogCut, _ selector: any KeySelector
  ) throws(LogCutError) -> (end: LogEnd, keys: RelevantKeys) {
    try find(cut, selector) { finder throws(LogCutError) in try walk(&finder) }
  }

  /// The same up to the end of a damaged log.
  func findPastLosses(_ selector: any KeySelector) -> (end: LogEnd, keys: RelevantKeys) {
    find(.end, selector) { finder in
      walkAll(&finder)
      return LogWalkEnd(
        position: LogPosition(file: files.count - 1, offset: files.last?.count ?? 0),
        isStopped: false)
    }
  }

  private func find<Failure: Error>(
    _ cut: LogCut, _ selector: any KeySelector,
    _ walk: (inout KeyFinder) throws(Failure) -> LogWalkEnd
  ) throws(Failure) -> (end: LogEnd, keys: RelevantKeys) {
    var patterns: Set<NamePattern> = []
    // Each turn adds patterns of SORT whose target matters; few logs have any.
    for _ in 0..<8 {
      var finder = KeyFinder(self, cut, selector, patterns)
      let walked = try walk(&finder)
      let end = finder.tracker.end(walked)
      var keys = finder.closure()
      if end.dropsTransactions { keys.marks = nil }
      let found = patterns.union(finder.patterns(relevantTo: keys))
      keys.patterns = found.sorted { $0.precedes($1) }
      if found.count == patterns.count { return (end, keys) }
      patterns = found
    }
    var finder = KeyFinder(self, cut, EveryKey(), [])
    let walked = try walk(&finder)
    return (finder.tracker.end(walked), finder.closure())
  }

  private func walk(_ finder: inout KeyFinder) throws(LogCutError) -> LogWalkEnd {
    let walk: LogWalkEnd
    do throws(LogDamage) {
      walk = try self.walk(until: nil, &finder)
    } catch {
      throw .damaged(error)
    }
    try finder.tracker.check(walk, in: self)
    return walk
  }
}
