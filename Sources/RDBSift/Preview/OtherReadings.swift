// What the patterns select when they are read in another way: the same keys are matched again, but
// only where that can make a difference. One of the ways is mostly the one asked for, whose answer is
// known; a key that an expression describes as a whole is found by a search, too; and a key that is
// left out for its database or type is left out in every way.

import RDB
package import Restore

/// What one way of reading the patterns selects, whatever its expiry, beside what was asked for.
package struct ReadingCount: Hashable, Mergeable, Sendable {
  /// All that it selects.
  package private(set) var selected = KeyCount()
  /// Keys that it selects and that were not asked for.
  package private(set) var more: UInt64 = 0
  /// Keys that were asked for and that it does not select.
  package private(set) var fewer: UInt64 = 0
  /// Some of the keys in which the two differ.
  package private(set) var examples: FirstNotes
  /// The pattern that gave up in this reading, and the first key on which one did.
  ///
  /// What the reading selects is then not known, and nothing is counted.
  package private(set) var gaveUp: GivenUp?

  /// A pattern that gave up.
  package struct GivenUp: Hashable, Sendable {
    /// Which, and why.
    package let error: KeyMatchError
    /// The key.
    package let note: RecordNote
  }

  /// Adds what another thread counted.
  package mutating func merge(_ other: ReadingCount) {
    selected = selected + other.selected
    more += other.more
    fewer += other.fewer
    examples.merge(other.examples)
    gaveUp = [gaveUp, other.gaveUp].compactMap { $0 }
      .min { RecordNote.isBefore($0.note, $1.note) }
    if let gaveUp { self = ReadingCount(file: gaveUp.note.file, gaveUp) }
  }

  init(file: Int, _ gaveUp: GivenUp? = nil) {
    examples = FirstNotes(3, file: file)
    self.gaveUp = gaveUp
  }

  @inline(__always)
  mutating func add(
    _ record: RDBRecord, selects: Bool, asked: Bool, in bytes: RawSpan
  ) {
    if selects {
      selected = selected + KeyCount(keys: 1, valueBytes: UInt64(record.valueCount))
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

/// Counts what other ways of reading the patterns select.
struct OtherReadings: ~Copyable {
  // Three, since an array cannot hold what is not copied; those that there are come first.
  private var first: PatternReading
  private var second: PatternReading
  private var third: PatternReading
  private let count: Int
  /// What is asked for, whatever the key.
  private var rest: RecordSelector
  /// Nothing is left to be asked where only the patterns left a key out.
  private let restIsKnown: Bool

  /// Ways that can be counted.
  static let limit = 3

  init(_ readings: [RecordFilter], asked: Selection, file: Int) {
    precondition(readings.count <= OtherReadings.limit)
    func reading(_ place: Int) -> PatternReading {
      PatternReading(
        place < readings.count ? readings[place].keys : .everything, asked: asked.filter.keys,
        file: file)
    }
    first = reading(0)
    second = reading(1)
    third = reading(2)
    count = readings.count
    let filter = asked.filter
    rest = RecordSelector(
      Selection(filter: filter.with(keys: .everything), now: asked.now, keepsExpired: true))
    restIsKnown =
      filter.slots == nil && filter.excluded.patterns.isEmpty && filter.sample == nil
      && filter.measures.slot == nil
      && filter.measures.elements == nil
  }

  /// Counts a key of which it is known what becomes of it.
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
    // Damage to the key was met by who asked for it.
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
  }

  /// What each way selects, in the order given.
  consuming func finish() -> [ReadingCount] {
    Array([first.count, second.count, third.count].prefix(count))
  }
}

/// One way of reading the patterns.
private struct PatternReading: ~Copyable {
  private var matcher: KeyMatcher
  private let isAsked: Bool
  /// The answer that follows from the one asked for where that is the same: a search finds what is
  /// described as a whole, and what is not found is not described.
  private let implied: Bool?
  private var hasGivenUp = false
  /// The answer about the key at hand.
  private var answer = false
  private(set) var count: ReadingCount
  private let file: Int

  init(_ patterns: CompiledPatterns, asked: CompiledPatterns, file: Int) {
    self.file = file
    count = ReadingCount(file: file)
    isAsked = patterns.patterns == asked.patterns
    implied = PatternReading.implied(patterns.patterns, by: asked.patterns)
    matcher = KeyMatcher(patterns)
  }

  /// Whether the patterns, read so, select a key.
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

  /// The answer to one way of reading patterns that means the same answer to another.
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
    count = ReadingCount(
      file: file,
      ReadingCount.GivenUp(
        error: error, note: RecordNote(.example, record, in: bytes, file: file)))
  }

  /// Counts the key at hand.
  @inline(__always)
  mutating func add(_ record: RDBRecord, asked: Bool, in bytes: RawSpan) {
    guard !hasGivenUp else { return }
    count.add(record, selects: answer, asked: asked, in: bytes)
  }
}
