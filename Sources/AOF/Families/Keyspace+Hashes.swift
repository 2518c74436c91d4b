// Hashes, with fields that expire (Redis 7.4, Valkey 9.0).

import RDB

extension Keyspace {
  func runHashes(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(3)
    switch verb {
    case .hset, .hsetNX: try setFields(verb, arguments)
    case .hdel: try deleteFields(arguments, 2..<arguments.count)
    case .hgetDel: try deleteFields(arguments, try fieldRange(arguments, perField: 1))
    case .hincrBy: try incrementField(arguments)
    case .hpersist: try persistFields(arguments)
    case .hsetEx: try setFieldsWithExpiry(arguments)
    default: try expireFields(verb, arguments)
    }
  }

  private func setFields(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    guard arguments.count % 2 == 0 else { throw .rejected }
    let (entry, value) = try heldOrNew(at: arguments[1], as: HashValue.self)
    for index in stride(from: 2, to: arguments.count, by: 2) {
      if verb == .hsetNX, value.fields.find(arguments[index], in: parts) != nil { return }
      // A field that is set anew does not expire any more.
      value.set(arguments[index], HashField(value: arguments[index + 1]), parts)
    }
    keep(value, in: entry)
  }

  private func deleteFields(_ arguments: Arguments, _ range: Range<Int>) throws(CommandFailure) {
    guard let (entry, value) = try held(at: arguments[1], as: HashValue.self) else { return }
    for index in range { value.remove(arguments[index], parts) }
    touch(entry, isEmpty: value.fields.isEmpty)
  }

  private func incrementField(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    let number = try arguments.integer(3)
    let (entry, value) = try heldOrNew(at: arguments[1], as: HashValue.self)
    let found = value.fields.find(arguments[2], in: parts)
    var old: Int64 = 0
    if let found {
      guard let number = parts.integer(value.fields[found].value) else { throw .rejected }
      old = number
    }
    let (sum, overflow) = old.addingReportingOverflow(number)
    guard !overflow else { throw .rejected }
    let expiry = found.map { value.fields[$0].expiry } ?? .max
    value.set(
      arguments[2], HashField(value: parts.keep(decimal: sum), expiry: expiry), parts)
    keep(value, in: entry)
  }

  /// The arguments behind FIELDS and its number.
  private func fieldRange(
    _ arguments: Arguments, perField: Int
  ) throws(CommandFailure) -> Range<Int> {
    guard let word = arguments.find("FIELDS", from: 2) else { throw .rejected }
    let count = try arguments.count(word + 1)
    let first = word + 2
    guard count > 0, count <= (arguments.count - first) / perField else { throw .rejected }
    return first..<(first + count * perField)
  }

  /// HPEXPIREAT key ms [condition] FIELDS n field …; Valkey logs fields of which the condition does not
  /// hold, so that it is asked again.
  private func expireFields(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    let unit: Int64 = verb == .hexpireAt ? 1000 : 1
    guard let moment = instant(try arguments.integer(2), unit: unit, isRelative: false) else {
      throw .rejected
    }
    let condition = ExpiryCondition(arguments, from: 3)
    let range = try fieldRange(arguments, perField: 1)
    guard let (entry, value) = try held(at: arguments[1], as: HashValue.self) else { return }
    for index in range {
      guard let place = value.fields.find(arguments[index], in: parts) else { continue }
      let old = value.fields[place].expiry
      guard condition.allows(moment, over: old == .max ? nil : old) else { continue }
      value.setExpiry(moment, at: place)
    }
    touch(entry)
  }

  /// HPERSIST does nothing to a field whose expiry had passed when it was logged.
  private func persistFields(_ arguments: Arguments) throws(CommandFailure) {
    let range = try fieldRange(arguments, perField: 1)
    guard let (entry, value) = try held(at: arguments[1], as: HashValue.self) else { return }
    for index in range {
      guard let place = value.fields.find(arguments[index], in: parts) else { continue }
      if let clock, value.fields[place].expiry < clock { continue }
      value.setExpiry(.max, at: place)
    }
    touch(entry)
  }

  /// HSETEX key [FNX | FXX] [KEEPTTL | PXAT ms …] FIELDS n field value ….
  private func setFieldsWithExpiry(_ arguments: Arguments) throws(CommandFailure) {
    let range = try fieldRange(arguments, perField: 2)
    var moment = Int64.max
    var keeps = false
    for index in 2..<range.lowerBound {
      if arguments.isWord(index, "KEEPTTL") { keeps = true }
      if let option = try expiryOption(arguments, index) { moment = option }
    }
    let (entry, value) = try heldOrNew(at: arguments[1], as: HashValue.self)
    for index in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
      let old = value.fields.find(arguments[index], in: parts)
      let kept = old.map { value.fields[$0].expiry } ?? .max
      let field = HashField(value: arguments[index + 1], expiry: keeps ? kept : moment)
      value.set(arguments[index], field, parts)
    }
    keep(value, in: entry)
  }
}
