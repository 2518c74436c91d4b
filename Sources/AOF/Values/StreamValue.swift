// A stream: entries by id, counters, and groups with their consumers and pending entries.

import RDB

/// A stream.
final class StreamValue {
  /// An entry; its fields and their values stand in `fields` in turn.
  struct Entry: BitwiseCopyable {
    var id: StreamID
    var first: Int
    var count: Int
    var isDeleted = false
  }

  private(set) var entries: [Entry] = []
  private(set) var fields: [StringPlace] = []
  /// Entries before this one are deleted.
  private var head = 0
  /// Entries that are not deleted.
  private(set) var length = 0
  var lastID = StreamID(ms: 0, seq: 0)
  var maxDeletedID = StreamID(ms: 0, seq: 0)
  var added: UInt64 = 0
  var groups: [StreamGroupValue] = []
  /// What it keeps to recognise messages that are sent twice (Redis 8.6).
  var producers: StreamIDMP?
  /// Whether messages are remembered, which are not followed.
  var hasMessages = false

  init() {}

  init(_ other: StreamValue) {
    entries = other.entries
    fields = other.fields
    head = other.head
    length = other.length
    lastID = other.lastID
    maxDeletedID = other.maxDeletedID
    added = other.added
    groups = other.groups.map { StreamGroupValue($0) }
    producers = other.producers
    hasMessages = other.hasMessages
  }

  // MARK: Reading a stored stream

  func take(_ info: StreamInfo) {
    lastID = info.lastID
    maxDeletedID = info.maxDeletedID ?? StreamID(ms: 0, seq: 0)
    added = info.entriesAdded ?? info.length
  }

  func beginEntry(_ id: StreamID, isDeleted: Bool) {
    entries.append(Entry(id: id, first: fields.count, count: 0, isDeleted: isDeleted))
    if !isDeleted { length += 1 }
  }

  func appendField(_ name: StringPlace, _ value: StringPlace) {
    guard !entries.isEmpty else { return }
    fields.append(name)
    fields.append(value)
    entries[entries.count - 1].count += 2
  }

  func append(_ group: StreamGroup, named name: StringPlace) {
    groups.append(
      StreamGroupValue(name, group.lastID, read: group.entriesRead.map { Int64(clamping: $0) }))
  }

  func append(_ consumer: StreamConsumer, named name: StringPlace) {
    groups.last?.consumers.append(
      .init(name: name, seen: consumer.seen.rawValue, active: consumer.active?.rawValue ?? -1))
  }

  func append(_ entry: PendingEntry, _ owner: PendingOwner) {
    guard let group = groups.last else { return }
    group.pending[entry.id] = .init(
      consumer: owner == .consumer ? group.consumers.count - 1 : -1,
      delivered: entry.delivered.rawValue, deliveries: entry.deliveries)
  }

  // MARK: Entries

  /// The first entry whose id is not below another.
  private func lowerBound(_ id: StreamID) -> Int {
    var (low, high) = (head, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The place of an entry that is there.
  func find(_ id: StreamID) -> Int? {
    let index = lowerBound(id)
    guard index < entries.count, entries[index].id == id, !entries[index].isDeleted else {
      return nil
    }
    return index
  }

  /// Appends an entry behind all others.
  func add(_ id: StreamID, _ values: ArraySlice<StringPlace>) {
    entries.append(Entry(id: id, first: fields.count, count: values.count))
    fields += values
    length += 1
    lastID = id
    added &+= 1
  }

  /// Deletes an entry; false if it is not there.
  @discardableResult
  func delete(_ id: StreamID) -> Bool {
    guard let index = find(id) else { return false }
    entries[index].isDeleted = true
    length -= 1
    tidy()
    return true
  }

  /// Deletes entries from the first, down to a length.
  func trim(toLength limit: Int) {
    while length > max(limit, 0), head < entries.count { dropHead() }
    tidy()
  }

  /// Deletes entries below an id.
  func trim(below id: StreamID) {
    while head < entries.count, entries[head].id < id { dropHead() }
    tidy()
  }

  private func dropHead() {
    if !entries[head].isDeleted {
      entries[head].isDeleted = true
      length -= 1
    }
    head += 1
  }

  /// Drops what was deleted once it is more than what is there.
  private func tidy() {
    guard entries.count > 2 * length + 64 else { return }
    var kept: [StringPlace] = []
    entries = entries.filter { !$0.isDeleted }
    for index in entries.indices {
      let range = entries[index].first..<(entries[index].first + entries[index].count)
      entries[index].first = kept.count
      kept += fields[range]
    }
    fields = kept
    head = 0
  }

  /// Entries that are there.
  var live: [Entry] { entries[head...].filter { !$0.isDeleted } }

  /// The id of the last entry that is there.
  var lastLiveID: StreamID? { entries[head...].last { !$0.isDeleted }?.id }

  /// The fields of an entry and their values, in turn.
  func fields(of entry: Entry) -> ArraySlice<StringPlace> {
    fields[entry.first..<(entry.first + entry.count)]
  }

  /// The group of a name.
  func group(_ name: StringPlace, _ parts: ByteParts) -> StreamGroupValue? {
    groups.first { parts.equal($0.name, name) }
  }
}

/// A consumer group.
final class StreamGroupValue {
  /// A consumer; one that was deleted keeps its number.
  struct Consumer {
    var name: StringPlace
    var seen: Int64
    var active: Int64
    var isDeleted = false
  }

  /// A pending entry.
  struct Pending: BitwiseCopyable {
    /// The consumer's number; −1 for nobody.
    var consumer: Int
    var delivered: Int64
    var deliveries: UInt64
  }

  let name: StringPlace
  var lastID: StreamID
  /// Entries that the group has read; nil where it is not known.
  var read: Int64?
  var consumers: [Consumer] = []
  var pending: [StreamID: Pending] = [:]

  init(_ name: StringPlace, _ lastID: StreamID, read: Int64?) {
    self.name = name
    self.lastID = lastID
    self.read = read
  }

  init(_ other: StreamGroupValue) {
    name = other.name
    lastID = other.lastID
    read = other.read
    consumers = other.consumers
    pending = other.pending
  }

  /// The number of a consumer.
  func find(_ name: StringPlace, _ parts: ByteParts) -> Int? {
    consumers.firstIndex { !$0.isDeleted && parts.equal($0.name, name) }
  }

  /// The number of a consumer, which is made if it is not there.
  func consumer(_ name: StringPlace, at time: Int64, _ parts: ByteParts) -> Int {
    if let index = find(name, parts) { return index }
    consumers.append(Consumer(name: name, seen: time, active: -1))
    return consumers.count - 1
  }
}
