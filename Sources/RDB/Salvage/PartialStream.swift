// What is whole of a damaged stream: entries, in nodes of one each, and groups, in the layout of Redis
// 5.0, which every server since then loads.
//
//   15  len nodes, nodes × (string id, string listpack), len length, len last.ms, len last.seq,
//       len groups, groups × (string name, len last.ms, len last.seq, len pending, pending × (16 bytes
//       id, int64 delivery time, len deliveries), len consumers, consumers × (string name, int64 seen
//       time, len n, n × 16 bytes id))

/// Gathers what is whole of a stream.
struct PartialStream: ~Copyable {
  private var sink = PartialStreamSink()
  private var scratch = Scratch()
  private var lastID = StreamID(ms: 0, seq: 0)

  /// Entries that are whole.
  var count: UInt64 { UInt64(sink.entries.count) }

  /// Reads as much as there is.
  ///
  /// - Parameters:
  ///   - type: The stream's type.
  ///   - bytes: The file up to where the damage ends.
  ///   - start: The first byte of its value.
  init(_ type: RDBType, in bytes: RawSpan, at start: Int) {
    var at = start
    guard let nodes = try? bytes.readLength(&at) else { return }
    // Each node takes bytes, so the loop ends with them, whatever the count claims.
    for _ in 0..<nodes {
      let node = at
      guard (try? bytes.skipString(&at)) != nil else { return }
      let listpack = at
      guard (try? bytes.skipString(&at)) != nil else {
        readCutNode(in: bytes, node..<listpack, type)
        return
      }
      readNode(in: bytes, at: node)
    }
    try? readGroups(StreamLayout(type), in: bytes, &at)
  }

  private mutating func readNode(in bytes: RawSpan, at start: Int) {
    var at = start
    var progress = StreamProgress()
    do throws(RDBError) {
      try walkNode(in: bytes, &at, &progress, &scratch, &sink)
      sink.closeEntry()
    } catch {
      // All entries were whole where only their number is wrong.
      if error.reason == .badStream, error.part == .length { sink.closeEntry() }
      sink.dropEntry()
    }
  }

  private mutating func readCutNode(in bytes: RawSpan, _ id: Range<Int>, _ type: RDBType) {
    guard let listpack = CutString(in: bytes, at: id.upperBound)?.closed(type) else { return }
    let node = [UInt8](copying: bytes.extracting(id)) + listpack
    node.withRawSpan { readNode(in: $0, at: 0) }
  }

  private mutating func readGroups(
    _ layout: StreamLayout, in bytes: RawSpan, _ at: inout Int
  ) throws(RDBError) {
    _ = try bytes.readLength(&at)
    lastID = try bytes.readStreamID(&at)
    if layout.hasEntriesRead { try bytes.skipLengths(5, &at) }
    var pending = PendingTable()
    for _ in 0..<(try bytes.readLength(&at)) {
      sink.isGroupWhole = false
      try walkGroup(layout, in: bytes, &at, &pending, &sink)
      sink.isGroupWhole = true
    }
  }

  /// The value that these entries and groups make.
  consuming func value() -> [UInt8] {
    if !sink.isGroupWhole { sink.groups.removeLast(min(1, sink.groups.count)) }
    var bytes: [UInt8] = []
    bytes.append(length: count)
    for entry in sink.entries {
      bytes.append(length: 16)
      bytes.append(entry.id)
      bytes.append(string: PartialStream.node(of: entry))
    }
    let last = max(lastID, sink.entries.last?.id ?? lastID)
    for number in [count, last.ms, last.seq, UInt64(sink.groups.count)] {
      bytes.append(length: number)
    }
    for group in sink.groups { PartialStream.append(group, to: &bytes) }
    return bytes
  }

