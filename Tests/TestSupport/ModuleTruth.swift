// What servers answered about values of modules and of newer types, and the comparison with what a
// walk told.

import RDB

/// A field of a TairHash of the truth.
public struct TruthTairField: Sendable {
  var field: TruthString
  var value: TruthString
  var version: Int
  /// Milliseconds that it had left when the server was asked; −1 without a deadline.
  var left: Int64

  init(_ node: JSONNode) {
    field = node["field"].string
    value = node["value"].string
    version = node["version"].int ?? -1
    left = node["pttl_now"].int.map { Int64($0) } ?? -1
  }
}

extension TruthValue {
  /// The first difference of a value of a module or of a newer type; nil where there is none.
  func rareDifference(from found: [CollectedElement]) -> String? {
    switch self {
    case .stream(let stream): return stream.difference(from: found)
    case .array(let elements): return compareArray(elements, found)
    case .tairHash(let fields): return compareTairHash(fields, found)
    case .tairString(let value, let version, let flags):
      guard case .module(.tairString(let text, let foundVersion, let foundFlags))? = found.first,
        found.count == 1, value.matches(text), Int(foundVersion) == version,
        flags == nil || flags == Int(foundFlags)
      else { return "\(found)" }
      return nil
    case .tairSortedSet(let members): return compareTairSortedSet(members, found)
    case .json(let text): return compareJSON(text, found)
    case .numbers(let numbers): return compareNumbers(numbers, found)
    default: return nil
    }
  }
}

private func compareArray(
  _ truth: [(index: String, element: TruthString)], _ found: [CollectedElement]
) -> String? {
  let slots = found.compactMap { element -> (UInt64, [UInt8])? in
    guard case .slot(let index, let bytes) = element else { return nil }
    return (index, bytes)
  }
  guard slots.count == truth.count, found.count == slots.count + 1 else {
    return "\(slots.count) elements"
  }
  for (expected, slot) in zip(truth, slots) {
    guard expected.index == String(slot.0), expected.element.matches(slot.1) else {
      return "\(slot.0) is \(ByteString(slot.1)) instead of \(expected)"
    }
  }
  return nil
}

private func compareTairHash(
  _ truth: [TruthTairField], _ found: [CollectedElement]
) -> String? {
  guard case .module(.tairHash(key: _, let count))? = found.first, Int(count) == truth.count
  else { return "no TairHash of \(truth.count) fields" }
  var fields: [ByteString: (value: [UInt8], version: UInt64, expiry: Int64?)] = [:]
  for case .module(.tairField(let field, let value, let version, let expiry)) in found {
    fields[ByteString(field)] = (value, version, expiry)
  }
  guard fields.count == truth.count else { return "\(fields.count) fields" }
  for expected in truth {
    guard let found = fields[ByteString(expected.field.bytes ?? [])],
      expected.value.matches(found.value), Int(found.version) == expected.version,
      (found.expiry == nil) == (expected.left < 0)
    else { return "field \(expected.field)" }
  }
  return nil
}

private func compareTairSortedSet(
  _ truth: [(member: TruthString, scores: [Double])], _ found: [CollectedElement]
) -> String? {
  var members: [ByteString: [Double]] = [:]
  var last = ByteString([])
  for case .module(let part) in found {
    switch part {
    case .tairMember(let member):
      last = ByteString(member)
      members[last] = []
    case .tairScore(let bits): members[last]?.append(Double(bitPattern: bits))
    default: break
    }
  }
  guard case .module(.tairSortedSet(let count, _))? = found.first, Int(count) == truth.count,
    members.count == truth.count
  else { return "\(members.count) members" }
  for expected in truth where members[ByteString(expected.member.bytes ?? [])] != expected.scores {
    return "member \(expected.member)"
  }
  return nil
}

private func compareJSON(_ truth: TruthString, _ found: [CollectedElement]) -> String? {
  guard found.count == 1 else { return "\(found.count) documents" }
  switch found[0] {
  case .module(.json(let text)), .item(let text):
    return truth.matches(text) ? nil : "\(ByteString(text)) instead of \(truth)"
  default: return "no document"
  }
}

/// The numbers that a value is made of, in order; modules save signed ones as unsigned too.
private func compareNumbers(_ truth: [String], _ found: [CollectedElement]) -> String? {
  let numbers = found.compactMap { element -> String? in
    switch element {
    case .module(.unsigned(let number)): String(Int64(bitPattern: number))
    case .number(let number): String(number)
    default: nil
    }
  }
  return numbers == truth ? nil : "\(numbers) instead of \(truth)"
}
