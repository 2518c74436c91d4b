// Sorted sets that are written from others.

import RDB

extension Keyspace {
  func runSortedSetStores(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    let result =
      verb == .zrangeStore ? try storedRange(arguments) : try combined(verb, arguments)
    put(arguments[1], result.isEmpty ? .absent : .sortedSet(SortedSetValue(result)))
  }

  /// ZRANGESTORE target source first last [BYSCORE | BYLEX] [REV] [LIMIT offset count].
  private func storedRange(_ arguments: Arguments) throws(CommandFailure) -> PlaceMap<Double> {
    try arguments.require(5)
    let isReversed = arguments.find("REV", from: 5) != nil
    let byScore = arguments.find("BYSCORE", from: 5) != nil
    let byBytes = arguments.find("BYLEX", from: 5) != nil
    guard let source = try held(by: entry(arguments[2]), as: SortedSetValue.self) else {
      return PlaceMap()
    }
    let order = source.ordered(parts)
    var ranks: Range<Int>
    if byBytes, !order.isOfOneScore { throw .inexact(cause(.sortTies)) }
    if byScore || byBytes {
      // Reversed ranges name their upper end first.
      let ends = Arguments(
        places: isReversed ? [arguments[4], arguments[3]] : [arguments[3], arguments[4]],
        parts: parts)
      let range = try SortedRange(byScore ? .zremRangeByScore : .zremRangeByLex, ends, from: 0)
      ranks = limited(range.ranks(in: order, parts), isReversed, try limit(arguments, from: 5))
    } else {
      ranks = RankRange.clamp(try arguments.count(3), try arguments.count(4), of: order.count)
      if isReversed { ranks = (order.count - ranks.upperBound)..<(order.count - ranks.lowerBound) }
    }
    var result = PlaceMap<Double>()
    for item in order.items(ranks) { result.append(item.member, item.score, in: parts) }
    return result
  }

  /// The numbers behind LIMIT; nil without it..
  func limit(
    _ arguments: Arguments, from first: Int
  ) throws(CommandFailure) -> (offset: Int, count: Int)? {
    guard let word = arguments.find("LIMIT", from: first) else { return nil }
    return (try arguments.count(word + 1), try arguments.count(word + 2))
  }

  /// A part of a range of ranks, counted from the end at which it begins.
  private func limited(
    _ ranks: Range<Int>, _ isReversed: Bool, _ limit: (offset: Int, count: Int)?
  ) -> Range<Int> {
    guard let limit else { return ranks }
    guard limit.offset >= 0, limit.offset < ranks.count else { return 0..<0 }
    let left = ranks.count - limit.offset
    let taken = limit.count < 0 ? left : min(left, limit.count)
    return isReversed
      ? (ranks.upperBound - limit.offset - taken)..<(ranks.upperBound - limit.offset)
      : (ranks.lowerBound + limit.offset)..<(ranks.lowerBound + limit.offset + taken)
  }

  // MARK: Unions, intersections, differences

  /// A set, or a sorted set, with the weight of its scores.
  private struct Source {
    var scores: PlaceMap<Double>
    var weight = 1.0

    func weighted(_ index: Int) -> Double {
      let score = scores[index] * weight
      return score.isNaN ? 0 : score
    }
  }

  private func combined(
    _ verb: Verb, _ arguments: Arguments
  ) throws(CommandFailure) -> PlaceMap<Double> {
    let count = try arguments.count(2)
    guard count > 0, count <= arguments.count - 3 else { throw .rejected }
    var sources: [Source] = []
    for key in arguments.places[3..<(3 + count)] {
      sources.append(Source(scores: try scores(entry(key))))
    }
    if let word = arguments.find("WEIGHTS", from: 3 + count) {
      for index in 0..<count { sources[index].weight = try arguments.double(word + 1 + index) }
    }
    let aggregate = try Aggregate(arguments, from: 3 + count)
    if verb == .zdiffStore { return difference(sources) }
    // Servers begin with the smallest, and the order counts where sums are rounded.
    let sorted = sources.indices.sorted {
      let (a, b) = (sources[$0].scores.count, sources[$1].scores.count)
      return a == b ? $0 < $1 : a < b
    }.map { sources[$0] }
    return verb == .zunionStore ? union(sorted, aggregate) : intersection(sorted, aggregate)
  }

  /// The scores of a sorted set; those of a set's members are 1.
  private func scores(_ entry: KeyEntry) throws(CommandFailure) -> PlaceMap<Double> {
    try open(entry)
    switch entry.value {
    case .absent: return PlaceMap()
    case .sortedSet(let value): return value.scores
    case .set(let value):
      var scores = PlaceMap<Double>()
      for index in value.members.indices where value.members.isLive(index) {
        scores.append(value.members.key(index), 1, in: parts)
      }
      return scores
    default: throw .rejected
    }
  }

  private func union(_ sources: [Source], _ aggregate: Aggregate) -> PlaceMap<Double> {
    var result = PlaceMap<Double>()
    for source in sources {
      for index in source.scores.indices where source.scores.isLive(index) {
        let member = source.scores.key(index)
        let score = source.weighted(index)
        if let old = result.find(member, in: parts) {
          result.replace(aggregate(result[old], score), at: old)
        } else {
          result.append(member, score, in: parts)
        }
      }
    }
    return result
  }

  private func intersection(_ sources: [Source], _ aggregate: Aggregate) -> PlaceMap<Double> {
    var result = PlaceMap<Double>()
    let first = sources[0]
    for index in first.scores.indices where first.scores.isLive(index) {
      let member = first.scores.key(index)
      var score = first.weighted(index)
      var isEverywhere = true
      for other in sources.dropFirst() {
        guard let place = other.scores.find(member, in: parts) else {
          isEverywhere = false
          break
        }
        score = aggregate(score, other.scores[place] * other.weight)
      }
      if isEverywhere { result.append(member, score, in: parts) }
    }
    return result
  }

  private func difference(_ sources: [Source]) -> PlaceMap<Double> {
    var result = PlaceMap<Double>()
    let first = sources[0].scores
    for index in first.indices where first.isLive(index) {
      let member = first.key(index)
      if !sources.dropFirst().contains(where: { $0.scores.find(member, in: parts) != nil }) {
        result.append(member, first[index], in: parts)
      }
    }
    return result
  }
}

/// How scores of one member become one.
enum Aggregate {
  case sum
  case min
  case max

  init(_ arguments: Arguments, from first: Int) throws(CommandFailure) {
    self = .sum
    guard let word = arguments.find("AGGREGATE", from: first) else { return }
    if arguments.isWord(word + 1, "MIN") {
      self = .min
    } else if arguments.isWord(word + 1, "MAX") {
      self = .max
    } else if !arguments.isWord(word + 1, "SUM") {
      throw .rejected
    }
  }

  func callAsFunction(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .sum: (a + b).isNaN ? 0 : a + b
    case .min: Swift.min(a, b)
    case .max: Swift.max(a, b)
    }
  }
}
