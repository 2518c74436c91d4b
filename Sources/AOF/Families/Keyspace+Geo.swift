// Searches of places that are stored: GEOSEARCHSTORE, and GEORADIUS … STORE.

import RDB

extension Keyspace {
  /// What a search asks for.
  private struct GeoSearch {
    var center: GeoPoint?
    var radius: Double?
    var box: (width: Double, height: Double)?
    /// Metres of the unit that distances are stored in.
    var unit = 1.0
    var count: Int?
    var isAny = false
    var isDescending = false
    var storesDistance = false
  }

  /// A member that was found.
  private struct GeoHit {
    var member: StringPlace
    var score: Double
    var distance: Double
  }

  func runGeo(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(5)
    switch verb {
    case .geoAdd: try addPlaces(arguments)
    case .geoSearchStore: try searchStore(arguments)
    default: try radiusStore(verb, arguments)
    }
  }

  /// GEOADD key [NX | XX] [CH] longitude latitude member …, which newer servers log as ZADD.
  private func addPlaces(_ arguments: Arguments) throws(CommandFailure) {
    var places = [arguments[0], arguments[1]]
    var flags = ScoreFlags()
    var index = 2
    while flags.take(arguments, index) {
      places.append(arguments[index])
      index += 1
    }
    guard (arguments.count - index) % 3 == 0 else { throw .rejected }
    for place in stride(from: index, to: arguments.count, by: 3) {
      let point = GeoPoint(
        longitude: try arguments.double(place), latitude: try arguments.double(place + 1))
      guard point.isValid else { throw .rejected }
      places.append(parts.keep(decimal: Int64(point.score)))
      places.append(arguments[place + 2])
    }
    try runSortedSets(.zadd, Arguments(places: places, parts: parts))
  }

  /// GEOSEARCHSTORE target source ….
  private func searchStore(_ arguments: Arguments) throws(CommandFailure) {
    let source = try held(by: entry(arguments[2]), as: SortedSetValue.self)
    try store(
      arguments[1], source, try search(arguments, from: 3, source))
  }

  /// GEORADIUS key longitude latitude radius unit …, GEORADIUSBYMEMBER key member radius unit ….
  private func radiusStore(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    let keys = CommandKeys(shape: .radius, arguments: arguments.places, parts: parts)
    guard let target = keys.storeTarget else { return }
    let source = try held(by: entry(arguments[1]), as: SortedSetValue.self)
    let first = verb == .geoRadius ? 4 : 3
    var search = try search(arguments, from: first + 2, source)
    search.unit = try unit(arguments, first + 1)
    search.radius = try arguments.double(first) * search.unit
    search.storesDistance = arguments.isWord(target - 1, "STOREDIST")
    if verb == .geoRadius {
      search.center = try point(arguments, 2)
    } else {
      search.center = try center(of: arguments[2], source)
    }
    try store(arguments[target], source, search)
  }

  private func search(
    _ arguments: Arguments, from first: Int, _ source: SortedSetValue?
  ) throws(CommandFailure) -> GeoSearch {
    var search = GeoSearch()
    var index = first
    while index < arguments.count {
      index += try take(arguments, index, source, into: &search)
    }
    return search
  }

  /// Takes a word of a search; how many arguments it has..
  private func take(
    _ arguments: Arguments, _ index: Int, _ source: SortedSetValue?, into search: inout GeoSearch
  ) throws(CommandFailure) -> Int {
    if arguments.isWord(index, "FROMMEMBER") {
      try arguments.require(index + 2)
      search.center = try center(of: arguments[index + 1], source)
      return 2
    }
    if arguments.isWord(index, "FROMLONLAT") {
      search.center = try point(arguments, index + 1)
      return 3
    }
    if arguments.isWord(index, "BYRADIUS") {
      search.unit = try unit(arguments, index + 2)
      search.radius = try arguments.double(index + 1) * search.unit
      return 3
    }
    if arguments.isWord(index, "BYBOX") {
      search.unit = try unit(arguments, index + 3)
      search.box = (
        try arguments.double(index + 1) * search.unit, try arguments.double(index + 2) * search.unit
      )
      return 4
    }
    if arguments.isWord(index, "BYPOLYGON") { throw .inexact(cause(.unknownCommand)) }
    if arguments.isWord(index, "COUNT") {
      search.count = try arguments.count(index + 1)
      return 2
    }
    if arguments.isWord(index, "ANY") { search.isAny = true }
    if arguments.isWord(index, "DESC") { search.isDescending = true }
    if arguments.isWord(index, "STOREDIST") { search.storesDistance = true }
    return 1
  }

  private func unit(_ arguments: Arguments, _ index: Int) throws(CommandFailure) -> Double {
    let units: [(StaticString, Double)] = [("M", 1), ("KM", 1000), ("FT", 0.3048), ("MI", 1609.34)]
    for (word, metres) in units where arguments.isWord(index, word) { return metres }
    throw .rejected
  }

  private func point(_ arguments: Arguments, _ index: Int) throws(CommandFailure) -> GeoPoint {
    let point = GeoPoint(
      longitude: try arguments.double(index), latitude: try arguments.double(index + 1))
    guard point.isValid else { throw .rejected }
    return point
  }

  /// The place of a member; a source that is not there has none, and needs none.
  private func center(
    of member: StringPlace, _ source: SortedSetValue?
  ) throws(CommandFailure) -> GeoPoint? {
    guard let source else { return nil }
    guard let score = source.score(member, parts) else { throw .rejected }
    return GeoPoint(score: score)
  }

  private func store(
    _ target: StringPlace, _ source: SortedSetValue?, _ search: GeoSearch
  ) throws(CommandFailure) {
    guard let source, let center = search.center else { return put(target, .absent) }
    var hits = hits(in: source, around: center, search)
    if let count = search.count, count < hits.count {
      // Which are found first depends on cells that only the server went through.
      guard !search.isAny else { throw .inexact(cause(.sortTies)) }
      hits.sort {
        search.isDescending ? $0.distance > $1.distance : $0.distance < $1.distance
      }
      // Of places that are equally far, a server keeps those that its partial sort has put first.
      guard count <= 0 || hits[count - 1].distance != hits[count].distance else {
        throw .inexact(cause(.sortTies))
      }
      hits.removeLast(hits.count - max(count, 0))
    }
    var result = PlaceMap<Double>()
    for hit in hits {
      let score = search.storesDistance ? hit.distance / search.unit : hit.score
      result.append(hit.member, score, in: parts)
    }
    put(target, result.isEmpty ? .absent : .sortedSet(SortedSetValue(result)))
  }

  private func hits(
    in source: SortedSetValue, around center: GeoPoint, _ search: GeoSearch
  ) -> [GeoHit] {
    let isShort = rules.isValkey || rules.isAtLeast(7, 0)
    let order = source.ordered(parts)
    return order.items(0..<order.count).compactMap { item in
      // Servers look through cells, in which no other score is.
      guard (0..<0x1p52).contains(item.score) else { return nil }
      let point = GeoPoint(score: item.score)
      if let box = search.box {
        let across = point.distance(
          to: GeoPoint(longitude: center.longitude, latitude: point.latitude), isShort: isShort)
        guard point.latitudeDistance(to: center) <= box.height / 2, across <= box.width / 2 else {
          return nil
        }
      }
      let distance = center.distance(to: point, isShort: isShort)
      if let radius = search.radius, distance > radius { return nil }
      return GeoHit(member: item.member, score: item.score, distance: distance)
    }
  }
}
