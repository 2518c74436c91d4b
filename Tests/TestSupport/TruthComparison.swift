// Compares what a walk told with what the server answered.

import RDB

extension TruthValue {
  /// The first difference between this value and what a walk told; nil where there is none.
  ///
  /// Lists are compared in order; sets, hashes and sorted sets by their members' bytes. Scores are
  /// compared as numbers, since servers spell one number in more than one way.
  public func difference(from found: [CollectedElement]) -> String? {
    if let count, count != found.count { return "\(found.count) elements instead of \(count)" }
    switch self {
    case .string(let truth): return compareItems([truth], items(found))
    case .list(let truth): return compareItems(truth, items(found))
    case .set(let truth): return compareItems(truth, items(found).sorted())
    case .hash(let truth): return comparePairs(truth, found)
    case .sortedSet(let truth): return compareMembers(truth, found)
    case .other: return nil
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
