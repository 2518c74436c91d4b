// What a server answered about a stream: XRANGE, and XINFO STREAM FULL or, before 6.0, XINFO and
// XPENDING; and the comparison with what a walk told.

import RDB

/// A stream of the truth.
///
/// What the server did not tell is nil.
public struct TruthStream: Sendable {
  /// A pending entry.
  struct Pending: Sendable {
    var id: String
    var consumer: [UInt8]
    var delivered: Int64?
    var deliveries: Int
  }

  /// A consumer.
  struct Consumer: Sendable {
    var name: [UInt8]
    var seen: Int64?
    var active: Int64?
    var pending: [Pending]?
    var pendingCount: Int
  }

  /// A group.
  struct Group: Sendable {
    var name: [UInt8]
    var lastID: String
    /// Whether the server told it, and what: nil stands for "not known".
    var entriesRead: (isTold: Bool, value: Int?)
    var nacked: Int?
    var pending: [Pending]
    var consumers: [Consumer]
  }

  var entries: [(id: String, fields: [TruthString])]
  var info: [String: String]
  var groups: [Group]

  init(_ key: JSONNode) {
    entries = key["value"].elements.map {
      (id: $0[0].text ?? "", fields: $0[1].elements.map(\.string))
    }
    let full = key["xinfo_full"].members
    let members = full.isEmpty ? key["xinfo"].members : full
    info = members.compactMapValues { $0.text ?? $0.int.map { String($0) } }
    if full.isEmpty {
      groups = key["xgroups"].elements.map { Group(old: $0.members, in: key) }
    } else {
      groups = members["groups"]?.elements.map { Group($0.members) } ?? []
    }
  }
}

extension TruthStream.Group {
  init(_ members: [String: JSONNode]) {
    name = members["name"]?.bytes ?? []
    lastID = members["last-delivered-id"]?.text ?? ""
    entriesRead = (members["entries-read"] != nil, members["entries-read"]?.int)
    nacked = members["nacked-count"]?.int
    pending = (members["pending"]?.elements ?? []).map {
      TruthStream.Pending(
        id: $0[0].text ?? "", consumer: $0[1].bytes, delivered: $0[2].int.map { Int64($0) },
        deliveries: $0[3].int ?? -1)
    }
    consumers = (members["consumers"]?.elements ?? []).map { TruthStream.Consumer($0.members) }
  }

  init(old members: [String: JSONNode], in key: JSONNode) {
    name = members["name"]?.bytes ?? []
    lastID = members["last-delivered-id"]?.text ?? ""
    entriesRead = (false, nil)
    // Names that are no UTF-8 are spelled byte by byte there.
    let spelled = String(String.UnicodeScalarView(name.map { Unicode.Scalar($0) }))
    // Idle times are relative to a moment that is not told.
    pending = key["xpending"][spelled].elements.map {
      TruthStream.Pending(
        id: $0[0].text ?? "", consumer: $0[1].bytes, delivered: nil, deliveries: $0[3].int ?? -1)
    }
    consumers = key["xconsumers"][spelled].elements.map { node in
      TruthStream.Consumer(
        name: node.members["name"]?.bytes ?? [], seen: nil, active: nil, pending: nil,
        pendingCount: node.members["pending"]?.int ?? -1)
    }
  }
}

extension TruthStream.Consumer {
  init(_ members: [String: JSONNode]) {
    let name = members["name"]?.bytes ?? []
    self.name = name
    seen = members["seen-time"]?.int.map { Int64($0) }
    active = members["active-time"]?.int.map { Int64($0) }
    pending = members["pending"]?.elements.map {
      TruthStream.Pending(
        id: $0[0].text ?? "", consumer: name, delivered: $0[1].int.map { Int64($0) },
        deliveries: $0[2].int ?? -1)
    }
    pendingCount = members["pel-count"]?.int ?? -1
  }
}

extension JSONNode {
  /// The members of an array of names and values in turn.
  public var members: [String: JSONNode] {
    let all = elements
    var members: [String: JSONNode] = [:]
    for index in stride(from: 0, to: all.count - 1, by: 2) {
      members[all[index].text ?? ""] = all[index + 1]
    }
    return members
  }
}

// MARK: - Comparison

/// A stream as a walk told it, put together.
private struct FoundStream {
  struct Group {
    var name: [UInt8]
    var group: StreamGroup
    var consumers: [(name: [UInt8], consumer: StreamConsumer, pending: [PendingEntry])] = []
    var nacked: [PendingEntry] = []
  }

  var info: StreamInfo?
  var entries: [(id: StreamID, fields: [[UInt8]])] = []
  var deleted = 0
  var groups: [Group] = []
  var idmp: StreamIDMP?
  var producers = 0
  var messages = 0

  init(_ elements: [CollectedElement]) {
    for case .stream(let part) in elements { add(part) }
  }

