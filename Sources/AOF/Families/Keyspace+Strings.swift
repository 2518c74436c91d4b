// Strings.

import RDB

extension Keyspace {
  func runStrings(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(2)
    switch verb {
    case .set: try set(arguments)
    case .setEx, .psetEx: try setWithExpiry(verb, arguments)
    case .setNX, .getSet:
      try arguments.require(3)
      let entry = entry(arguments[1])
      try requireKnown(entry)
      if verb == .setNX, entry.isPresent { return }
      if verb == .getSet { try requireString(entry) }
      put(entry, .string(StringValue(arguments[2])))
    case .getDel:
      let entry = entry(arguments[1])
      try requireKnown(entry)
      try requireString(entry)
      clear(entry)
    case .getEx: try changeExpiry(arguments)
    case .mset:
      for index in stride(from: 1, to: arguments.count - 1, by: 2) where follows(arguments[index]) {
        put(arguments[index], .string(StringValue(arguments[index + 1])))
      }
    case .msetEx: try setMany(arguments)
    case .append:
      try arguments.require(3)
      let added = parts.array(arguments[2])
      try change(arguments[1]) { $0 += added }
    case .setRange: try setRange(arguments)
    case .incr: try increment(arguments[1], by: 1)
    case .decr: try increment(arguments[1], by: -1)
    case .incrBy: try increment(arguments[1], by: try arguments.integer(2))
    default:
      let (number, overflow) = Int64(0).subtractingReportingOverflow(try arguments.integer(2))
      guard !overflow else { throw .rejected }
      try increment(arguments[1], by: number)
    }
  }

  /// Refuses a key that holds something else than a string.
  private func requireString(_ entry: KeyEntry) throws(CommandFailure) {
    guard entry.value.shape ?? .string == .string else { throw .rejected }
  }

  /// Changes the bytes of a string, which is made if there is none.
  func change(_ key: StringPlace, _ body: (inout [UInt8]) -> Void) throws(CommandFailure) {
    var (entry, value) = try heldOrNew(at: key, as: StringValue.self)
    value.change(parts, body)
    keep(value, in: entry)
  }

  /// SET key value [NX | XX] [KEEPTTL | PXAT ms | EXAT s | PX ms | EX s] …: what is logged was done.
  private func set(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(3)
    let entry = entry(arguments[1])
    var expiry: Int64?
    var index = 3
    while index < arguments.count {
      if arguments.isWord(index, "KEEPTTL") {
        try requireKnown(entry)
        expiry = entry.expiry
      } else if let moment = try expiryOption(arguments, index) {
        expiry = moment
        index += 1
      }
      index += 1
    }
    put(entry, .string(StringValue(arguments[2])), expiry: expiry)
  }

  /// The moment of an option PXAT, EXAT, PX or EX at an index; nil for any other word.
  func expiryOption(_ arguments: Arguments, _ index: Int) throws(CommandFailure) -> Int64? {
    let units: [(word: StaticString, unit: Int64, isRelative: Bool)] = [
      ("PXAT", 1, false), ("EXAT", 1000, false), ("PX", 1, true), ("EX", 1000, true),
    ]
    for (word, unit, isRelative) in units where arguments.isWord(index, word) {
      let number = try arguments.integer(index + 1)
      guard let moment = instant(number, unit: unit, isRelative: isRelative) else {
        throw .inexact(cause(.relativeExpiry))
      }
      return moment
    }
    return nil
  }

  private func setWithExpiry(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    let number = try arguments.integer(2)
    guard let moment = instant(number, unit: verb == .setEx ? 1000 : 1, isRelative: true) else {
      throw .inexact(cause(.relativeExpiry))
    }
    put(arguments[1], .string(StringValue(arguments[3])), expiry: moment)
  }

  /// GETEX key PXAT ms | PERSIST ….
  private func changeExpiry(_ arguments: Arguments) throws(CommandFailure) {
    let entry = entry(arguments[1])
    try requireKnown(entry)
    guard entry.isPresent, arguments.count > 2 else { return }
    entry.expiry = try expiryOption(arguments, 2)
    touch(entry)
  }

  /// MSETEX count key value … [NX | XX] [KEEPTTL | PXAT ms …].
  private func setMany(_ arguments: Arguments) throws(CommandFailure) {
    let count = try arguments.count(1)
    guard count > 0, count <= (arguments.count - 2) / 2 else { throw .rejected }
    var expiry: Int64?
    var keeps = false
    for index in (2 + 2 * count)..<max(arguments.count, 2 + 2 * count) {
      if let moment = try expiryOption(arguments, index) { expiry = moment }
      if arguments.isWord(index, "KEEPTTL") { keeps = true }
    }
    for index in stride(from: 2, to: 2 + 2 * count, by: 2) where follows(arguments[index]) {
      let entry = entry(arguments[index])
      if keeps { doubt.read(entry) }
      if keeps, let cause = entry.inexact {
        lose(entry, cause)
      } else {
        put(
          entry, .string(StringValue(arguments[index + 1])), expiry: keeps ? entry.expiry : expiry)
      }
    }
  }

  private func setRange(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    let offset = try arguments.count(2)
    guard offset >= 0 else { throw .rejected }
    let bytes = parts.array(arguments[3])
    guard !bytes.isEmpty else { return }
    try grow(arguments[1], to: offset, adding: bytes.count)
    try change(arguments[1]) { text in
      if text.count < offset + bytes.count {
        text += [UInt8](repeating: 0, count: offset + bytes.count - text.count)
      }
      text.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }
  }

  /// Checks that zeros up to a length may be had..
  func grow(_ key: StringPlace, to length: Int, adding count: Int) throws(CommandFailure) {
    let old = try held(by: entry(key), as: StringValue.self)?.count ?? 0
    // Servers refuse strings beyond 512 MB unless they are told otherwise.
    guard length <= 1 << 32 else { throw .rejected }
    let needed = max(0, length - old)
    guard needed <= zeros else { throw .inexact(cause(.tooLarge)) }
    zeros -= needed
  }

  private func increment(_ key: StringPlace, by number: Int64) throws(CommandFailure) {
    let entry = entry(key)
    let value = try held(by: entry, as: StringValue.self)
    let old = value == nil ? 0 : value?.withBytes(parts) { $0.strictInteger }
    guard let old else { throw .rejected }
    let (sum, overflow) = old.addingReportingOverflow(number)
    guard !overflow else { throw .rejected }
    keep(StringValue(Array(String(sum).utf8)), in: entry)
  }
}
