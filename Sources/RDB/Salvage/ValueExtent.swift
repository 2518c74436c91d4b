// Where a damaged value ends.
//
// A collection that cannot be read holds elements that may look like records: a field without an expiry
// is a zero, a string and a string. So the end of the value is looked for before any record is, under
// the assumption that one place of it is damaged:
//
//   its count     one bit of it is wrong: the value ends after as many elements as another bit makes
//   an element    the elements before it are whole, and as many as are missing follow at some place
//                 after its beginning
//
// Each assumption gives an end, and a record has to make sense there. Where elements themselves look
// like records, an end at which no further element could be read is preferred.

/// Looks for the end of one value that cannot be read.
struct ValueExtent: ~Copyable {
  /// Bytes that a damaged element may take.
  private static let widest = 4096
  /// Elements that a later start has to agree with the count by.
  private static let nearest = 4
  /// Steps that one value may cost.
  private static let attempt = 1 << 21

  private let grammar: ElementGrammar
  private let bytesEnd: Int
  /// What the count says, and what it says with one bit changed.
  private let count: UInt64
  private let otherCounts: [UInt64]
  private let first: Int
  private let floor: Int

  /// The starts of elements up to where they cannot be read, by number: those before the first that is
  /// not like the others, and the last.
  private var starts: [(index: UInt64, at: Int)] = []
  /// Where elements of other counts would end.
  private var otherEnds: [Int] = []
  private var style = ElementStyle()

  /// Whether elements are text up to one that is not.
  private(set) var isMisread = false

  /// Reads the elements of a value as far as possible; nil if it is not a row of elements.
  init?(
    _ type: RDBType, _ dialect: RDBDialect, at start: Int, in bytes: RawSpan,
    _ search: inout RecordSearch
  ) {
    guard let grammar = ElementGrammar(type, dialect) else { return nil }
    var at = start &+ grammar.prefix
    let countAt = at
    guard at < bytes.byteCount, let count = try? bytes.readLength(&at) else { return nil }
    self.grammar = grammar
    self.count = count
    first = at
    floor = search.floor(forAttempt: ValueExtent.attempt)
    bytesEnd = bytes.byteCount
    otherCounts = ValueExtent.counts(in: bytes, at: countAt).filter { $0 != count }
    readElements(in: bytes, &search)
  }

  /// The counts that one changed bit makes, of the same width.
  private static func counts(in bytes: RawSpan, at start: Int) -> [UInt64] {
    let head = (0..<min(9, bytes.byteCount &- start)).map { bytes.byte(at: start &+ $0) }
    let width = head.withRawSpan { span in
      var at = 0
      return (try? span.readLength(&at)) == nil ? 0 : at
    }
    return (0..<(8 * width)).compactMap { bit in
      var changed = head
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      return changed.withRawSpan { span in
        var at = 0
        let count = try? span.readLength(&at)
        return at == width ? count : nil
      }
    }
  }

  /// The end of the value.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - search: Pays for the steps, and knows where records make sense.
  ///   - scanner: What is known of the file.
  ///   - least: Elements that have to follow the damaged one.
  /// - Returns: An offset at which a record makes sense; nil if there is none, or it costs too much.
  consuming func end(
    in bytes: RawSpan, _ search: inout RecordSearch, like scanner: RDBScanner, least: UInt64 = 0
  ) -> Int? {
    var end = ExtentEnd(grammar, style)
    for place in otherEnds where end.isFound(at: place, in: bytes, &search, like: scanner) {
      return place
    }
    for start in starts where start.index &+ least < count {
      let left = count &- 1 &- start.index
      let stop = min(start.at &+ ValueExtent.widest, bytesEnd)
      for place in (start.at &+ 1)..<max(stop, start.at &+ 1) {
        guard search.canPay(downTo: floor) else { return end.best }
        guard let reached = skip(left, from: place, in: bytes, &search) else { continue }
        if end.isFound(at: reached, in: bytes, &search, like: scanner) { return reached }
      }
    }
    return end.best
  }

  /// Reads elements for as long as they can be read, and notes where a damaged one may be.
  private mutating func readElements(in bytes: RawSpan, _ search: inout RecordSearch) {
    let most = max(count, otherCounts.max() ?? 0)
    var at = first
    var index: UInt64 = 0
    var texts: UInt64 = 0
    var last: [(index: UInt64, at: Int)] = []
    while search.canPay(downTo: floor) {
      if !isMisread, index != count, otherCounts.contains(index) { otherEnds.append(at) }
      guard index < most else { break }
      if index < count { last.append((index, at)) }
      if last.count > ValueExtent.nearest { last.removeFirst() }
      search.charge(1)
      guard let look = try? grammar.skip(in: bytes, &at) else { break }
      if !isMisread, index < count, look.isRare { style.hasRare = true }
      if look.isText {
        texts &+= 1
      } else if !isMisread, texts >= 2, texts == index {
        // All were text before. Behind the count it is something else that was read.
        guard index < count else { break }
        isMisread = true
        starts = last.suffix(2).reversed()
      }
      index &+= 1
    }
    style.isText = isMisread || texts &* 4 >= index &* 3
    starts += last.reversed()
  }

  /// Skips so many elements; nil where one cannot be read.
  private func skip(
    _ count: UInt64, from start: Int, in bytes: RawSpan, _ search: inout RecordSearch
  ) -> Int? {
    var at = start
    var odd: UInt64 = 0
    for index in 0..<count {
      guard search.canPay(downTo: floor), let look = try? grammar.skip(in: bytes, &at) else {
        return nil
      }
      search.charge(1)
      if !style.fits(look) {
        odd &+= 1
        // The elements are like those before the damage: all text, or all but a few.
        if isMisread || odd &* 16 > index { return nil }
      }
    }
    return at
  }
}

/// What the elements of a value have in common.
private struct ElementStyle {
  var isText = true
  /// Whether some have strings that are compressed or without bytes.
  var hasRare = false

  /// Whether an element may be one of them.
  func fits(_ look: ElementGrammar.Look) -> Bool {
    !isText || look.isText && (hasRare || !look.isRare)
  }
}

/// Ends that were found: the first that is certain, or the first at all.
private struct ExtentEnd {
  private let grammar: ElementGrammar
  private let style: ElementStyle
  /// The first place at which a record makes sense, though an element could be read there, too.
  private(set) var best: Int?

  init(_ grammar: ElementGrammar, _ style: ElementStyle) {
    self.grammar = grammar
    self.style = style
  }

  /// Whether a value ends at a place for certain.
  mutating func isFound(
    at place: Int, in bytes: RawSpan, _ search: inout RecordSearch, like scanner: RDBScanner
  ) -> Bool {
    guard search.isBoundary(at: place, in: bytes, like: scanner) else { return false }
    guard isElement(at: place, in: bytes) else { return true }
    best = best ?? place
    return false
  }

  private func isElement(at place: Int, in bytes: RawSpan) -> Bool {
    var at = place
    guard let look = try? grammar.skip(in: bytes, &at) else { return false }
    return style.fits(look)
  }
}
