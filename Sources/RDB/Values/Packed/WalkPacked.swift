// Values that are one packed structure in one string, compressed or not.

/// Opens a packed structure and lends it to `body`; errors inside it are moved to their offset in the
/// file.
///
/// `body` gets the bytes of the structure, and the same with a few more after them if there are any:
/// elements refer to those, so that short ones can be copied in whole steps.
@inline(__always)
func withPacked<Packed: PackedStructure>(
  _ string: StringObject, _ kind: Packed.Type, at place: Int, in bytes: RawSpan,
  _ scratch: inout Scratch,
  _ body: (_ blob: RawSpan, _ padded: RawSpan, inout Packed) throws(RDBError) -> Void
) throws(RDBError) {
  switch string {
  case .raw(let range):
    do throws(RDBError) {
      let padded = bytes.extracting(
        range.offset..<min(range.end &+ Scratch.padding, bytes.byteCount))
      let blob = padded.extracting(first: range.count)
      var packed = try Packed(opening: blob)
      try body(blob, padded, &packed)
    } catch {
      throw error.insidePacked().moved(by: range.offset)
    }
  case .lzf(let range, let count):
    do throws(RDBError) {
      try scratch.unpackPadded(bytes.extracting(range.range), count: count) {
        padded throws(RDBError) in
        do throws(RDBError) {
          let blob = padded.extracting(first: count)
          var packed = try Packed(opening: blob)
          try body(blob, padded, &packed)
        } catch {
          throw error.insidePacked().unpacked(from: 0)
        }
      }
    } catch {
      throw error.moved(by: range.offset)
    }
  case .integer: throw RDBError(.badString, at: place)
  }
}

extension RDBError {
  /// Inside a packed structure a shortage is damage: more input would not cure it.
  func insidePacked() -> RDBError {
    var error = self
    if reason == .truncated { error.reason = .badLength }
    return error
  }
}

/// The entry count in a packed structure's header, read without unpacking it.
func headCount<Packed: PackedStructure>(
  _ string: StringObject, _ kind: Packed.Type, in bytes: RawSpan
) -> Int? {
  let wanted = Packed.headCount
  switch string {
  case .raw(let place):
    return Packed.count(head: bytes.head(at: place.offset, count: min(wanted, place.count)))
  case .lzf(let place, let count):
    let head = LZF.head(of: bytes.extracting(place.range), count: min(wanted, count))
    return head.flatMap { Packed.count(head: $0) }
  case .integer: return nil
  }
}

/// Pours the entries of a packed structure as elements of a list or set.
func pourItems<Packed: PackedStructure, Sink: ValueSink & ~Copyable>(
  _ shape: ValueShape, of packed: inout Packed, in blob: RawSpan, _ padded: RawSpan,
  _ row: inout ElementBuffer, into sink: inout Sink
) throws(RDBError) {
  try pour(shape, in: padded, &row, into: &sink) { row throws(RDBError) in
    try packed.fill(&row, from: blob, checked: Sink.checks)
  }
}

func walkPackedItems<Packed: PackedStructure, Sink: ValueSink & ~Copyable>(
  _ kind: Packed.Type, _ shape: ValueShape, in bytes: RawSpan, _ at: inout Int,
  _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  let place = at
  let string = try bytes.readString(&at)
  guard Sink.decodes, sink.container(string) else {
    return sink.begin(shape, count: headCount(string, kind, in: bytes))
  }
  var row = scratch.takeRow()
  try withPacked(string, kind, at: place, in: bytes, &scratch) {
    blob, padded, packed throws(RDBError) in
    sink.begin(shape, count: packed.count)
    try pourItems(shape, of: &packed, in: blob, padded, &row, into: &sink)
  }
  scratch.giveBack(row)
}

/// A hash as fields and values in turn.
func walkPackedPairs<Packed: PackedStructure, Sink: ValueSink & ~Copyable>(
  _ kind: Packed.Type, in bytes: RawSpan, _ at: inout Int,
  _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  try walkPacked(kind, .hash, in: bytes, &at, &scratch, &sink) {
    row, packed, blob throws(RDBError) in
    try packed.fillPairs(&row, from: blob, checked: Sink.checks)
  }
}

/// A sorted set as members and scores in turn.
func walkPackedScores<Packed: PackedStructure, Sink: ValueSink & ~Copyable>(
  _ kind: Packed.Type, in bytes: RawSpan, _ at: inout Int,
  _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  try walkPacked(kind, .sortedSet, in: bytes, &at, &scratch, &sink) {
    row, packed, blob throws(RDBError) in
    var damage: RDBError?
    var more = false
    do throws(RDBError) {
      more = try packed.fillPairs(&row, from: blob, checked: Sink.checks)
    } catch {
      damage = error
    }
    try row.pairScores(in: blob)
    if let damage { throw damage }
    return more
  }
}

/// A value whose elements are two entries each.
@inline(__always)
private func walkPacked<Packed: PackedStructure, Sink: ValueSink & ~Copyable>(
  _ kind: Packed.Type, _ shape: ValueShape, in bytes: RawSpan, _ at: inout Int,
  _ scratch: inout Scratch, _ sink: inout Sink,
  fill: (inout ElementBuffer, inout Packed, RawSpan) throws(RDBError) -> Bool
) throws(RDBError) {
  let place = at
  let string = try bytes.readString(&at)
  guard Sink.decodes, sink.container(string) else {
    return sink.begin(shape, count: headCount(string, kind, in: bytes).map { $0 / 2 })
  }
  var row = scratch.takeRow()
  try withPacked(string, kind, at: place, in: bytes, &scratch) {
    blob, padded, packed throws(RDBError) in
    sink.begin(shape, count: packed.count.map { $0 / 2 })
    try pour(shape, in: padded, &row, into: &sink) { row throws(RDBError) in
      try fill(&row, &packed, blob)
    }
  }
  scratch.giveBack(row)
}

extension PackedStructure {
  /// Appends entries that belong together by two; a last one without its other half is damage.
  mutating func fillPairs(
    _ row: inout ElementBuffer, from blob: RawSpan, checked: Bool
  ) throws(RDBError) -> Bool {
    let more = try fill(&row, from: blob, checked: checked)
    guard row.count.isMultiple(of: 2) else {
      throw RDBError(Self.damage, .pairs, at: blob.byteCount &- 1)
    }
    return more
  }
}
