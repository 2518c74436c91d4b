// Compares what a walk told with what the server answered.

import RDB

extension TruthKey {
  /// The first difference between this key's value and what a walk told; nil where there is none.
  public func difference(from found: [CollectedElement]) -> String? {
    if let difference = value.difference(from: found.map(\.withoutDeadline)) { return difference }
    if case .hash(let pairs) = value { return compareFieldExpiries(pairs.map(\.field), found) }
    for case .expiringItem(let member, let expiry) in found
    where memberExpiries[ByteString(member)] != expiry && !memberExpiries.isEmpty {
      return "member \(ByteString(member)) expires at \(String(describing: expiry))"
    }
    return nil
  }

  private func compareFieldExpiries(
    _ fields: [TruthString], _ found: [CollectedElement]
  ) -> String? {
    let expiries = found.compactMap { element -> (field: ByteString, expiry: Int64?)? in
      switch element {
      case .expiringPair(let field, _, let expiry): (ByteString(field), expiry)
      case .pair(let field, _): (ByteString(field), nil)
      default: nil
      }
    }.sorted { $0.field < $1.field }
    for (index, other) in expiries.enumerated() {
      let expected = fieldExpiries.isEmpty ? nil : fieldExpiries[index]
      if expected != other.expiry {
        return "field \(other.field) expires at \(String(describing: other.expiry))"
      }
    }
    return nil
  }
}

extension CollectedElement {
  /// The element as a reader sees it who does not ask for deadlines.
  var withoutDeadline: CollectedElement {
    switch self {
    case .expiringItem(let item, _): .item(item)
    case .expiringPair(let field, let value, _): .pair(field, value)
    default: self
    }
  }
}

extension TruthValue {
  /// The first difference between this value and what a walk told; nil where there is none.
  ///
  /// Lists are compared in order; sets, hashes and sorted sets by their members' bytes. Scores are
  /// compared as numbers, since servers spell one number in more than one way.
  public func difference(from found: [CollectedElement]) -> String? {
    if let difference = rareDifference(from: found) { return difference }
    if let count, isPlain, count != found.count {
      return "\(found.count) elements instead of \(count)"
    }
    switch self {
    case .string(let truth): return compareItems([truth], items(found))
    case .list(let truth): return compareItems(truth, items(found))
    case .set(let truth): return compareItems(truth, items(found).sorted())
    case .hash(let truth): return comparePairs(truth, found)
    case .sortedSet(let truth): return compareMembers(truth, found)
    default: return nil
    }
  }

  private var isPlain: Bool {
    switch self {
    case .string, .list, .set, .hash, .sortedSet: true
    default: false
    }
  }
}

private func items(_ found: [CollectedElement]) -> [ByteString] {
  found.compactMap { element in
    guard case .item(let bytes) = element else { return nil }
    return ByteString(bytes)
  }
}

private func compareItems(_ truth: [TruthString], _ found: [ByteString]) -> String? {
  guard truth.count == found.count else { return "elements of another kind" }
  for index in truth.indices where !truth[index].matches(found[index].bytes) {
    return "element \(index) is \(found[index]) instead of \(truth[index])"
  }
  return nil
}

private func comparePairs(
  _ truth: [(field: TruthString, value: TruthString)], _ found: [CollectedElement]
) -> String? {
  let pairs = found.compactMap { element -> (field: ByteString, value: [UInt8])? in
    guard case .pair(let field, let value) = element else { return nil }
    return (ByteString(field), value)
  }.sorted { $0.field < $1.field }
  guard truth.count == pairs.count else { return "elements of another kind" }
  for (expected, pair) in zip(truth, pairs) {
    guard expected.field.matches(pair.field.bytes) else {
      return "field \(pair.field) instead of \(expected.field)"
    }
    guard expected.value.matches(pair.value) else {
      return "field \(pair.field) is \(ByteString(pair.value)) instead of \(expected.value)"
    }
  }
  return nil
}

private func compareMembers(
  _ truth: [(member: TruthString, score: String)], _ found: [CollectedElement]
) -> String? {
  var members: [(member: ByteString, score: Double)] = []
  for case .member(let member, let bits) in found {
    members.append((ByteString(member), Double(bitPattern: bits)))
  }
  members.sort { $0.score == $1.score ? $0.member < $1.member : $0.score < $1.score }
  guard truth.count == members.count else { return "elements of another kind" }
  for (expected, member) in zip(truth, members) {
    guard expected.member.matches(member.member.bytes) else {
      return "member \(member.member) instead of \(expected.member)"
    }
    guard let score = Double(expected.score), score == member.score else {
      return "member \(member.member) has \(member.score) instead of \(expected.score)"
    }
  }
  return nil
}
