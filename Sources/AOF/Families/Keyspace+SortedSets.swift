// Sorted sets, one at a time.

import RDB

extension Keyspace {
  func runSortedSets(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(2)
    switch verb {
    case .zadd: try addScores(arguments)
    case .zincrBy: try incrementScore(arguments)
    case .zrem:
      try removeFromSortedSet(arguments[1]) { _ in arguments.places.dropFirst(2).map { $0 } }
    case .zpopMin, .zpopMax: try popScores(verb == .zpopMin, arguments)
    default: try removeRange(verb, arguments)
    }
  }

  /// ZADD key [NX | XX] [GT | LT] [CH] [INCR] score member ….
  private func addScores(_ arguments: Arguments) throws(CommandFailure) {
    var flags = ScoreFlags()
    var first = 2
    while flags.take(arguments, first) { first += 1 }
    guard first < arguments.count, (arguments.count - first) % 2 == 0 else { throw .rejected }
    // Servers look at all scores first.
    for index in stride(from: first, to: arguments.count, by: 2) {
      _ = try arguments.double(index)
    }
    let (entry, value) = try heldOrNew(at: arguments[1], as: SortedSetValue.self)
    for index in stride(from: first, to: arguments.count, by: 2) {
      try add(try arguments.double(index), arguments[index + 1], flags, to: value)
    }
    if value.scores.isEmpty { return }
    keep(value, in: entry)
  }

  private func add(
    _ score: Double, _ member: StringPlace, _ flags: ScoreFlags, to value: SortedSetValue
  ) throws(CommandFailure) {
    let old = value.score(member, parts)
    guard let old else {
      if !flags.xx { value.set(member, score, parts) }
      return
    }
    guard !flags.nx else { return }
    let new = flags.incr ? old + score : score
    guard !new.isNaN else { throw .rejected }
    if flags.gt, new <= old { return }
    if flags.lt, new >= old { return }
    if new != old { value.set(member, new, parts) }
  }

  private func incrementScore(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    let score = try arguments.double(2)
    let (entry, value) = try heldOrNew(at: arguments[1], as: SortedSetValue.self)
    var flags = ScoreFlags()
    flags.incr = true
    try add(score, arguments[3], flags, to: value)
    keep(value, in: entry)
  }

  private func removeFromSortedSet(
    _ key: StringPlace, _ members: (SortedSetValue) throws(CommandFailure) -> [StringPlace]
  ) throws(CommandFailure) {
    guard let (entry, value) = try held(at: key, as: SortedSetValue.self) else { return }
    for member in try members(value) { value.remove(member, parts) }
    touch(entry, isEmpty: value.scores.isEmpty)
  }

  private func popScores(_ isLeast: Bool, _ arguments: Arguments) throws(CommandFailure) {
    let count = arguments.count > 2 ? try arguments.count(2) : 1
    try removeFromSortedSet(arguments[1]) { value in
      let order = value.ordered(parts)
      let taken = max(0, min(count, order.count))
      let ranks = isLeast ? 0..<taken : (order.count - taken)..<order.count
      return order.items(ranks).map(\.member)
    }
  }

  private func removeRange(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    let range = try SortedRange(verb, arguments, from: 2)
    try removeFromSortedSet(arguments[1]) { (value) throws(CommandFailure) in
      let order = value.ordered(parts)
      guard range.isDetermined(in: order, parts) else { throw .inexact(cause(.sortTies)) }
      return order.items(range.ranks(in: order, parts)).map(\.member)
    }
  }
}

/// The words of ZADD..
struct ScoreFlags {
  var nx = false
  var xx = false
  var gt = false
  var lt = false
  var incr = false

  /// Takes a word; false if it is none.
  mutating func take(_ arguments: Arguments, _ index: Int) -> Bool {
    if arguments.isWord(index, "NX") {
      nx = true
    } else if arguments.isWord(index, "XX") {
      xx = true
    } else if arguments.isWord(index, "GT") {
      gt = true
    } else if arguments.isWord(index, "LT") {
      lt = true
    } else if arguments.isWord(index, "INCR") {
      incr = true
    } else {
      return arguments.isWord(index, "CH")
    }
    return true
  }
}

/// A range of a sorted set: by rank, by score, or by bytes.
enum SortedRange {
  case ranks(Int, Int)
  case scores(ScoreBound, ScoreBound)
  case bytes(ByteBound, ByteBound)

  /// Reads two ends.
  init(_ verb: Verb, _ arguments: Arguments, from first: Int) throws(CommandFailure) {
    switch verb {
    case .zremRangeByScore:
      self = .scores(try ScoreBound(arguments, first), try ScoreBound(arguments, first + 1))
    case .zremRangeByLex:
      self = .bytes(try ByteBound(arguments, first), try ByteBound(arguments, first + 1))
    default: self = .ranks(try arguments.count(first), try arguments.count(first + 1))
    }
  }

