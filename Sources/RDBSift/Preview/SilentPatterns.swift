// Patterns that were the first to select no key at all. Why is found in a second pass, made only when
// there are some: whether the pattern selects nothing, and which keys come nearest to its text, or
// whether earlier patterns took all that it selects.

package import RDB
package import Restore

/// What was found about a pattern that seemed to select nothing.
package struct SilentPattern: Hashable, Mergeable, Sendable {
  /// The number of the pattern.
  package let index: Int
  /// Keys that it selects by itself.
  package var selected: UInt64 = 0
  /// Keys that it is the first to select.
  package var selectedFirst: UInt64 = 0
  /// How much of the pattern's literal beginning the nearest keys begin with.
  package private(set) var common = 0
  /// The nearest keys.
  package private(set) var nearest: FirstNotes

  private let file: Int

  init(_ index: Int, file: Int) {
    self.index = index
    self.file = file
    nearest = FirstNotes(3, file: file)
  }

  /// Takes in a key that begins more like the pattern than those before, or just as much while there
  /// is room for it.
  @inline(__always)
  mutating func consider(
    _ key: RawSpan, _ start: LiteralPrefix, _ record: RDBRecord, in bytes: RawSpan
  ) {
    let isFull = nearest.notes.count == nearest.limit
    guard start.isShared(by: key, first: max(common &+ (isFull ? 1 : 0), 1)) else { return }
    let count = start.common(with: key)
    if count > common { nearest = FirstNotes(3, file: file) }
    common = count
    nearest.add(record, in: bytes)
  }

  /// Adds what another thread found about the same pattern.
  package mutating func merge(_ other: SilentPattern) {
    selected &+= other.selected
    selectedFirst &+= other.selectedFirst
    if other.common > common { (common, nearest) = (other.common, FirstNotes(3, file: file)) }
    if other.common == common { nearest.merge(other.nearest) }
  }
}

extension Array: Mergeable where Element == SilentPattern {
  /// Adds what another thread found about the same patterns.
  package mutating func merge(_ other: [SilentPattern]) {
    for place in indices { self[place].merge(other[place]) }
  }
}

/// Looks into patterns that were the first to select nothing.
struct SilentPatternVisitor: RecordVisitor, ~Copyable {
  /// Patterns that are looked into; more would make the second pass long.
  private static let limit = 20

  static var visitsSkipped: Bool { true }

  private var readers: [KeyReader] = []
  private var starts: [LiteralPrefix] = []
  private var found: [SilentPattern]

  /// Makes a visitor for one thread.
  ///
  /// - Parameters:
  ///   - selection: What is asked for.
  ///   - patterns: The numbers of the patterns to look into.
  ///   - file: The number of the file in the backup.
  init(_ selection: Selection, patterns: [Int], file: Int) {
    found = patterns.prefix(SilentPatternVisitor.limit).map { SilentPattern($0, file: file) }
    let all = selection.filter.keys
    for pattern in found {
      let text = all.patterns[pattern.index]
      starts.append(LiteralPrefix(text))
      // It compiled as one of many, so it compiles alone.
      let alone = (try? CompiledPatterns([text], limits: all.limits)) ?? all
      readers.append(KeyReader(selection.filter.with(keys: alone), now: selection.now))
    }
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    // What such a pattern selects earlier ones select too, so other keys need not be tried.
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

  /// Counts a key that is asked for, and that pattern `first` is the first to select.
  private mutating func count(
    _ record: RDBRecord, _ first: Int, in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) {
    for place in found.indices {
      if first == found[place].index { found[place].selectedFirst &+= 1 }
      if first <= found[place].index, try readers[place].selects(record, in: bytes, context) {
        found[place].selected &+= 1
      }
    }
  }

  @inline(__always)
  private mutating func consider(_ key: RawSpan, _ record: RDBRecord, in bytes: RawSpan) {
    for place in found.indices {
      found[place].consider(key, starts[place], record, in: bytes)
    }
  }

  consuming func finish() -> [SilentPattern] { found }
}

extension Backup {
  /// Finds out, in a second pass, about patterns that were the first to select nothing.
  package func silentPatterns(
    _ selection: Selection, after summary: PreviewSummary
  ) -> [SilentPattern] {
    let counts = summary.tally.restoredByPattern
    let patterns = counts.indices.filter { counts[$0].keys == 0 }
    guard !patterns.isEmpty else { return [] }
    var request = SweepRequest("looking", selection)
    request.checksum = false
    // Whether a pattern selects something is asked of each file by itself, so no limit ends it early.
    if isSeveral { request.selection.limit = nil }
    return sweep(request) { [request] file in
      SilentPatternVisitor(request.selection, patterns: patterns, file: file)
    }.merged ?? []
  }
}