  private mutating func add(_ part: CollectedStreamPart) {
    switch part {
    case .info(let info): self.info = info
    case .entry(let id, isDeleted: false, let fields): entries.append((id, fields))
    case .entry: deleted += 1
    case .group(let name, let group): groups.append(Group(name: name, group: group))
    case .consumer(let name, let consumer):
      groups[groups.count - 1].consumers.append((name, consumer, []))
    case .pending(let entry, .consumer):
      let last = groups[groups.count - 1].consumers.count - 1
      groups[groups.count - 1].consumers[last].pending.append(entry)
    case .pending(let entry, _): groups[groups.count - 1].nacked.append(entry)
    case .idmp(let idmp): self.idmp = idmp
    case .producer: producers += 1
    case .message: messages += 1
    }
  }
}

extension TruthStream {
  /// The first difference between this stream and what a walk told; nil where there is none.
  func difference(from elements: [CollectedElement]) -> String? {
    let found = FoundStream(elements)
    if let difference = compareEntries(found) ?? compareInfo(found) { return difference }
    guard groups.count == found.groups.count else { return "\(found.groups.count) groups" }
    for (truth, group) in zip(groups, found.groups) {
      if let difference = truth.difference(from: group) { return difference }
    }
    return nil
  }

  private func compareEntries(_ found: FoundStream) -> String? {
    guard entries.count == found.entries.count else { return "\(found.entries.count) entries" }
    for (truth, entry) in zip(entries, found.entries) {
      guard truth.id == entry.id.description else { return "\(entry.id) instead of \(truth.id)" }
      guard truth.fields.count == entry.fields.count,
        zip(truth.fields, entry.fields).allSatisfy({ $0.matches($1) })
      else { return "the fields of \(truth.id)" }
    }
    return nil
  }

  private func compareInfo(_ found: FoundStream) -> String? {
    guard let info = found.info else { return "no stream" }
    var told: [String: String?] = [
      "length": String(info.length), "last-generated-id": info.lastID.description,
      "max-deleted-entry-id": info.maxDeletedID?.description,
      "entries-added": info.entriesAdded.map { String($0) },
      "recorded-first-entry-id": info.firstID?.description,
    ]
    if let idmp = found.idmp {
      told["idmp-duration"] = String(idmp.duration)
      told["idmp-maxsize"] = String(idmp.maximum)
      told["iids-added"] = String(idmp.added)
      told["iids-duplicates"] = String(idmp.duplicates)
      told["pids-tracked"] = String(found.producers)
      told["iids-tracked"] = String(found.messages)
    }
    for (name, value) in self.info where told[name] != nil || name.hasPrefix("i") {
      if told[name] != value {
        return "\(name) is \(told[name].flatMap { $0 } ?? "not told") instead of \(value)"
      }
    }
    return nil
  }
}

extension TruthStream.Group {
  fileprivate func difference(from found: FoundStream.Group) -> String? {
    let label = "group \(ByteString(name))"
    guard name == found.name, lastID == found.group.lastID.description else { return label }
    guard pending.count == found.group.pending else { return "\(label): pending" }
    if entriesRead.isTold, entriesRead.value != found.group.entriesRead.map({ Int($0) }) {
      return "\(label): entries read"
    }
    if let nacked, nacked != found.nacked.count { return "\(label): nacked" }
    guard consumers.count == found.consumers.count, consumers.count == found.group.consumers
    else { return "\(label): consumers" }
    for (truth, consumer) in zip(consumers, found.consumers) {
      if let difference = truth.difference(from: consumer) { return "\(label): \(difference)" }
    }
    return comparePending(found).map { "\(label): \($0)" }
  }

  private func comparePending(_ found: FoundStream.Group) -> String? {
    var all = found.nacked.map { (consumer: [UInt8](), entry: $0) }
    for consumer in found.consumers { all += consumer.pending.map { (consumer.name, $0) } }
    all.sort { $0.entry.id < $1.entry.id }
    guard all.count == pending.count else { return "\(all.count) pending" }
    for (truth, other) in zip(pending, all) {
      guard truth.consumer == other.consumer, truth.matches(other.entry) else {
        return "pending \(truth.id)"
      }
    }
    return nil
  }
}

extension TruthStream.Consumer {
  fileprivate func difference(
    from found: (name: [UInt8], consumer: StreamConsumer, pending: [PendingEntry])
  ) -> String? {
    let label = "consumer \(ByteString(name))"
    guard name == found.name, pendingCount == found.consumer.pending else { return label }
    if let seen, seen != found.consumer.seen.rawValue { return "\(label): seen" }
    if let active, active != found.consumer.active?.rawValue ?? -1 { return "\(label): active" }
    guard let pending else { return nil }
    guard pending.count == found.pending.count,
      zip(pending, found.pending).allSatisfy({ $0.matches($1) })
    else { return "\(label): pending" }
    return nil
  }
}

extension TruthStream.Pending {
  fileprivate func matches(_ found: PendingEntry) -> Bool {
    id == found.id.description && UInt64(deliveries) == found.deliveries
      && (delivered == nil || delivered == found.delivered.rawValue)
  }
}
