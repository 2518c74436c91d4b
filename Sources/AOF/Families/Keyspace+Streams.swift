// Streams: entries and counters.

import RDB

extension Keyspace {
  func runStreams(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(3)
    switch verb {
    case .xadd: try addEntry(arguments)
    case .xtrim: try trimStream(arguments)
    case .xdel:
      let (entry, value) = try requiredStream(arguments[1])
      for index in 2..<arguments.count { delete(try arguments.streamID(index), from: value) }
      touch(entry)
    case .xdelEx: try deleteWithReferences(arguments)
    case .xackDel: try acknowledgeAndDelete(arguments)
    case .xsetID: try setLastID(arguments)
    default: throw .inexact(cause(.unknownCommand))
    }
  }

  /// The stream of a key; nil if there is none.
  func stream(_ entry: KeyEntry) throws(CommandFailure) -> StreamValue? {
    guard let value = try held(by: entry, as: StreamValue.self) else { return nil }
    // Messages of producers are changed by commands that are not followed.
    guard !value.hasMessages else { throw .inexact(cause(.unreadableValue)) }
    return value
  }

  func requiredStream(_ key: StringPlace) throws(CommandFailure) -> (KeyEntry, StreamValue) {
    let entry = entry(key)
    guard let value = try stream(entry) else { throw .rejected }
    return (entry, value)
  }

  /// XADD key [NOMKSTREAM] [KEEPREF | DELREF | ACKED] [MAXLEN | MINID [=] n [LIMIT n]] id field value ….
  private func addEntry(_ arguments: Arguments) throws(CommandFailure) {
    var index = 2
    var trim: StreamTrim?
    var policy = ReferencePolicy.keep
    var makes = true
    while index < arguments.count {
      if let word = try StreamTrim(arguments, index) {
        trim = word
        index += word.count
      } else if let word = ReferencePolicy(arguments, index) {
        policy = word
        index += 1
      } else if arguments.isWord(index, "NOMKSTREAM") {
        makes = false
        index += 1
      } else if arguments.isWord(index, "IDMP") || arguments.isWord(index, "IDMPAUTO") {
        throw .inexact(cause(.unknownCommand))
      } else {
        break
      }
    }
    let id = try arguments.streamID(index)
    guard arguments.count > index + 1, (arguments.count - index) % 2 == 1 else { throw .rejected }
    let entry = entry(arguments[1])
    let found = try stream(entry)
    guard found != nil || makes else { return }
    let value = found ?? StreamValue()
    guard id > value.lastID else { throw .rejected }
    value.add(id, arguments.places[(index + 1)...])
    entry.value = .stream(value)
    if let trim { try self.trim(value, trim, policy) }
    touch(entry)
  }

  private func trimStream(_ arguments: Arguments) throws(CommandFailure) {
    guard let word = try StreamTrim(arguments, 2) else { throw .rejected }
    var policy = ReferencePolicy.keep
    for index in (2 + word.count)..<max(2 + word.count, arguments.count) {
      policy = ReferencePolicy(arguments, index) ?? policy
    }
    let (entry, value) = try requiredStream(arguments[1])
    try trim(value, word, policy)
    touch(entry)
  }

  private func trim(
    _ value: StreamValue, _ trim: StreamTrim, _ policy: ReferencePolicy
  ) throws(CommandFailure) {
    guard !trim.isApproximate else { throw .inexact(cause(.unknownCommand)) }
    guard policy == .keep else { return self.trim(value, trim, withReferences: policy) }
    switch trim.limit {
    case .length(let length): value.trim(toLength: length)
    case .id(let id): value.trim(below: id)
    }
  }

  /// Trims entries together with what is pending of them, or only those that nothing is pending of..
  private func trim(
    _ value: StreamValue, _ trim: StreamTrim, withReferences policy: ReferencePolicy
  ) {
    let entries = value.live
    var excess: Int
    switch trim.limit {
    case .length(let length): excess = max(0, entries.count - length)
    case .id(let id): excess = entries.prefix { $0.id < id }.count
    }
    for entry in entries.prefix(excess)
    where policy != .acknowledged || !isReferenced(entry.id, value) {
      if policy == .delete { for group in value.groups { group.pending[entry.id] = nil } }
      value.delete(entry.id)
    }
  }

