// A node of a stream: an id of 16 bytes, and a listpack of
//
//   count, deleted, F, field_1 … field_F, 0               the master entry
//   flags, ms, seq, then                                  an entry
//     with flag 2:     value_1 … value_F                  its fields are the master entry's
//     without:         n, field_1, value_1 … value_n
//     entries of the listpack since `flags`, inclusive    so that servers can walk backwards
//
// Flag 1 says that the entry is deleted. `ms` and `seq` are added to the node's id modulo 2^64: ids
// near the end of the range have differences that 64 signed bits cannot hold.

/// What was read of a stream's entries so far.
struct StreamProgress {
  /// Entries that are not deleted.
  var live: UInt64 = 0
  /// The last of them.
  var lastLive: StreamID?
  /// The last of all.
  var last: StreamID?
}

func walkNode<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ progress: inout StreamProgress, _ scratch: inout Scratch,
  _ sink: inout Sink
) throws(RDBError) {
  let place = at
  guard case .raw(let key) = try bytes.readString(&at), key.count == 16 else {
    throw RDBError(.badStream, .node, at: place)
  }
  var keyAt = key.offset
  let id = try bytes.readRawStreamID(&keyAt)
  let listpackAt = at
  let string = try bytes.readString(&at)
  guard sink.node(id, string) else { return }
  var row = scratch.takeRow()
  var names = scratch.takeNames()
  try withPacked(string, Listpack.self, at: listpackAt, in: bytes, &scratch) {
    blob, padded, packed throws(RDBError) in
    var node = StreamNode(id, packed)
    try node.readMaster(in: blob, checked: Sink.checks, &names)
    try node.walkEntries(in: blob, padded, names, &row, &progress, &sink)
  }
  scratch.giveBack(names: names)
  scratch.giveBack(row)
}

/// A node while its entries are walked.
private struct StreamNode {
  private let id: StreamID
  private var packed: Listpack
  /// Where the master entry's fields begin, to be read again for each entry that shares them.
  private var master: Listpack
  private var masterFields = 0
  private var claimedLive: Int64 = 0
  private var claimedDeleted: Int64 = 0
  private var live: Int64 = 0
  private var deleted: Int64 = 0

  init(_ id: StreamID, _ packed: Listpack) {
    self.id = id
    self.packed = packed
    master = packed
  }

  /// Reads the master entry, and collects its fields if they are few.
  mutating func readMaster(
    in blob: RawSpan, checked: Bool, _ names: inout ElementBuffer
  ) throws(RDBError) {
    names.removeAll()
    claimedLive = try integer(in: blob, checked: checked)
    claimedDeleted = try integer(in: blob, checked: checked)
    masterFields = try count(in: blob, checked: checked)
    master = packed
    for index in 0..<masterFields {
      let name = try packed.entry(in: blob, checked: checked)
      if index < ElementBuffer.capacity / 2 { names.append(name) }
    }
    let place = packed.at
    guard try integer(in: blob, checked: checked) == 0 else {
      throw RDBError(.badStream, .fields, at: place)
    }
  }

  mutating func walkEntries<Sink: ValueSink & ~Copyable>(
    in blob: RawSpan, _ padded: RawSpan, _ names: ElementBuffer, _ row: inout ElementBuffer,
    _ progress: inout StreamProgress, _ sink: inout Sink
  ) throws(RDBError) {
    let checked = Sink.checks
    let options = PlainEntryOptions(
      checked: checked, takesFields: Sink.takesFields || checked)
    while true {
      let last = checked ? progress.last : nil
      if let entry = plainEntry(in: blob, names, &row, after: last, options) {
        if checked { progress.last = entry.id }
        try sink.entry(
          entry.id, isDeleted: entry.isDeleted, fields: row.items.span.extracting(first: row.count),
          in: padded)
        count(entry.id, isDeleted: entry.isDeleted, &progress)
        continue
      }
      let place = packed.at
      guard let first = try packed.next(in: blob, checked: checked) else { break }
      guard case .integer(let flags) = first else {
        throw RDBError(.badStream, .entry, at: place)
      }
      try walkEntry(flags, at: place, in: blob, padded, checked, &row, &progress, &sink)
    }
    // XTRIM may leave a node of which all entries are deleted; none is without entries.
    guard live &+ deleted > 0 else {
      throw RDBError(.badStream, .length, at: blob.byteCount &- 1)
    }
    if Sink.checks, live != claimedLive || deleted != claimedDeleted {
      throw RDBError(.badStream, .length, at: 6, number: UInt64(bitPattern: claimedLive))
    }
  }