  /// A listpack with a master entry and an entry that has its fields.
  private static func node(of entry: PartialStreamSink.Entry) -> [UInt8] {
    let fields = entry.texts.count / 2
    var body: [UInt8] = []
    for number in [1, 0, fields] { body.appendEntry(number) }
    for index in 0..<fields { body.appendEntry(entry.texts[2 * index]) }
    for number in [0, 2, 0, 0] { body.appendEntry(number) }
    for index in 0..<fields { body.appendEntry(entry.texts[2 * index + 1]) }
    body.appendEntry(fields + 3)
    let total = body.count + 7
    let count = min(2 * fields + 8, 0xffff)
    let head = (0..<4).map { UInt8(truncatingIfNeeded: total >> (8 * $0)) }
    return head + [UInt8(count & 0xff), UInt8(count >> 8)] + body + [0xff]
  }

  private static func append(_ group: PartialStreamSink.Group, to bytes: inout [UInt8]) {
    bytes.append(string: group.name)
    for number in [group.lastID.ms, group.lastID.seq] { bytes.append(length: number) }
    let pending = group.consumers.flatMap(\.pending).sorted { $0.id < $1.id }
    bytes.append(length: UInt64(pending.count))
    for entry in pending {
      bytes.append(entry.id)
      bytes.append(littleEndian: UInt64(bitPattern: entry.delivered.rawValue))
      bytes.append(length: entry.deliveries)
    }
    bytes.append(length: UInt64(group.consumers.count))
    for consumer in group.consumers {
      bytes.append(string: consumer.name)
      bytes.append(littleEndian: UInt64(bitPattern: consumer.seen.rawValue))
      bytes.append(length: UInt64(consumer.pending.count))
      for entry in consumer.pending { bytes.append(entry.id) }
    }
  }
}

/// Keeps entries and groups.
private struct PartialStreamSink: ValueSink, ~Copyable {
  static var decodes: Bool { true }
  static var checks: Bool { true }
  static var accepts: ValueContent { .streams }

  struct Entry {
    var id: StreamID
    var isDeleted: Bool
    /// Fields and values in turn.
    var texts: [[UInt8]] = []
  }

  struct Consumer {
    var name: [UInt8]
    var seen: UnixMilliseconds
    var pending: [PendingEntry] = []
  }

  struct Group {
    var name: [UInt8]
    var lastID: StreamID
    var consumers: [Consumer] = []
  }

  private(set) var entries: [Entry] = []
  var groups: [Group] = []
  /// Whether the last group was read to its end.
  var isGroupWhole = true
  /// An entry of which more may come.
  private var open: Entry?
  private var scratch = Scratch()

  /// Says that the entry before is whole: the next one has begun.
  mutating func closeEntry() {
    // Ids ascend; what does not is no entry of this stream.
    if let open, !open.isDeleted, entries.last.map({ $0.id < open.id }) ?? true {
      entries.append(open)
    }
    open = nil
  }

  /// Says that the entry before may not be whole.
  mutating func dropEntry() { open = nil }

  private mutating func text(
    _ string: StringObject, in bytes: RawSpan
  ) throws(RDBError) -> [UInt8] {
    try scratch.withBytes(of: string, in: bytes) { (text) throws(RDBError) in
      [UInt8](copying: text)
    }
  }

  // A stream has pairs, and none of these.
  mutating func begin(_ shape: ValueShape, count: Int?) {}
  mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {}
  mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {}

  mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    let texts = [try text(field, in: bytes), try text(value, in: bytes)]
    open?.texts += texts
  }

  mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .entry(let id, let isDeleted, fields: _):
      closeEntry()
      open = Entry(id: id, isDeleted: isDeleted)
    case .group(let name, let group):
      groups.append(Group(name: try text(name, in: bytes), lastID: group.lastID))
    case .consumer(let name, let consumer):
      let kept = Consumer(name: try text(name, in: bytes), seen: consumer.seen)
      if let last = groups.indices.last { groups[last].consumers.append(kept) }
    case .pending(let entry, .consumer):
      guard let group = groups.indices.last, let last = groups[group].consumers.indices.last else {
        return
      }
      groups[group].consumers[last].pending.append(entry)
    case .info, .pending, .idmp, .producer, .message: break
    }
  }
}
