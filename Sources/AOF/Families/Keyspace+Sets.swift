// Sets.

import RDB

extension Keyspace {
  func runSets(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(3)
    switch verb {
    case .sadd: try addMembers(arguments)
    case .srem: try removeMembers(arguments)
    case .smove: try moveMember(arguments)
    default: try storeSet(verb, arguments)
    }
  }

  private func addMembers(_ arguments: Arguments) throws(CommandFailure) {
    let (entry, value) = try heldOrNew(at: arguments[1], as: SetValue.self)
    for member in arguments.places.dropFirst(2) where value.members.find(member, in: parts) == nil {
      value.members.append(member, (), in: parts)
    }
    keep(value, in: entry)
  }

  private func removeMembers(_ arguments: Arguments) throws(CommandFailure) {
    guard let (entry, value) = try held(at: arguments[1], as: SetValue.self) else { return }
    for member in arguments.places.dropFirst(2) { value.members.remove(member, in: parts) }
    touch(entry, isEmpty: value.members.isEmpty)
  }

  /// SMOVE source target member.
  private func moveMember(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    let source = entry(arguments[1])
    let target = entry(arguments[2])
    let from = try held(by: source, as: SetValue.self)
    let to = try held(by: target, as: SetValue.self) ?? SetValue()
    guard let from, !source.isSame(target), from.members.remove(arguments[3], in: parts) != nil
    else {
      return
    }
    to.members.set(arguments[3], (), in: parts)
    keep(to, in: target)
    touch(source, isEmpty: from.members.isEmpty)
  }

  private func storeSet(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    var sources: [PlaceMap<Void>] = []
    for key in arguments.places.dropFirst(2) {
      sources.append(try held(by: entry(key), as: SetValue.self)?.members ?? PlaceMap())
    }
    let result: PlaceMap<Void>
    switch verb {
    case .sunionStore: result = union(sources)
    case .sinterStore: result = filter(sources) { key, others in others.allSatisfy { $0(key) } }
    default: result = filter(sources) { key, others in !others.contains { $0(key) } }
    }
    put(arguments[1], result.isEmpty ? .absent : .set(SetValue(result)))
  }

  private func union(_ sets: [PlaceMap<Void>]) -> PlaceMap<Void> {
    var result = sets[0]
    for other in sets.dropFirst() {
      for index in other.indices where other.isLive(index) {
        result.set(other.key(index), (), in: parts)
      }
    }
    return result
  }

  /// The members of the first set of which, and of the other sets, something holds..
  private func filter(
    _ sets: [PlaceMap<Void>], _ holds: (StringPlace, [(StringPlace) -> Bool]) -> Bool
  ) -> PlaceMap<Void> {
    let parts = parts
    let others = sets.dropFirst().map { other in
      { (key: StringPlace) in other.find(key, in: parts) != nil }
    }
    var result = PlaceMap<Void>()
    for index in sets[0].indices where sets[0].isLive(index) {
      let key = sets[0].key(index)
      if holds(key, others) { result.append(key, (), in: parts) }
    }
    return result
  }
}