  /// Deletes an entry, and notes the highest id that was deleted.
  func delete(_ id: StreamID, from value: StreamValue) {
    if value.delete(id) { value.maxDeletedID = max(value.maxDeletedID, id) }
  }

  /// Whether a group has not been given an entry yet, or has it pending.
  private func isReferenced(_ id: StreamID, _ value: StreamValue) -> Bool {
    value.groups.contains { id > $0.lastID || $0.pending[id] != nil }
  }

  /// The ids behind IDS and their number.
  private func ids(_ arguments: Arguments) throws(CommandFailure) -> [StreamID] {
    guard let word = arguments.find("IDS", from: 2) else { throw .rejected }
    let count = try arguments.count(word + 1)
    guard count > 0, count <= arguments.count - word - 2 else { throw .rejected }
    var ids: [StreamID] = []
    for index in (word + 2)..<(word + 2 + count) { ids.append(try arguments.streamID(index)) }
    return ids
  }

  /// XDELEX key [KEEPREF | DELREF | ACKED] IDS n id ….
  private func deleteWithReferences(_ arguments: Arguments) throws(CommandFailure) {
    let policy = ReferencePolicy(arguments, 2) ?? .keep
    let ids = try ids(arguments)
    let (entry, value) = try requiredStream(arguments[1])
    for id in ids { drop(id, from: value, policy) }
    touch(entry)
  }

  private func drop(_ id: StreamID, from value: StreamValue, _ policy: ReferencePolicy) {
    if policy == .acknowledged, isReferenced(id, value) { return }
    if policy == .delete { for group in value.groups { group.pending[id] = nil } }
    delete(id, from: value)
  }

  /// XACKDEL key group [KEEPREF | DELREF | ACKED] IDS n id ….
  private func acknowledgeAndDelete(_ arguments: Arguments) throws(CommandFailure) {
    let policy = ReferencePolicy(arguments, 3) ?? .keep
    let ids = try ids(arguments)
    let (entry, value) = try requiredStream(arguments[1])
    guard let group = value.group(arguments[2], parts) else { throw .rejected }
    for id in ids where group.pending.removeValue(forKey: id) != nil {
      drop(id, from: value, policy)
    }
    touch(entry)
  }

  /// XSETID key last [ENTRIESADDED n] [MAXDELETEDID id].
  private func setLastID(_ arguments: Arguments) throws(CommandFailure) {
    let id = try arguments.streamID(2)
    let (entry, value) = try requiredStream(arguments[1])
    guard id >= max(value.lastLiveID ?? id, value.maxDeletedID) else { throw .rejected }
    value.lastID = id
    if let word = arguments.find("ENTRIESADDED", from: 3) {
      value.added = UInt64(clamping: try arguments.integer(word + 1))
    }
    if let word = arguments.find("MAXDELETEDID", from: 3) {
      value.maxDeletedID = try arguments.streamID(word + 1)
    }
    touch(entry)
  }
}

/// MAXLEN and MINID of XADD and XTRIM..
struct StreamTrim {
  /// How far.
  enum Limit {
    case length(Int)
    case id(StreamID)
  }

  let limit: Limit
  /// Whether whole nodes are left that should go: which, only the server knew.
  let isApproximate: Bool

  /// Arguments that it takes.
  let count: Int

  /// Reads the words at an index; nil if they are others.
  init?(_ arguments: Arguments, _ index: Int) throws(CommandFailure) {
    let isLength = arguments.isWord(index, "MAXLEN")
    guard isLength || arguments.isWord(index, "MINID") else { return nil }
    var next = index + 1
    isApproximate = arguments.isWord(next, "~")
    if isApproximate || arguments.isWord(next, "=") { next += 1 }
    limit = isLength ? .length(try arguments.count(next)) : .id(try arguments.streamID(next))
    next += 1
    if arguments.isWord(next, "LIMIT") { next += 2 }
    count = next - index
  }
}

/// What becomes of what is pending of entries that are deleted (Redis 8.2).
enum ReferencePolicy {
  /// It stays.
  case keep
  /// It goes too.
  case delete
  /// Only entries go of which nothing is pending.
  case acknowledged

  init?(_ arguments: Arguments, _ index: Int) {
    if arguments.isWord(index, "KEEPREF") {
      self = .keep
    } else if arguments.isWord(index, "DELREF") {
      self = .delete
    } else if arguments.isWord(index, "ACKED") {
      self = .acknowledged
    } else {
      return nil
    }
  }
}
