// Counts what the patterns select in other match modes. Keys are matched again only where the result can
// differ: the requested mode is already decided, a full match implies a search match, and a key that its
// database or type excludes is excluded in every mode.

import RDB
package import Restore

/// What one match mode selects, whatever the expiry, compared with the requested mode.
package struct MatchModeCount: Hashable, Mergeable, Sendable {
  /// All keys that it selects.
  package private(set) var selected = KeyCount()
  /// Keys that it selects and the requested mode does not.
  package private(set) var more: UInt64 = 0
  /// Keys that the requested mode selects and it does not.
  package private(set) var fewer: UInt64 = 0
  /// The first keys in which the two modes differ.
  package private(set) var examples: FirstRecords
  /// The first key on which a pattern hit its match limit in this mode.
  ///
  /// The mode then has no result, and all counts are 0.
  package private(set) var gaveUp: MatchFailure?

  /// A pattern that hit its match limit.
  package struct MatchFailure: Hashable, Sendable {
    /// The pattern and the limit.
    package let error: KeyMatchError
    /// The key.
    package let note: RecordNote
  }

  /// Adds the counts of another thread or file.
  package mutating func merge(_ other: MatchModeCount) {
    selected = selected + other.selected
    more += other.more
    fewer += other.fewer
    examples.merge(other.examples)
    gaveUp = [gaveUp, other.gaveUp].compactMap { $0 }
      .min { RecordNote.isBefore($0.note, $1.note) }
    if let gaveUp { self = MatchModeCount(file: gaveUp.note.file, gaveUp) }
  }

  init(file: Int, _ gaveUp: MatchFailure? = nil) {
    examples = FirstRecords(3, file: file)
    self.gaveUp = gaveUp
  }

  @inline(__always)
  mutating func add(
    _ record: RDBRecord, selects: Bool, asked: Bool, in bytes: RawSpan
  ) {
    if selects {
      // Field by field: a function of another module would be called for every key.
      selected.keys &+= 1
      selected.valueBytes &+= UInt64(record.valueCount)
    }
    if selects != asked { addDifference(record, selects, in: bytes) }
  }

  @inline(never)
  private mutating func addDifference(
    _ record: RDBRecord, _ selects: Bool, in bytes: RawSpan
  ) {
    if selects { more &+= 1 } else { fewer &+= 1 }
    examples.add(record, in: bytes)
  }
}

/// Counts what other match modes select.
struct MatchModeComparison: ~Copyable {
  // An array cannot hold noncopyable elements; `count` of these are in use.
  private var first: MatchModeCounter
  private var second: MatchModeCounter
  private var third: MatchModeCounter
  private var fourth: MatchModeCounter
  private let count: Int
  /// All filters but the key patterns.
  private var rest: RecordSelector
  /// Whether a key that only the patterns exclude passes all other filters.
  private let restIsKnown: Bool

  /// The number of modes that can be counted.
  static let limit = 4

  init(_ modes: [RecordFilter], asked: RestoreSelection, file: Int) {
    precondition(modes.count <= MatchModeComparison.limit)
    func counter(_ place: Int) -> MatchModeCounter {
      MatchModeCounter(
        place < modes.count ? modes[place].keys : .everything, asked: asked.filter.keys,
        file: file)
    }
    first = counter(0)
    second = counter(1)
    third = counter(2)
    fourth = counter(3)
    count = modes.count
    let filter = asked.filter
    rest = RecordSelector(
      RestoreSelection(filter: filter.with(keys: .everything), now: asked.now, keepsExpired: true))
    restIsKnown =
      filter.slots == nil && filter.excluded.patterns.isEmpty && filter.sample == nil
      && filter.measures.slot == nil
      && filter.measures.elements == nil
  }

  /// Counts a key that the plan has decided.
  /// - Throws: Damage to the record.
  @inline(__always)
  mutating func add(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: ValueContext
  ) throws(JobFailure) {
    guard count > 0 else { return }
    let asked = disposition.isAskedFor
    if !asked { guard case .skip(.key) = disposition else { return } }
    if let raw = record.rawKey {
      let key = bytes.extracting(raw.offset..<raw.end)
      try add(record, key, asked: asked, in: bytes, context)
    } else {
      try addPacked(record, asked: asked, in: bytes, context)
    }
  }

