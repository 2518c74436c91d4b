/// Patterns that are decided by comparison alone.
struct AffixSet: Sendable {
  private struct Entry: BitwiseCopyable {
    var index: Int
    var start: Int
    var count: Int
    var head: WordHead
    var place: Affix.Place
    var isOneLine: Bool
  }

  /// Up to this many comparisons are faster than a hash lookup.
  static let comparisonLimit = 6

  /// Patterns compared one after the other, by ascending number.
  private var entries: [Entry] = []
  private var literals: [UInt8] = []
  /// Patterns looked up in hash tables; nil if there are too few.
  private var tables: AffixTables?

  init(_ affixes: [(index: Int, affix: Affix)]) {
    var rest = affixes
    let tables = AffixTables(takingFrom: &rest, moreThan: AffixSet.comparisonLimit)
    if rest.count < affixes.count { self.tables = tables }
    for (index, affix) in rest { append(index, affix) }
  }

  private mutating func append(_ index: Int, _ affix: Affix) {
    entries.append(
      Entry(
        index: index, start: literals.count, count: affix.literal.count,
        head: WordHead(affix.literal), place: affix.place, isOneLine: affix.isOneLine))
    literals += affix.literal
  }

  /// The smallest number of the patterns that select a key, or `Int.max`.
  @inline(__always)
  func firstMatch(_ key: RawSpan) -> Int {
    let best = tables?.firstMatch(key) ?? .max
    var position = 0
    while position < entries.count {
      let entry = entries[position]
      guard entry.index < best else { break }
      if AffixSet.fits(entry, literals.span, key), !(entry.isOneLine && key.hasLineBreak) {
        return entry.index
      }
      position &+= 1
    }
    return best
  }

  @inline(__always)
  private static func fits(_ entry: Entry, _ literals: Span<UInt8>, _ key: RawSpan) -> Bool {
    let rest = key.byteCount &- entry.count
    guard rest >= 0 else { return false }
    switch entry.place {
    case .whole:
      return rest == 0 && key.equals(entry.count, at: 0, literals, at: entry.start)
    case .start: return key.equals(entry.count, at: 0, literals, at: entry.start)
    case .end: return key.equals(entry.count, at: rest, literals, at: entry.start)
    case .anywhere: return key.contains(entry.head, entry.count, of: literals, at: entry.start)
    }
  }
}

/// Simple patterns in hash tables.
final class AffixTables: Sendable {
  private let wholes: LiteralTable
  private let starts: LiteralTable
  private let oneLineStarts: LiteralTable
  private let ends: LiteralTable
  private let oneLineEnds: LiteralTable

  /// Takes the kinds of patterns of which there are more than a few.
  init(takingFrom affixes: inout [(index: Int, affix: Affix)], moreThan few: Int) {
    func take(_ place: Affix.Place, isOneLine: Bool) -> [(bytes: [UInt8], index: Int)] {
      func isMeant(_ affix: Affix) -> Bool {
        affix.place == place && affix.isOneLine == isOneLine
      }
      let chosen = affixes.filter { isMeant($0.affix) }
      guard chosen.count > few else { return [] }
      affixes.removeAll { isMeant($0.affix) }
      return chosen.map { ($0.affix.literal, $0.index) }
    }
    wholes = LiteralTable(take(.whole, isOneLine: false))
    starts = LiteralTable(take(.start, isOneLine: false))
    oneLineStarts = LiteralTable(take(.start, isOneLine: true))
    ends = LiteralTable(take(.end, isOneLine: false))
    oneLineEnds = LiteralTable(take(.end, isOneLine: true))
  }

  /// The smallest number of the patterns that select a key, or `Int.max`.
  @inline(never)
  func firstMatch(_ key: RawSpan) -> Int {
    let best = min(
      wholes.index(ofWhole: key), starts.index(ofStartOf: key), ends.index(ofEndOf: key))
    let oneLine = min(oneLineStarts.index(ofStartOf: key), oneLineEnds.index(ofEndOf: key))
    return oneLine < best && !key.hasLineBreak ? oneLine : best
  }
}