  private mutating func walkEntry<Sink: ValueSink & ~Copyable>(
    _ flags: Int64, at place: Int, in blob: RawSpan, _ padded: RawSpan, _ checked: Bool,
    _ row: inout ElementBuffer, _ progress: inout StreamProgress, _ sink: inout Sink
  ) throws(RDBError) {
    let ms = try integer(in: blob, checked: checked)
    let seq = try integer(in: blob, checked: checked)
    // Differences are kept modulo 2^64.
    let id = StreamID(
      ms: self.id.ms &+ UInt64(bitPattern: ms), seq: self.id.seq &+ UInt64(bitPattern: seq))
    if checked {
      if let last = progress.last, last >= id {
        throw RDBError(.badStream, .order, at: place)
      }
      progress.last = id
    }
    let isDeleted = flags & 1 != 0
    let shares = flags & 2 != 0
    let fields = shares ? masterFields : try count(in: blob, checked: checked)
    try sink.stream(.entry(id, isDeleted: isDeleted, fields: fields), in: padded)
    try pourFields(fields, shared: shares, in: blob, padded, checked, &row, &sink)
    let countAt = packed.at
    let entries = try integer(in: blob, checked: checked)
    // `fields` entries were read, so the sum is small.
    if checked, entries != (shares ? fields &+ 3 : 2 &* fields &+ 4) {
      throw RDBError(.badStream, .link, at: countAt, number: UInt64(bitPattern: entries))
    }
    count(id, isDeleted: isDeleted, &progress)
  }

  @inline(__always)
  private mutating func count(
    _ id: StreamID, isDeleted: Bool, _ progress: inout StreamProgress
  ) {
    if isDeleted {
      deleted &+= 1  // one per entry of the listpack at most
    } else {
      live &+= 1
      progress.live &+= 1
      progress.lastLive = id
    }
  }

  /// How entries are read.
  private struct PlainEntryOptions {
    /// Whether links and the order of ids are compared.
    var checked: Bool
    /// Whether fields are passed.
    var takesFields: Bool
  }

  /// Reads an entry whose parts are all plain and whose fields fit a row, which is then filled with
  /// them unless the sink takes none.
  ///
  /// Nil, and nothing moved, for any other, at the end, and where something that is compared differs.
  @inline(never)
  private mutating func plainEntry(
    in blob: RawSpan, _ names: ElementBuffer, _ row: inout ElementBuffer, after last: StreamID?,
    _ options: PlainEntryOptions
  ) -> (id: StreamID, isDeleted: Bool)? {
    var turn = packed
    let checked = options.checked
    guard case .integer(let flags)? = turn.nextPlain(in: blob, checked: checked),
      case .integer(let ms)? = turn.nextPlain(in: blob, checked: checked),
      case .integer(let seq)? = turn.nextPlain(in: blob, checked: checked)
    else { return nil }
    // Differences are kept modulo 2^64.
    let id = StreamID(
      ms: self.id.ms &+ UInt64(bitPattern: ms), seq: self.id.seq &+ UInt64(bitPattern: seq))
    if let last, last >= id { return nil }
    let shares = flags & 2 != 0
    var fields = Int64(masterFields)
    if !shares {
      guard case .integer(let own)? = turn.nextPlain(in: blob, checked: checked) else { return nil }
      fields = own
    }
    guard fields > 0, fields <= ElementBuffer.capacity / 2 else { return nil }
    row.removeAll()
    let isRead =
      options.takesFields
      ? StreamNode.fill(&row, Int(fields), shares ? names : nil, from: blob, &turn, checked)
      : StreamNode.skip(shares ? fields : 2 &* fields, in: blob, &turn)
    guard isRead, case .integer(let link)? = turn.nextPlain(in: blob, checked: checked),
      !checked || link == (shares ? fields &+ 3 : 2 &* fields &+ 4)
    else { return nil }
    packed = turn
    return (id, flags & 1 != 0)
  }

