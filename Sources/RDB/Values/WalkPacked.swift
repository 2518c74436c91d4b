// Values that are one packed structure in one string, compressed or not.

/// Opens a packed structure and lends it to `body`; what goes wrong inside is told as a place in the
/// file.
@inline(__always)
func withPacked<Packed: PackedStructure>(
  _ string: StringObject, _ kind: Packed.Type, at place: Int, in bytes: RawSpan,
  _ scratch: inout Scratch, _ body: (RawSpan, inout Packed) throws(RDBError) -> Void
) throws(RDBError) {
  switch string {
  case .raw(let range):
    do throws(RDBError) {
      let blob = bytes.extracting(range.range)
      var packed = try Packed(opening: blob)
      try body(blob, &packed)
    } catch {
      throw error.insidePacked().moved(by: range.offset)
    }
  case .lzf(let range, let count):
    do throws(RDBError) {
      try scratch.unpack(bytes.extracting(range.range), count: count) { blob throws(RDBError) in
        do throws(RDBError) {
          var packed = try Packed(opening: blob)
          try body(blob, &packed)
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

/// The entry count that a packed structure's header tells, read without unpacking it.
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

func walkPackedItems<Packed: PackedStructure, Sink: ValueSink & ~Copyable>(
  _ kind: Packed.Type, _ shape: ValueShape, in bytes: RawSpan, _ at: inout Int,
  _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  let place = at
  let string = try bytes.readString(&at)
  guard Sink.looks else { return sink.begin(shape, count: headCount(string, kind, in: bytes)) }
  try withPacked(string, kind, at: place, in: bytes, &scratch) { blob, packed throws(RDBError) in
    sink.begin(shape, count: packed.count)
    while let item = try packed.next(in: blob, checked: Sink.checks) {
      try sink.item(item, in: blob)
    }
  }
}

func walkPackedPairs<Packed: PackedStructure, Sink: ValueSink & ~Copyable>(
  _ kind: Packed.Type, in bytes: RawSpan, _ at: inout Int,
  _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  let place = at
  let string = try bytes.readString(&at)
  guard Sink.looks else {
    return sink.begin(.hash, count: headCount(string, kind, in: bytes).map { $0 / 2 })
  }
  try withPacked(string, kind, at: place, in: bytes, &scratch) { blob, packed throws(RDBError) in
    sink.begin(.hash, count: packed.count.map { $0 / 2 })
    while let field = try packed.next(in: blob, checked: Sink.checks) {
      guard let value = try packed.next(in: blob, checked: Sink.checks) else {
        throw RDBError(.oddEntries(of: kind), at: blob.byteCount &- 1)
      }
      try sink.pair(field, value, in: blob)
    }
  }
}

func walkPackedScores<Packed: PackedStructure, Sink: ValueSink & ~Copyable>(
  _ kind: Packed.Type, in bytes: RawSpan, _ at: inout Int,
  _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  let place = at
  let string = try bytes.readString(&at)
  guard Sink.looks else {
    return sink.begin(.sortedSet, count: headCount(string, kind, in: bytes).map { $0 / 2 })
  }
  try withPacked(string, kind, at: place, in: bytes, &scratch) { blob, packed throws(RDBError) in
    sink.begin(.sortedSet, count: packed.count.map { $0 / 2 })
    while let member = try packed.next(in: blob, checked: Sink.checks) {
      guard let text = try packed.next(in: blob, checked: Sink.checks) else {
        throw RDBError(.oddEntries(of: kind), at: blob.byteCount &- 1)
      }
      try sink.member(member, score: try score(text, in: blob), in: blob)
    }
  }
}

@inline(__always)
private func score(_ text: StringObject, in blob: RawSpan) throws(RDBError) -> Double {
  switch text {
  case .integer(let value): return Double(value)
  case .raw(let place):
    guard let value = Score.parse(blob.extracting(place.range)) else {
      throw RDBError(.badScore, at: place.offset)
    }
    return value
  case .lzf(let place, _): throw RDBError(.badScore, at: place.offset)
  }
}

extension RDBError.Reason {
  /// A structure of pairs ends after the first half of one.
  fileprivate static func oddEntries<Packed>(of kind: Packed.Type) -> RDBError.Reason {
    switch kind {
    case is Ziplist.Type: .badZiplist
    case is Zipmap.Type: .badZipmap
    default: .badListpack
    }
  }
}
