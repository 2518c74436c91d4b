// Globs and regular expressions are tried only on keys that contain the literals every match needs: a
// prefix, and one more literal anywhere (the needle). Patterns with the same prefix form a group; with
// many groups the prefixes are looked up in a hash table. Within a group, a few patterns are tried one
// after the other, with regular expressions combined; many are found through their needles.
//
//   key ── prefixes ──► group ── always ──► steps
//                         └───── needles ──► steps

/// A pattern that is tried only where its required literals occur.
struct FilteredPattern {
  var step: MatchStep
  /// The prefix of every matching key; may be empty.
  var prefix: [UInt8]
  /// Literals that every matching key contains besides; may be empty.
  var needles: [[UInt8]]
  /// The suffix of every matching key.
  var tail = WordTail()
  /// Whether it is a regular expression that can be combined with others.
  var isCombinable: Bool
}

/// One attempt on a key: a glob, a regular expression or a combined one, by its index among those.
struct MatchStep: Sendable {
  enum Kind: UInt8, BitwiseCopyable {
    case glob
    case regex
    case combined
    /// The needle alone decides.
    case found
    /// The needle decides if the key is a single line.
    case line
  }

  var kind: Kind
  var place: Int
  /// The pattern's number; of a combined expression, that of its first member.
  var index: Int
  /// The needle to search for before the step is tried: a range of `needleBytes`, or empty.
  var needle = 0..<0
  /// The required suffix of keys of eight bytes or more.
  var tail = WordTail()

  init(_ kind: Kind, _ place: Int, index: Int) {
    self.kind = kind
    self.place = place
    self.index = index
  }
}

/// Patterns that require the same prefix.
struct PrefixGroup: Sendable {
  /// The prefix: a range of `prefixBytes`.
  var prefix: Range<Int>
  /// The smallest pattern number in the group.
  var index: Int
  /// Steps tried on every key with the prefix: a range of `steps`, by ascending number.
  var steps: Range<Int>
  /// The index of the group's needle table; negative if it has none.
  var needles: Int
}

/// The required literals of all patterns that no single comparison decides.
struct RequiredLiteralFilter: Sendable {
  private(set) var groups: [PrefixGroup] = []
  private(set) var prefixBytes: [UInt8] = []
  /// Groups by prefix, if there are many; the group without a prefix comes first and is not in it.
  private(set) var prefixes: LiteralTable?
  private(set) var steps: [MatchStep] = []
  private(set) var needleBytes: [UInt8] = []
  /// Needle tables of the groups that have many; their values are indices of `stepsByNeedle`.
  private(set) var tables: [NeedleTable] = []
  /// The steps of each needle: ranges of `steps`, by ascending number.
  private(set) var stepsByNeedle: [Range<Int>] = []

  /// Up to this many prefixes are compared one after the other.
  private static let comparedPrefixLimit = 8

  /// A filter without patterns.
  init() {}

  /// Groups patterns by prefix.
  init(_ patterns: [FilteredPattern], _ combiner: inout RegexCombiner) {
    let sorted = Dictionary(grouping: patterns, by: \.prefix).sorted { a, b in
      if a.key.isEmpty != b.key.isEmpty { return a.key.isEmpty }
      return (a.value.first?.step.index ?? 0) < (b.value.first?.step.index ?? 0)
    }
    for (prefix, members) in sorted { add(prefix, members, &combiner) }
    guard groups.count > RequiredLiteralFilter.comparedPrefixLimit else { return }
    prefixes = LiteralTable(
      sorted.enumerated().filter { !$0.element.key.isEmpty }.map { ($0.element.key, $0.offset) })
  }

  private mutating func add(
    _ prefix: [UInt8], _ members: [FilteredPattern], _ combiner: inout RegexCombiner
  ) {
    var counts: [[UInt8]: Int] = [:]
    for needle in members.flatMap(\.needles) { counts[needle, default: 0] += 1 }
    let parts = members.map { Part($0, counts) }
    var always = parts.filter { $0.needle.count < 2 }
    var sought = parts.filter { $0.needle.count >= 2 }
    if sought.count <= AffixSet.comparisonLimit { (always, sought) = (parts, []) }
    let start = prefixBytes.count
    prefixBytes += prefix
    groups.append(
      PrefixGroup(
        prefix: start..<prefixBytes.count, index: members.map(\.step.index).min() ?? 0,
        steps: append(combined(always, &combiner)), needles: sought.isEmpty ? -1 : tables.count))
    if !sought.isEmpty { addTable(sought) }
  }

  /// The parts of a group with combinable expressions combined.
  private func combined(_ parts: [Part], _ combiner: inout RegexCombiner) -> [Part] {
    let combinable = parts.filter(\.isCombinable)
    let steps = combiner.steps(combinable.map(\.step.place))
    let isOne = steps.count == 1 && steps[0].kind == .regex
    return parts.filter { !$0.isCombinable } + (isOne ? combinable : steps.map { Part(step: $0) })
  }

  /// A pattern within its group: the step, and the needle to search for first.
  private struct Part {
    var step: MatchStep
    var needle: [UInt8] = []
    var isCombinable = false

    init(step: MatchStep) { self.step = step }

    /// Picks the needle that the fewest patterns share; of equally rare ones, the longest.
    init(_ pattern: FilteredPattern, _ counts: [[UInt8]: Int]) {
      step = pattern.step
      step.tail = pattern.tail
      isCombinable = pattern.isCombinable
      let long = pattern.needles.filter { $0.count >= 3 }
      needle =
        (long.isEmpty ? pattern.needles : long).min { a, b in
          let (one, two) = (counts[a] ?? 0, counts[b] ?? 0)
          return long.isEmpty || one == two ? a.count > b.count : one < two
        } ?? []
    }
  }

  private mutating func addTable(_ members: [Part]) {
    var needles: [(bytes: [UInt8], index: Int)] = []
    for (needle, group) in Dictionary(grouping: members, by: \.needle) {
      needles.append((needle, stepsByNeedle.count))
      stepsByNeedle.append(append(group.map { Part(step: $0.step) }))
    }
    tables.append(NeedleTable(needles))
  }

  private mutating func append(_ parts: [Part]) -> Range<Int> {
    let start = steps.count
    for part in parts.sorted(by: { $0.step.index < $1.step.index }) {
      var step = part.step
      // A glob compares its own literals early enough.
      if step.kind == .regex, part.needle.count >= 2 {
        step.needle = needleBytes.count..<(needleBytes.count + part.needle.count)
        needleBytes += part.needle
      }
      steps.append(step)
    }
    return start..<steps.count
  }
}