  /// Fills a row with fields and values in turn; fields that entries share are given.
  @inline(__always)
  private static func fill(
    _ row: inout ElementBuffer, _ fields: Int, _ shared: ElementBuffer?, from blob: RawSpan,
    _ packed: inout Listpack, _ checked: Bool
  ) -> Bool {
    var turn = packed
    row.extend { places, _ in
      var count = 0
      while count < 2 &* fields {
        if let shared {
          places[count] = shared.items[count / 2]
        } else {
          guard let name = turn.nextPlain(in: blob, checked: checked) else { return 0 }
          places[count] = name
        }
        guard let value = turn.nextPlain(in: blob, checked: checked) else { return 0 }
        places[count &+ 1] = value
        count &+= 2
      }
      return count
    }
    packed = turn
    return row.count == 2 &* fields
  }

  @inline(__always)
  private static func skip(_ count: Int64, in blob: RawSpan, _ packed: inout Listpack) -> Bool {
    for _ in 0..<count {
      guard packed.nextPlain(in: blob, checked: false) != nil else { return false }
    }
    return true
  }

  private mutating func pourFields<Sink: ValueSink & ~Copyable>(
    _ count: Int, shared: Bool, in blob: RawSpan, _ padded: RawSpan, _ checked: Bool,
    _ row: inout ElementBuffer, _ sink: inout Sink
  ) throws(RDBError) {
    guard Sink.takesFields else {
      // The fields are read for what may be wrong with them.
      for _ in 0..<count {
        if !shared { _ = try packed.entry(in: blob, checked: checked) }
        _ = try packed.entry(in: blob, checked: checked)
      }
      return
    }
    var left = count
    var names = master
    try pour(.hash, in: padded, &row, into: &sink) { row throws(RDBError) in
      while left > 0, !row.isFull {
        row.append(
          shared
            ? try names.entry(in: blob, checked: false)
            : try packed.entry(in: blob, checked: checked))
        row.append(try packed.entry(in: blob, checked: checked))
        left &-= 1
      }
      return left > 0
    }
  }

  @inline(__always)
  private mutating func integer(in blob: RawSpan, checked: Bool) throws(RDBError) -> Int64 {
    let place = packed.at
    guard case .integer(let value) = try packed.entry(in: blob, checked: checked) else {
      throw RDBError(.badStream, .entry, at: place)
    }
    return value
  }

  /// A number of fields; each is an entry of the listpack, so a loop over them ends.
  private mutating func count(in blob: RawSpan, checked: Bool) throws(RDBError) -> Int {
    let place = packed.at
    let value = try integer(in: blob, checked: checked)
    guard value >= 0, value <= blob.byteCount else {
      throw RDBError(.badStream, .fields, at: place, number: UInt64(bitPattern: value))
    }
    return Int(value)
  }
}

extension Listpack {
  /// The next entry, which must be there.
  @inline(__always)
  mutating func entry(in blob: RawSpan, checked: Bool) throws(RDBError) -> StringObject {
    if let entry = nextPlain(in: blob, checked: checked) { return entry }
    return try anyEntry(in: blob, checked: checked)
  }

  @inline(never)
  private mutating func anyEntry(
    in blob: RawSpan, checked: Bool
  ) throws(RDBError) -> StringObject {
    guard let entry = try next(in: blob, checked: checked) else {
      throw RDBError(.badListpack, .pairs, at: blob.byteCount &- 1)
    }
    return entry
  }
}