  @inline(never)
  private mutating func addPacked(
    _ record: RDBRecord, asked: Bool, in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) {
    // The selector has already reported damage to the key.
    let key = record.readableKey(in: bytes) ?? []
    try key.withRawSpan { (key) throws(JobFailure) in
      try add(record, key, asked: asked, in: bytes, context)
    }
  }

  private mutating func add(
    _ record: RDBRecord, _ key: RawSpan, asked: Bool, in bytes: RawSpan,
    _ context: ValueContext
  ) throws(JobFailure) {
    var selects = first.selects(record, key, asked: asked, in: bytes)
    if count > 1, second.selects(record, key, asked: asked, in: bytes) {
      selects = true
    }
    if count > 2, third.selects(record, key, asked: asked, in: bytes) {
      selects = true
    }
    if count > 3, fourth.selects(record, key, asked: asked, in: bytes) {
      selects = true
    }
    guard selects || asked else { return }
    var isOpen = true
    if !asked, !restIsKnown {
      let answer = try rest.disposition(of: record, in: bytes, context: context)
      if case .skip = answer { isOpen = false }
    }
    guard isOpen else { return }
    first.add(record, asked: asked, in: bytes)
    if count > 1 { second.add(record, asked: asked, in: bytes) }
    if count > 2 { third.add(record, asked: asked, in: bytes) }
    if count > 3 { fourth.add(record, asked: asked, in: bytes) }
  }

  /// The counts per mode, in the order given.
  consuming func finish() -> [MatchModeCount] {
    Array([first.count, second.count, third.count, fourth.count].prefix(count))
  }
}

/// Matches the patterns in one mode and counts what they select.
private struct MatchModeCounter: ~Copyable {
  private var matcher: KeyMatcher
  private let isAsked: Bool
  /// The result of the requested mode that implies the same result here: a full match implies a search
  /// match, and no search match implies no full match.
  private let implied: Bool?
  private var hasGivenUp = false
  /// The result for the current key.
  private var answer = false
  private(set) var count: MatchModeCount
  private let file: Int

  init(_ patterns: CompiledPatterns, asked: CompiledPatterns, file: Int) {
    self.file = file
    count = MatchModeCount(file: file)
    isAsked = patterns.patterns == asked.patterns
    implied = MatchModeCounter.implied(patterns.patterns, by: asked.patterns)
    matcher = KeyMatcher(patterns)
  }

  /// Whether the patterns select a key in this mode.
  @inline(__always)
  mutating func selects(
    _ record: RDBRecord, _ key: RawSpan, asked: Bool, in bytes: RawSpan
  ) -> Bool {
    if isAsked || asked == implied {
      answer = asked
    } else if !hasGivenUp {
      do throws(KeyMatchError) {
        answer = try matcher.matches(key)
      } catch {
        giveUp(error, on: record, in: bytes)
      }
    }
    return answer
  }

  /// The result in mode `asked` that implies the same result in the other mode, or nil.
  private static func implied(_ patterns: [KeyPattern], by asked: [KeyPattern]) -> Bool? {
    guard patterns.count == asked.count,
      zip(patterns, asked).allSatisfy({ $0.bytes == $1.bytes && $0.wholeImpliesSearch })
    else { return nil }
    func all(_ patterns: [KeyPattern], _ mode: MatchMode) -> Bool {
      patterns.allSatisfy { $0.mode == mode }
    }
    if all(asked, .full), all(patterns, .search) { return true }
    return all(asked, .search) && all(patterns, .full) ? false : nil
  }

  private mutating func giveUp(
    _ error: KeyMatchError, on record: RDBRecord, in bytes: RawSpan
  ) {
    hasGivenUp = true
    answer = false
    count = MatchModeCount(
      file: file,
      MatchModeCount.MatchFailure(
        error: error, note: RecordNote(.example, record, in: bytes, file: file)))
  }

  /// Counts the current key.
  @inline(__always)
  mutating func add(_ record: RDBRecord, asked: Bool, in bytes: RawSpan) {
    guard !hasGivenUp else { return }
    count.add(record, selects: answer, asked: asked, in: bytes)
  }
}
