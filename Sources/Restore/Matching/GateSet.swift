// Before a glob or an expression is tried, the key must have what every key that it selects has: a text
// that it begins with (the head), and one that it holds (the needle). Patterns with the same head stand
// behind one gate, and of a thousand gates those that are open are looked up. Behind a gate a few
// patterns are tried one after the other, expressions joined; many are looked for by their needles.
//
//   key ── heads ──► gate ── always ──► steps
//                      └──── needles ──► steps

/// A pattern that has to be tried.
struct Contender {
  var step: GateStep
  /// What a key must begin with; may be empty.
  var head: [UInt8]
  /// What it must hold besides; there may be none.
  var needles: [[UInt8]]
  /// What it must end with.
  var tail = WordTail()
  /// Whether it is an expression that may be joined with others.
  var isJoinable: Bool
}

/// What is tried on a key: a glob, an expression or a join, by its place among those.
struct GateStep: Sendable {
  enum Kind: UInt8, BitwiseCopyable {
    case glob
    case regex
    case join
    /// Nothing: the needle is all there is to it.
    case found
    /// Whether the key is one line.
    case line
  }

  var kind: Kind
  var place: Int
  /// The number of the pattern; of a join, the first member's.
  var index: Int
  /// What is looked for first where a step has a needle of its own: a place in `needleBytes`.
  var needle = 0..<0
  /// What a key of eight bytes or more must end with.
  var tail = WordTail()

  init(_ kind: Kind, _ place: Int, index: Int) {
    self.kind = kind
    self.place = place
    self.index = index
  }
}

/// What stands behind one head.
struct Gate: Sendable {
  /// The head: a place in `headBytes`.
  var head: Range<Int>
  /// The least pattern number behind it.
  var index: Int
  /// What is tried on every key with the head: places in `steps`, by ascending number.
  var steps: Range<Int>
  /// The table of those that are looked for by needles; negative for none.
  var needles: Int
}

/// The gates of all patterns that are no comparisons.
struct GateSet: Sendable {
  private(set) var gates: [Gate] = []
  private(set) var headBytes: [UInt8] = []
  /// The gates by their heads, where there are many; those without a head stand before all others.
  private(set) var heads: LiteralTable?
  private(set) var steps: [GateStep] = []
  private(set) var needleBytes: [UInt8] = []
  /// Needles of the gates that have many; their numbers are places in `needled`.
  private(set) var tables: [NeedleTable] = []
  /// The steps of each needle: places in `steps`, by ascending number.
  private(set) var needled: [Range<Int>] = []

  /// Up to so many heads are compared one after the other.
  private static let fewHeads = 8

  /// No gates.
  init() {}

  /// Builds gates.
  init(_ contenders: [Contender], _ joiner: inout Joiner) {
    let groups = Dictionary(grouping: contenders, by: \.head).sorted { a, b in
      if a.key.isEmpty != b.key.isEmpty { return a.key.isEmpty }
      return (a.value.first?.step.index ?? 0) < (b.value.first?.step.index ?? 0)
    }
    for (head, members) in groups { add(head, members, &joiner) }
    guard gates.count > GateSet.fewHeads else { return }
    heads = LiteralTable(
      groups.enumerated().filter { !$0.element.key.isEmpty }.map { ($0.element.key, $0.offset) })
  }

  private mutating func add(_ head: [UInt8], _ members: [Contender], _ joiner: inout Joiner) {
    var counts: [[UInt8]: Int] = [:]
    for needle in members.flatMap(\.needles) { counts[needle, default: 0] += 1 }
    func part(_ member: Contender) -> Part { Part(member, counts) }
    var always = members.map(part).filter { $0.needle.count < 2 }
    var sought = members.map(part).filter { $0.needle.count >= 2 }
    if sought.count <= AffixSet.fewEnough { (always, sought) = (members.map(part), []) }
    let headStart = headBytes.count
    headBytes += head
    let joinable = always.filter(\.isJoinable)
    let joined = joiner.steps(joinable.map(\.step.place))
    let isOne = joined.count == 1 && joined[0].kind == .regex
    let tried =
      always.filter { !$0.isJoinable } + (isOne ? joinable : joined.map { Part(step: $0) })
    let steps = append(tried)
    gates.append(
      Gate(
        head: headStart..<headBytes.count, index: members.map(\.step.index).min() ?? 0,
        steps: steps, needles: sought.isEmpty ? -1 : tables.count))
    if !sought.isEmpty { addTable(sought) }
  }

  /// A pattern behind its gate: what is tried, and what is looked for first.
  private struct Part {
    var step: GateStep
    var needle: [UInt8] = []
    var isJoinable = false

    init(step: GateStep) { self.step = step }

    /// A contender with that of its needles that fewest others have, or of such the longest.
    init(_ contender: Contender, _ counts: [[UInt8]: Int]) {
      step = contender.step
      step.tail = contender.tail
      isJoinable = contender.isJoinable
      let usual = contender.needles.filter { $0.count >= 3 }
      needle =
        (usual.isEmpty ? contender.needles : usual).min { a, b in
          let (one, two) = (counts[a] ?? 0, counts[b] ?? 0)
          return usual.isEmpty || one == two ? a.count > b.count : one < two
        } ?? []
    }
  }

  private mutating func addTable(_ members: [Part]) {
    var needles: [(bytes: [UInt8], index: Int)] = []
    for (needle, group) in Dictionary(grouping: members, by: \.needle) {
      needles.append((needle, needled.count))
      needled.append(append(group.map { Part(step: $0.step) }))
    }
    tables.append(NeedleTable(needles))
  }

  private mutating func append(_ parts: [Part]) -> Range<Int> {
    let start = steps.count
    for part in parts.sorted(by: { $0.step.index < $1.step.index }) {
      var step = part.step
      // A glob compares its own literals soon enough.
      if step.kind == .regex, part.needle.count >= 2 {
        step.needle = needleBytes.count..<(needleBytes.count + part.needle.count)
        needleBytes += part.needle
      }
      steps.append(step)
    }
    return start..<steps.count
  }
}