  /// The ranks that are in the range.
  func ranks(in order: SortedOrder, _ parts: ByteParts) -> Range<Int> {
    switch self {
    case .ranks(let first, let last): return RankRange.clamp(first, last, of: order.count)
    case .scores(let least, let most):
      let start = order.countHead { least.isAbove($0.score) }
      let end = order.countHead { !most.isBelow($0.score) }
      return start..<max(start, end)
    case .bytes(let least, let most):
      if !order.isOfOneScore { return SortedRange.runs(least, most, order, parts).first ?? 0..<0 }
      let start = order.countHead { least.isAbove($0.member, parts) }
      let end = order.countHead { !most.isBelow($0.member, parts) }
      return start..<max(start, end)
    }
  }

  /// Whether every server finds the same range.
  ///
  /// A range of bytes is one of members of one score. Among members of several scores a server comes
  /// upon one run of members or another, as the levels of its skip list, which are random, lead it.
  func isDetermined(in order: SortedOrder, _ parts: ByteParts) -> Bool {
    guard case .bytes(let least, let most) = self, !order.isOfOneScore else { return true }
    let runs = SortedRange.runs(least, most, order, parts)
    return runs.allSatisfy { $0 == runs[0] || $0.isEmpty && runs[0].isEmpty }
  }

  /// The runs of members of several scores that a server may come upon.
  private static func runs(
    _ least: ByteBound, _ most: ByteBound, _ order: SortedOrder, _ parts: ByteParts
  ) -> [Range<Int>] {
    let items = order.items(0..<order.count)
    let isAbove = items.map { least.isAbove($0.member, parts) }
    let isBelow = items.map { most.isBelow($0.member, parts) }
    var runs: [Range<Int>] = []
    for start in items.indices where !isAbove[start] && (start == 0 || isAbove[start - 1]) {
      let end = isBelow[start...].firstIndex(of: true) ?? items.count
      runs.append(start..<end)
    }
    // Nothing, where the search ends behind the last, or a short set's ends are out of the range.
    if isAbove.last ?? true || isBelow.first ?? true { runs.append(0..<0) }
    return runs
  }
}

/// An end of a range of scores: `5`, or `(5` where 5 itself does not belong.
struct ScoreBound {
  let score: Double
  let isOpen: Bool

  init(_ arguments: Arguments, _ index: Int) throws(CommandFailure) {
    guard index < arguments.count else { throw .rejected }
    let place = arguments[index]
    isOpen = place.count > 0 && arguments.parts.withBytes(place) { $0.byte(at: 0) == 0x28 }
    let number = isOpen ? place.extracting(1..<place.count) : place
    guard let value = arguments.parts.double(number) else { throw .rejected }
    score = value
  }

  /// Whether a score is below the lower end.
  func isAbove(_ other: Double) -> Bool { isOpen ? other <= score : other < score }

  /// Whether a score is above the upper end.
  func isBelow(_ other: Double) -> Bool { isOpen ? other >= score : other > score }
}

/// An end of a range of bytes: `-`, `+`, `[bytes`, or `(bytes` where these do not belong.
enum ByteBound {
  case least
  case most
  case bytes(StringPlace, isOpen: Bool)

  init(_ arguments: Arguments, _ index: Int) throws(CommandFailure) {
    guard index < arguments.count, arguments[index].count > 0 else { throw .rejected }
    let place = arguments[index]
    let rest = place.extracting(1..<place.count)
    switch arguments.parts.withBytes(place, { $0.byte(at: 0) }) {
    case UInt8(ascii: "-") where rest.count == 0: self = .least
    case UInt8(ascii: "+") where rest.count == 0: self = .most
    case UInt8(ascii: "["): self = .bytes(rest, isOpen: false)
    case UInt8(ascii: "("): self = .bytes(rest, isOpen: true)
    default: throw .rejected
    }
  }

  /// Whether a member is below the lower end.
  func isAbove(_ member: StringPlace, _ parts: ByteParts) -> Bool {
    switch self {
    case .least: false
    case .most: true
    case .bytes(let bound, let isOpen):
      isOpen ? !parts.precedes(bound, member) : parts.precedes(member, bound)
    }
  }

  /// Whether a member is above the upper end.
  func isBelow(_ member: StringPlace, _ parts: ByteParts) -> Bool {
    switch self {
    case .least: true
    case .most: false
    case .bytes(let bound, let isOpen):
      isOpen ? !parts.precedes(member, bound) : parts.precedes(bound, member)
    }
  }
}
