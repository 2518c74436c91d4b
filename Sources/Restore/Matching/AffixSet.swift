/// The simple ones among many patterns, decided by comparison alone.
struct AffixSet: Sendable {
  private struct Entry: BitwiseCopyable {
    var index: Int
    var start: Int
    var count: Int
    var place: Affix.Place
    var isOneLine: Bool
  }

  /// Up to so many comparisons are quicker than a look-up.
  private static let fewEnough = 6

  /// Those that are compared one after the other, in order of their numbers.
  private var entries: [Entry] = []
  private var literals: [UInt8] = []
  private var wholes = LiteralTable([])
  private var starts = LiteralTable([])
  private var oneLineStarts = LiteralTable([])

  /// Whether there is nothing to compare.
  private(set) var isEmpty = true

  init(_ affixes: [(index: Int, affix: Affix)]) {
    isEmpty = affixes.isEmpty
    var linear = affixes
    func table(_ place: Affix.Place, isOneLine: Bool) -> LiteralTable {
      let chosen = linear.filter { $0.affix.place == place && $0.affix.isOneLine == isOneLine }
      guard chosen.count > AffixSet.fewEnough else { return LiteralTable([]) }
      linear.removeAll { $0.affix.place == place && $0.affix.isOneLine == isOneLine }
      return LiteralTable(chosen.map { ($0.affix.literal, $0.index) })
    }
    wholes = table(.whole, isOneLine: false)
    starts = table(.start, isOneLine: false)
    oneLineStarts = table(.start, isOneLine: true)
    for (index, affix) in linear { append(index, affix) }
  }

  private mutating func append(_ index: Int, _ affix: Affix) {
    entries.append(
      Entry(
        index: index, start: literals.count, count: affix.literal.count, place: affix.place,
        isOneLine: affix.isOneLine))
    literals += affix.literal
  }

  /// The smallest number of the patterns that select a key, or `Int.max`.
  @inline(__always)
  func firstMatch(_ key: RawSpan) -> Int {
    var best = wholes.index(ofWhole: key)
    if !starts.lengths.isEmpty { best = min(best, starts.index(ofStartOf: key)) }
    if !oneLineStarts.lengths.isEmpty {
      let index = oneLineStarts.index(ofStartOf: key)
      if index < best, !key.hasLineBreak { best = index }
    }
    var position = 0
    while position < entries.count {
      let entry = entries[position]
      guard entry.index < best else { break }
      if fits(entry, key), !(entry.isOneLine && key.hasLineBreak) { return entry.index }
      position &+= 1
    }
    return best
  }

  @inline(__always)
  private func fits(_ entry: Entry, _ key: RawSpan) -> Bool {
    let rest = key.byteCount &- entry.count
    guard rest >= 0 else { return false }
    switch entry.place {
    case .whole:
      return rest == 0 && key.equals(entry.count, at: 0, literals.span, at: entry.start)
    case .start: return key.equals(entry.count, at: 0, literals.span, at: entry.start)
    case .end: return key.equals(entry.count, at: rest, literals.span, at: entry.start)
    case .anywhere: return key.contains(entry.count, of: literals.span, at: entry.start)
    }
  }
}
