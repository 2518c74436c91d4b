// Patterns that were the first to select no key at all. Why is found in a second pass, made only when
// there are some: whether the pattern selects nothing, and which keys come nearest to its text, or
// whether earlier patterns took all that it selects.

package import Export
package import RDB
package import Restore

/// What was found about a pattern that seemed to select nothing.
package struct SilentPattern: Hashable, Sendable {
  /// The number of the pattern.
  package let index: Int
  /// Keys that it selects by itself.
  package var selected: UInt64 = 0
  /// Keys that it is the first to select.
  package var selectedFirst: UInt64 = 0
  /// How much of the pattern's literal beginning the nearest keys begin with.
  package private(set) var common = 0
  /// The nearest keys.
  package private(set) var nearest = FirstNotes(3)

  init(_ index: Int) { self.index = index }

  /// Takes in a key that begins more like the pattern than those before, or just as much while there
  /// is room for it.
  @inline(__always)
  mutating func consider(
    _ key: RawSpan, _ start: LiteralStart, _ record: RDBRecord, in bytes: RawSpan
  ) {
    let isFull = nearest.notes.count == nearest.limit
    guard start.isShared(by: key, first: max(common &+ (isFull ? 1 : 0), 1)) else { return }
    let count = start.common(with: key)
    if count > common { nearest = FirstNotes(3) }
    common = count
    nearest.add(record, in: bytes)
  }

  /// Adds what another thread found about the same pattern.
  package mutating func merge(_ other: SilentPattern) {
    selected &+= other.selected
    selectedFirst &+= other.selectedFirst
    if other.common > common { (common, nearest) = (other.common, FirstNotes(3)) }
    if other.common == common { nearest.merge(other.nearest) }
  }
}

/// Finds out about patterns that seemed to select nothing.
package struct SilenceWorker: RecordWorker, ~Copyable {
  /// Patterns that are looked into; more would make the second pass long.
  package static let limit = 20

  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private var readers: [KeyReader] = []
  private var starts: [LiteralStart] = []
  private var found: [SilentPattern]

  /// Makes a worker for one thread.
  ///
  /// - Parameters:
  ///   - selection: What is asked for.
  ///   - patterns: The numbers of the patterns to look into.
  package init(_ selection: Selection, patterns: [Int]) {
    selector = RecordSelector(selection)
    found = patterns.prefix(SilenceWorker.limit).map { SilentPattern($0) }
    let all = selection.filter.keys
    for pattern in found {
      let text = all.patterns[pattern.index]
      starts.append(LiteralStart(text))
      // It compiled as one of many, so it compiles alone.
      let alone = (try? CompiledPatterns([text], limits: all.limits)) ?? all
      readers.append(KeyReader(selection.filter.reading(alone), now: selection.now))
    }
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Looks.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    try batch.withRecords { records throws(JobFailure) in
      for index in records.indices {
        try look(at: records[index], in: bytes, context)
      }
    }
  }

  @inline(__always)
  private mutating func look(
    at record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) {
    let answer = try selector.disposition(of: record, in: bytes, context: context)
    // What such a pattern selects earlier ones select too, so other keys need not be tried.
    if answer.isAskedFor, let first = selector.lastMatch {
      try count(record, first, in: bytes, context)
    }
    if let raw = record.rawKey {
      consider(
        bytes.extracting(raw.offset..<raw.end), record, in: bytes)
    } else {
      let key = (try? record.key(in: bytes)).flatMap { $0.spelled(in: bytes) } ?? []
      key.withRawSpan { consider($0, record, in: bytes) }
    }
  }

  /// Counts a key that is asked for, and that pattern `first` is the first to select.
  private mutating func count(
    _ record: RDBRecord, _ first: Int, in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) {
    for place in found.indices {
      if first == found[place].index { found[place].selectedFirst &+= 1 }
      if first <= found[place].index,
        try readers[place].selects(record, in: bytes, context)
      {
        found[place].selected &+= 1
      }
    }
  }

  @inline(__always)
  private mutating func consider(
    _ key: RawSpan, _ record: RDBRecord, in bytes: RawSpan
  ) {
    for place in found.indices {
      found[place].consider(key, starts[place], record, in: bytes)
    }
  }

  /// What was found.
  package consuming func finish() -> [SilentPattern] { found }
}
