// A consumer group of a stream.
//
//   string name, len last.ms, len last.seq, from 19: len entries read
//   len pending, pending × (16 bytes id, int64 delivery time, len delivery count)
//   len consumers, consumers ×
//     string name, int64 seen time, from 21: int64 active time, len n, n × 16 bytes id
//   from 27: len n, n × 16 bytes id
//
// The group lists each pending entry once; consumers list the ids they own. Since the group's list
// comes first, its pending entries are kept while its consumers are read.

func skipGroup(
  _ layout: StreamLayout, in bytes: RawSpan, _ at: inout Int
) throws(RDBError) {
  try bytes.skipString(&at)
  try bytes.skipLengths(layout.hasEntriesRead ? 3 : 2, &at)
  for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 25)) {
    _ = try bytes.take(24, &at)
    _ = try bytes.readLength(&at)
  }
  for _ in 0..<(try bytes.readCount(&at, eachAtLeast: layout.hasActiveTime ? 18 : 10)) {
    try bytes.skipString(&at)
    _ = try bytes.take(layout.hasActiveTime ? 16 : 8, &at)
    try bytes.skipIDs(&at)
  }
  if layout.hasNacked { try bytes.skipIDs(&at) }
}

func walkGroup<Sink: ValueSink & ~Copyable>(
  _ layout: StreamLayout, in bytes: RawSpan, _ at: inout Int, _ pending: inout PendingTable,
  _ sink: inout Sink
) throws(RDBError) {
  let start = at
  let name = try bytes.readString(&at)
  let lastID = try bytes.readStreamID(&at)
  // −1 stands for a number that the server does not know.
  let entriesRead = layout.hasEntriesRead ? try bytes.readLength(&at) : .max
  let pendingAt = at
  try pending.read(in: bytes, &at)
  guard !pending.hasDuplicates else { throw RDBError(.badStream, .pending, at: pendingAt) }
  let consumers = try bytes.readCount(&at, eachAtLeast: layout.hasActiveTime ? 18 : 10)
  let group = StreamGroup(
    lastID: lastID, entriesRead: entriesRead == .max ? nil : entriesRead,
    pending: pending.count, consumers: consumers)
  try sink.stream(.group(name, group), in: bytes)
  for _ in 0..<consumers { try walkConsumer(layout, in: bytes, &at, &pending, &sink) }
  if layout.hasNacked {
    let count = try bytes.readCount(&at, eachAtLeast: 16)
    try walkOwned(count, .nacked, in: bytes, &at, &pending, &sink)
  }
  while let entry = pending.nextUnowned() {
    guard !Sink.checks else { throw RDBError(.badStream, .pending, at: start) }
    try sink.stream(.pending(entry, .nobody), in: bytes)
  }
}

private func walkConsumer<Sink: ValueSink & ~Copyable>(
  _ layout: StreamLayout, in bytes: RawSpan, _ at: inout Int, _ pending: inout PendingTable,
  _ sink: inout Sink
) throws(RDBError) {
  let name = try bytes.readString(&at)
  let seen = try bytes.read(&at, littleEndian: Int64.self)
  let active = layout.hasActiveTime ? try bytes.read(&at, littleEndian: Int64.self) : -1
  let count = try bytes.readCount(&at, eachAtLeast: 16)
  let consumer = StreamConsumer(
    seen: UnixMilliseconds(seen), active: active == -1 ? nil : UnixMilliseconds(active),
    pending: count)
  try sink.stream(.consumer(name, consumer), in: bytes)
  try walkOwned(count, .consumer, in: bytes, &at, &pending, &sink)
}

/// Ids that somebody has, each of which must be pending in the group.
private func walkOwned<Sink: ValueSink & ~Copyable>(
  _ count: Int, _ owner: PendingOwner, in bytes: RawSpan, _ at: inout Int,
  _ pending: inout PendingTable, _ sink: inout Sink
) throws(RDBError) {
  for _ in 0..<count {
    let place = at
    let id = try bytes.readRawStreamID(&at)
    guard let (entry, wasOwned) = pending.own(id), !(wasOwned && Sink.checks) else {
      throw RDBError(.badStream, .pending, at: place)
    }
    try sink.stream(.pending(entry, owner), in: bytes)
  }
}

/// The pending entries of one group, by id.
///
/// It grows by what was read, not by what was claimed.
struct PendingTable {
  private var entries: [PendingEntry] = []
  private var owned: [Bool] = []
  private var next = 0

  /// Pending entries.
  var count: Int { entries.count }

  /// Reads a count and the entries of a group; what was held before is gone.
  mutating func read(in bytes: RawSpan, _ at: inout Int) throws(RDBError) {
    if !entries.isEmpty { entries.removeAll(keepingCapacity: true) }
    if !owned.isEmpty { owned.removeAll(keepingCapacity: true) }
    next = 0
    var isSorted = true
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 25)) {
      let id = try bytes.readRawStreamID(&at)
      let delivered = UnixMilliseconds(try bytes.read(&at, littleEndian: Int64.self))
      if let last = entries.last, last.id > id { isSorted = false }
      entries.append(
        PendingEntry(id: id, delivered: delivered, deliveries: try bytes.readLength(&at)))
      owned.append(false)
    }
    // Servers write them by id.
    if !isSorted { entries.sort { $0.id < $1.id } }
  }

  /// Whether an id occurs twice.
  var hasDuplicates: Bool {
    entries.indices.dropFirst().contains { entries[$0].id == entries[$0 - 1].id }
  }

  /// Marks the entry of this id as owned, and returns whether it was owned before; nil if
  /// there is none.
  mutating func own(_ id: StreamID) -> (entry: PendingEntry, wasOwned: Bool)? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low &+ high) / 2  // both are counts of entries in memory
      if entries[middle].id < id { low = middle &+ 1 } else { high = middle }
    }
    guard low < entries.count, entries[low].id == id else { return nil }
    defer { owned[low] = true }
    return (entries[low], owned[low])
  }

  /// The next entry that nobody has, by id.
  mutating func nextUnowned() -> PendingEntry? {
    while next < entries.count {
      defer { next &+= 1 }
      if !owned[next] { return entries[next] }
    }
    return nil
  }
}

extension RawSpan {
  /// Steps over a count and as many 16-byte stream ids.
  func skipIDs(_ at: inout Int) throws(RDBError) {
    let count = try readCount(&at, eachAtLeast: 16)
    _ = try take(UInt64(count) * 16, &at)  // readCount checked the product
  }
}
