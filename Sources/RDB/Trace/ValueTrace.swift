// The parts of a value under the names that they have in the format, and what packed structures and LZF
// data hold.

/// Adds the parts of one value to a trace.
struct ValueTrace {
  var namer: PartNamer
  private let type: RDBType
  private let dialect: RDBDialect
  private let bounds: TraceBounds

  init(_ type: RDBType, _ dialect: RDBDialect, _ bounds: TraceBounds) {
    self.bounds = bounds
    self.type = type
    self.dialect = dialect
    namer = PartNamer(type, dialect)
  }

  /// Adds a string that takes the bytes from `start` to `end`.
  mutating func add(
    _ string: StringObject, _ start: Int, _ end: Int, _ bytes: RawSpan, to trace: inout RecordTrace
  ) {
    let role = namer.string()
    switch string {
    case .integer(let value): trace.parts.append(TracePart(.integer(value), start, end, role))
    case .raw(let place):
      trace.parts.append(TracePart(.stringHead(string), start, place.offset, role))
      let room = trace.room(bounds)
      trace.parts += parts(of: bytes.extracting(place.range), role, room: room).map {
        $0.moved(by: place.offset)
      }
    case .lzf(let place, let count):
      addHead(of: string, start, place.offset, bytes, to: &trace)
      trace.parts.append(TracePart(.lzf(count: count), place.offset, place.end, role))
      inflate(string, place, bytes, role, to: &trace)
    }
  }

  /// The mark and the two lengths before LZF data.
  private func addHead(
    of string: StringObject, _ start: Int, _ end: Int, _ bytes: RawSpan,
    to trace: inout RecordTrace
  ) {
    var at = start + 1
    // It was read before.
    _ = try? bytes.readLength(&at)
    for (role, from, to) in [
      (PartRole.lzfMark, start, start + 1), (.lzfPacked, start + 1, at), (.lzfPlain, at, end),
    ] {
      trace.parts.append(TracePart(.stringHead(string), from, to, role))
    }
  }

  /// What the bytes of a string are; one part where there is no room for more.
  private func parts(of text: RawSpan, _ role: PartRole?, room: Int) -> [TracePart] {
    let count = text.byteCount
    guard count > 0 else { return [] }
    switch role {
    case .packed?, .node?, .templateFields?, .templateValues?:
      let packed = role.flatMap { PackedTrace(text, of: type, dialect, as: $0, room: room) }
      return packed?.parts ?? [TracePart(.string, 0, count, role)]
    case .masterID? where count == 16:
      return [TracePart(.fixed, 0, 8, .masterMS), TracePart(.fixed, 8, 16, .masterSequence)]
    default: return [TracePart(.string, 0, count, role)]
    }
  }

  private func inflate(
    _ string: StringObject, _ place: ByteRange, _ bytes: RawSpan, _ role: PartRole?,
    to trace: inout RecordTrace
  ) {
    guard string.count <= bounds.inflated - trace.inflatedBytes else { return }
    var scratch = Scratch()
    let unpacked = try? scratch.withBytes(of: string, in: bytes) { (text) throws(RDBError) in
      Array(copying: text)
    }
    guard let unpacked else { return }
    let room = trace.room(bounds)
    let inner = unpacked.withRawSpan { parts(of: $0, role, room: room) }
    trace.add(RecordTrace.Inflated(source: place, bytes: unpacked, parts: inner))
  }

  /// Adds bytes of a fixed width, which may be several numbers, or the rest of one.
  mutating func addFixed(
    _ start: Int, _ end: Int, _ bytes: RawSpan, to trace: inout RecordTrace
  ) {
    var at = start
    while at < end {
      let goesOn = namer.isOpen
      let (count, role) = namer.fixed(end - at, in: bytes, at: at) ?? (end - at, nil)
      if goesOn, let last = trace.parts.indices.last, trace.parts[last].role == role {
        trace.parts[last].place.count += count
      } else {
        trace.parts.append(TracePart(.fixed, at, at + count, role))
      }
      at += count
    }
  }
}
