// Patterns that were not the first to select any key. A second sweep, made only if there are some, finds
// why: either the pattern selects nothing, and the keys nearest to its text are shown, or earlier
// patterns select all of its keys.

import RDB
package import Restore

/// A pattern that was not the first to select any key.
package struct UnmatchedPattern: Hashable, Mergeable, Sendable {
  /// The number of the pattern.
  package let index: Int
  /// Keys that it selects on its own.
  package var selected: UInt64 = 0
  /// Keys that it is the first to select.
  package var selectedFirst: UInt64 = 0
  /// Keys whose name is the text of the pattern.
  package var literal: UInt64 = 0
  /// Bytes of the pattern's literal prefix that the nearest keys share.
  package private(set) var common = 0
  /// The nearest keys.
  package private(set) var nearest: FirstRecords

  private let file: Int

  init(_ index: Int, file: Int) {
    self.index = index
    self.file = file
    nearest = FirstRecords(3, file: file)
  }

  /// Keeps a key that shares more of the prefix than those before, or as much while there is room.
  @inline(__always)
  mutating func consider(
    _ key: RawSpan, _ start: LiteralPrefix, _ record: RDBRecord, in bytes: RawSpan
  ) {
    let isFull = nearest.notes.count == nearest.limit
    guard start.isShared(by: key, first: max(common &+ (isFull ? 1 : 0), 1)) else { return }
    let count = start.common(with: key)
    if count > common { nearest = FirstRecords(3, file: file) }
    common = count
    nearest.add(record, in: bytes)
  }

  /// Adds the counts of another thread or file for the same pattern.
  package mutating func merge(_ other: UnmatchedPattern) {
    selected &+= other.selected
    selectedFirst &+= other.selectedFirst
    literal &+= other.literal
    if other.common > common { (common, nearest) = (other.common, FirstRecords(3, file: file)) }
    if other.common == common { nearest.merge(other.nearest) }
  }
}

extension Array: Mergeable where Element == UnmatchedPattern {
  /// Adds the counts of another thread or file for the same patterns.
  package mutating func merge(_ other: [UnmatchedPattern]) {
    for place in indices { self[place].merge(other[place]) }
  }
}

/// Examines patterns that were not the first to select any key.
struct UnmatchedPatternVisitor: RecordVisitor, ~Copyable {
  /// Patterns examined; more would make the second sweep slow.
  private static let limit = 20

  static var visitsSkipped: Bool { true }

  private var selectors: [PatternSelector] = []
  private var starts: [LiteralPrefix] = []
  private var texts: [[UInt8]] = []
  private var found: [UnmatchedPattern]

  /// Makes a visitor for one thread.
  ///
  /// - Parameters:
  ///   - selection: The selection.
  ///   - patterns: The numbers of the patterns to examine.
  ///   - file: The number of the file in the backup.
  init(_ selection: RestoreSelection, patterns: [Int], file: Int) {
    found = patterns.prefix(UnmatchedPatternVisitor.limit).map { UnmatchedPattern($0, file: file) }
    let all = selection.filter.keys
    for pattern in found {
      let text = all.patterns[pattern.index]
      starts.append(LiteralPrefix(text))
      texts.append(text.bytes)
      // It compiled among others, so it compiles alone.
      let alone = (try? CompiledPatterns([text], limits: all.limits)) ?? all
      selectors.append(PatternSelector(selection.filter.with(keys: alone), now: selection.now))
    }
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    // Earlier patterns select all that such a pattern selects, so other keys are not tried.
    if disposition.isAskedFor, let first = context.pattern {
      try count(record, first, in: bytes, context.values)
    }
    if let raw = record.rawKey {
      consider(bytes.extracting(raw.offset..<raw.end), record, in: bytes)
    } else {
      let key = record.readableKey(in: bytes) ?? []
      key.withRawSpan { consider($0, record, in: bytes) }
    }
  }

  /// Counts a selected key; `first` is the first pattern that selects it.
  private mutating func count(
    _ record: RDBRecord, _ first: Int, in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) {
    for place in found.indices {
      if first == found[place].index { found[place].selectedFirst &+= 1 }
      if first <= found[place].index, try selectors[place].selects(record, in: bytes, context) {
        found[place].selected &+= 1
      }
    }
  }

  @inline(__always)
  private mutating func consider(_ key: RawSpan, _ record: RDBRecord, in bytes: RawSpan) {
    for place in found.indices {
      found[place].consider(key, starts[place], record, in: bytes)
      if key.isEqual(to: texts[place]) { found[place].literal &+= 1 }
    }
  }

  consuming func finish() -> [UnmatchedPattern] { found }
}

extension Backup {
  /// Examines, in a second sweep, patterns that were not the first to select any key.
  package func unmatchedPatterns(
    _ selection: RestoreSelection, after tally: PlanTally
  ) -> [UnmatchedPattern] {
    let counts = tally.restoredByPattern
    let patterns = counts.indices.filter { counts[$0].keys == 0 }
    guard !patterns.isEmpty else { return [] }
    var request = SweepRequest("looking", selection)
    request.checksum = false
    // Every file is searched to its end, whatever the limit.
    if isSeveral { request.selection.limit = nil }
    return sweep(request) { [request] file in
      UnmatchedPatternVisitor(request.selection, patterns: patterns, file: file)
    }.merged ?? []
  }
}
