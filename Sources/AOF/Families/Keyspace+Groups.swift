// Consumer groups of streams.

import RDB

extension Keyspace {
  func runGroups(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    switch verb {
    case .xgroup: try changeGroup(arguments)
    case .xack:
      let (entry, _, group) = try requiredGroup(arguments[1], arguments[2])
      for index in 3..<arguments.count { group.pending[try arguments.streamID(index)] = nil }
      touch(entry)
    default: try claim(arguments)
    }
  }

  private func requiredGroup(
    _ key: StringPlace, _ name: StringPlace
  ) throws(CommandFailure) -> (KeyEntry, StreamValue, StreamGroupValue) {
    let (entry, value) = try requiredStream(key)
    guard let group = value.group(name, parts) else { throw .rejected }
    return (entry, value, group)
  }

  /// XGROUP CREATE | SETID | DESTROY | CREATECONSUMER | DELCONSUMER key group ….
  private func changeGroup(_ arguments: Arguments) throws(CommandFailure) {
    if arguments.isWord(1, "CREATE") { return try createGroup(arguments) }
    let (entry, value, group) = try requiredGroup(arguments[2], arguments[3])
    if arguments.isWord(1, "DESTROY") {
      value.groups.removeAll { $0 === group }
    } else if arguments.isWord(1, "SETID") {
      try arguments.require(5)
      group.lastID = try groupID(arguments, value)
      group.read = try entriesRead(arguments)
    } else if arguments.isWord(1, "CREATECONSUMER") {
      try arguments.require(5)
      _ = group.consumer(arguments[4], at: clock ?? 0, parts)
    } else if arguments.isWord(1, "DELCONSUMER") {
      try arguments.require(5)
      guard let index = group.find(arguments[4], parts) else { return }
      group.consumers[index].isDeleted = true
      group.pending = group.pending.filter { $0.value.consumer != index }
    }
    touch(entry)
  }

  private func createGroup(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(5)
    let entry = entry(arguments[2])
    let found = try stream(entry)
    guard found != nil || arguments.find("MKSTREAM", from: 5) != nil else { throw .rejected }
    let value = found ?? StreamValue()
    let id = try groupID(arguments, value)
    let read = try entriesRead(arguments)
    guard value.group(arguments[3], parts) == nil else { throw .rejected }
    value.groups.append(StreamGroupValue(arguments[3], id, read: read))
    keep(value, in: entry)
  }

  /// The id that a group begins behind; `$` is the stream's last..
  private func groupID(
    _ arguments: Arguments, _ value: StreamValue
  ) throws(CommandFailure) -> StreamID {
    arguments.isWord(4, "$") ? value.lastID : try arguments.streamID(4)
  }

  private func entriesRead(_ arguments: Arguments) throws(CommandFailure) -> Int64? {
    guard let word = arguments.find("ENTRIESREAD", from: 5) else { return nil }
    let number = try arguments.integer(word + 1)
    return number < 0 ? nil : number
  }

  /// What an XCLAIM says beside its ids.
  private struct Claim {
    var delivered: Int64?
    var deliveries: UInt64?
    var lastID: StreamID?
    var isForced = false
    var isSilent = false
  }

  /// XCLAIM key group consumer 0 id … TIME ms RETRYCOUNT n FORCE JUSTID LASTID id.
  private func claim(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(6)
    var ids: [StreamID] = []
    var index = 5
    while index < arguments.count, let id = StreamID(arguments[index], in: parts, 0) {
      ids.append(id)
      index += 1
    }
    let claim = try claimOptions(arguments, from: index)
    let (entry, value, group) = try requiredGroup(arguments[1], arguments[2])
    if let last = claim.lastID, last > group.lastID { group.lastID = last }
    let delivered = claim.delivered ?? clock
    guard let delivered else { throw .inexact(cause(.relativeExpiry)) }
    if rules.makesClaimants { _ = group.consumer(arguments[3], at: delivered, parts) }
    for id in ids { self.claim(id, for: arguments[3], at: delivered, claim, value, group) }
    touch(entry)
  }

  private func claimOptions(
    _ arguments: Arguments, from first: Int
  ) throws(CommandFailure) -> Claim {
    var claim = Claim()
    var index = first
    while index < arguments.count {
      if arguments.isWord(index, "FORCE") {
        claim.isForced = true
      } else if arguments.isWord(index, "JUSTID") {
        claim.isSilent = true
      } else if arguments.isWord(index, "TIME") {
        claim.delivered = try arguments.integer(index + 1)
        index += 1
      } else if arguments.isWord(index, "RETRYCOUNT") {
        claim.deliveries = UInt64(clamping: try arguments.integer(index + 1))
        index += 1
      } else if arguments.isWord(index, "LASTID") {
        claim.lastID = try arguments.streamID(index + 1)
        index += 1
      } else if arguments.isWord(index, "IDLE") {
        guard let clock else { throw .inexact(cause(.relativeExpiry)) }
        claim.delivered = clock &- (try arguments.integer(index + 1))
        index += 1
      }
      index += 1
    }
    return claim
  }

  private func claim(
    _ id: StreamID, for name: StringPlace, at delivered: Int64, _ claim: Claim,
    _ value: StreamValue,
    _ group: StreamGroupValue
  ) {
    let isThere = value.find(id) != nil
    // Servers since 7.0 drop what is pending of an entry that is gone.
    if !isThere, rules.countsStreams {
      group.pending[id] = nil
      return
    }
    guard let old = group.pending[id] ?? (claim.isForced && isThere ? .unclaimed : nil) else {
      return
    }
    let consumer = group.consumer(name, at: delivered, parts)
    group.pending[id] = StreamGroupValue.Pending(
      consumer: consumer, delivered: delivered,
      deliveries: claim.deliveries ?? (claim.isSilent ? old.deliveries : old.deliveries &+ 1))
    group.consumers[consumer].seen = max(group.consumers[consumer].seen, delivered)
    group.consumers[consumer].active = max(group.consumers[consumer].active, delivered)
  }
}

extension StreamGroupValue.Pending {
  /// An entry that no consumer had..
  static var unclaimed: StreamGroupValue.Pending {
    StreamGroupValue.Pending(consumer: -1, delivered: 0, deliveries: 0)
  }
}
