// Streams as text, without deleted entries, which no command shows.
//
//   lines   length, last_id, first_id, max_deleted_id, entries_added: one line each
//           entry, id, field, value, …
//           group, name, last_id, entries_read       consumer, name, seen_ms, active_ms
//           pending, id, delivered_ms, deliveries    nacked, likewise
//           idmp_duration_s, idmp_max_entries, idmp_added, idmp_duplicates: one line each
//           producer, pid                            message, iid, id
//   json    {"length":n,"last_id":"ms-seq","first_id":…,"max_deleted_id":…,"entries_added":…,
//            "entries":[["id",[["field","value"],…]],…],
//            "groups":[{"name":…,"last_id":…,"entries_read":n|null,
//              "consumers":[{"name":…,"seen_ms":…,"active_ms":…,"pending":[["id",ms,n],…]},…],
//              "nacked":[["id",ms,n],…]},…],
//            "idmp":{"duration_s":…,"max_entries":…,"added":…,"duplicates":…,
//              "producers":[{"pid":…,"messages":[["iid","id"],…]},…]}}
//           Values that servers before 7.0 do not store are null; "nacked" and "idmp" are omitted
//           if
//           empty.

package import RDB

/// The open part of a stream's JSON.
enum StreamPhase {
  case entries
  case groups
  case nacked
  case producers
}

extension ValueWriter {
  /// Writes a part of a stream.
  package mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .info(let info): write(info)
    case .entry(let id, let isDeleted, _): writeEntry(id, isDeleted: isDeleted)
    case .group(let name, let group): try write(group, name, in: bytes)
    case .consumer(let name, let consumer): try write(consumer, name, in: bytes)
    case .pending(let entry, .consumer): write(entry, as: "pending")
    case .pending(let entry, _): writeNacked(entry)
    case .idmp(let idmp): write(idmp)
    case .producer(let name, _): try writeProducer(name, in: bytes)
    case .message(let name, let id):
      line("message")
      beginArray()
      try field(name, in: bytes)
      field(id)
      endArray()
    }
  }

  private mutating func write(_ info: StreamInfo) {
    beginObject()
    label("length")
    field(info.length)
    label("last_id")
    field(info.lastID)
    label("first_id")
    field(info.firstID)
    label("max_deleted_id")
    field(info.maxDeletedID)
    label("entries_added")
    field(info.entriesAdded)
    guard style == .json else { return }
    label("entries")
    beginArray()
  }

  private mutating func writeEntry(_ id: StreamID, isDeleted: Bool) {
    if style == .json { close(to: 2) }
    isMuted = isDeleted || !starts()
    guard !isMuted else { return }
    line("entry")
    beginArray()
    field(id)
    beginArray()
  }

  /// Ends the entries and begins the groups, once.
  mutating func endStreamEntries() {
    guard streamPhase == .entries else { return }
    streamPhase = .groups
    guard style == .json else { return }
    close(to: 1)
    label("groups")
    beginArray()
  }

  private mutating func write(
    _ group: StreamGroup, _ name: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    endStreamEntries()
    streamPhase = .groups
    close(to: 2)
    try beginMember("group", name, in: bytes)
    member("last_id")
    field(group.lastID)
    member("entries_read")
    field(group.entriesRead)
    member("consumers")
    beginArray()
  }

  private mutating func write(
    _ consumer: StreamConsumer, _ name: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    close(to: 4)
    try beginMember("consumer", name, in: bytes)
    member("seen_ms")
    field(consumer.seen)
    member("active_ms")
    field(consumer.active)
    member("pending")
    beginArray()
  }

  private mutating func write(_ entry: PendingEntry, as word: StaticString) {
    line(word)
    beginArray()
    field(entry.id)
    field(entry.delivered)
    field(entry.deliveries)
    endArray()
    if style == .json { output.drainIfLarge() }
  }

  private mutating func writeNacked(_ entry: PendingEntry) {
    if streamPhase != .nacked {
      streamPhase = .nacked
      close(to: 3)
      member("nacked")
      beginArray()
    }
    write(entry, as: "nacked")
  }

  private mutating func write(_ idmp: StreamIDMP) {
    endStreamEntries()
    streamPhase = .producers
    close(to: 1)
    let isJSON = style == .json
    member("idmp")
    beginObject()
    label(isJSON ? "duration_s" : "idmp_duration_s")
    field(idmp.duration)
    label(isJSON ? "max_entries" : "idmp_max_entries")
    field(idmp.maximum)
    label(isJSON ? "added" : "idmp_added")
    field(idmp.added)
    label(isJSON ? "duplicates" : "idmp_duplicates")
    field(idmp.duplicates)
    member("producers")
    beginArray()
  }

  private mutating func writeProducer(_ name: StringObject, in bytes: RawSpan) throws(RDBError) {
    close(to: 3)
    line("producer")
    beginObject()
    member("pid")
    try field(name, in: bytes)
    member("messages")
    beginArray()
  }

  /// Begins a group or consumer with its name.
  private mutating func beginMember(
    _ word: StaticString, _ name: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    line(word)
    beginObject()
    member("name")
    try field(name, in: bytes)
  }

  /// The name of the next value in JSON; fields of a line have none.
  mutating func member(_ name: StaticString) {
    if style == .json { label(name) }
  }
}
