// What each byte of a record is. The walkers answer it, at no cost to them.
// ValueTrace.swift names the parts.
//
// A copy of the value is filled with FF, and its bytes are restored from the front. FF starts neither
// a length nor a string, so a walk stops at the first of them that is not restored, and its
// error shows whether it expected a length or a string. What it passed without stopping has a
// fixed width. So each walk finds one part.
//
// Of a large value only the first bytes are copied. Its count is lowered to as many elements as there may be
// parts, since a walk refuses a count for which there are too few bytes.

/// What a trace may cost.
package struct TraceBounds: Sendable {
  /// Bytes at the start of a value whose parts are told apart.
  package var window = 64 << 20
  /// Parts of a record, those inside packed structures among them.
  package var parts = 1 << 19
  /// Bytes of everything that is decompressed.
  package var inflated = 64 << 20

  /// Makes the usual bounds.
  package init() {}
}

extension RecordTrace {
  /// Traces a record that was scanned.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - bytes: The whole file.
  ///   - context: What the file says about the meaning of types.
  ///   - limit: Parts of the value to distinguish, each of which costs a walk; the rest is one part more.
  ///   - bounds: What it may cost besides.
  /// - Throws: An error only if `bytes` are not the bytes the record was scanned from.
  package init(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext, limit: Int = .max,
    bounds: TraceBounds = TraceBounds()
  ) throws(RDBError) {
    try addAttributes(of: record, in: bytes, context)
    let typeAt = record.offset
    parts.append(TracePart(.type(record.type), typeAt, typeAt + 1))
    var at = typeAt + 1
    let key = try bytes.readString(&at)
    switch key {
    case .raw(let place), .lzf(let place, _):
      parts.append(TracePart(.keyHead, typeAt + 1, place.offset))
      if place.count > 0 { parts.append(TracePart(.key, place.offset, place.end)) }
    case .integer: parts.append(TracePart(.keyHead, typeAt + 1, at))
    }
    addValue(of: record, in: bytes, context, limit: limit, bounds)
  }

  /// How many more parts there may be.
  func room(_ bounds: TraceBounds) -> Int { bounds.parts - parts.count - inflatedParts }

  private mutating func addAttributes(
    of record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    var places: [ByteRange] = []
    try record.attributes(in: bytes, context) { places.append($0) }
    var at = record.start
    func attribute(_ start: Int, _ end: Int) -> TracePart {
      TracePart(.attribute(RDBOpcode(bytes.byte(at: start))), start, end)
    }
    // An expiry is not among those ranges, since a copied record gets a new one.
    for place in places + [ByteRange(offset: record.offset, count: 0)] {
      if at < place.offset { parts.append(attribute(at, place.offset)) }
      if place.count > 0 { parts.append(attribute(place.offset, place.end)) }
      at = place.end
    }
  }

  private mutating func addValue(
    of record: RDBRecord, in bytes: RawSpan, _ context: ValueContext, limit: Int,
    _ bounds: TraceBounds
  ) {
    let value = record.value
    let source = bytes.extracting(value.range)
    var finder = PartFinder(record.type, context, source, window: bounds.window, limit: limit)
    var valueTrace = ValueTrace(record.type, context.dialect, bounds)
    var left = limit
    while finder.hasMore, left > 0, room(bounds) > 0 {
      left -= 1
      let start = value.offset + finder.known
      let part = finder.next(in: source)
      let end = value.offset + finder.known
      switch part {
      case .string(let string):
        valueTrace.add(string.moved(by: value.offset), start, end, bytes, to: &self)
      case .number(let number):
        parts.append(TracePart(.number(number), start, end, valueTrace.namer.number(number)))
      case .fixed: valueTrace.addFixed(start, end, bytes, to: &self)
      }
    }
    if finder.known < value.count {
      parts.append(TracePart(.fixed, value.offset + finder.known, value.end))
    }
  }
}

/// Finds the parts of a value by walking it.
private struct PartFinder {
  enum Part {
    case string(StringObject)
    case number(UInt64)
    case fixed
  }

  private let type: RDBType
  private let context: ValueContext
  /// The largest count that is left as it is; nil where the whole value is copied.
  private let largest: UInt64?
  /// The first bytes of the value, FF from `known` on.
  private var covered: [UInt8]
  /// Bytes whose parts are known.
  private(set) var known = 0

  init(
    _ type: RDBType, _ context: ValueContext, _ source: RawSpan, window: Int, limit: Int
  ) {
    self.type = type
    self.context = context
    covered = [UInt8](repeating: 0xff, count: min(source.byteCount, window))
    switch type.shape(in: context.dialect) {
    case .list, .set, .hash, .sortedSet:
      largest = covered.count < source.byteCount ? UInt64(limit) : nil
    default: largest = nil
    }
  }

  /// Whether there are bytes whose parts can be told.
  var hasMore: Bool { known < covered.count }

  /// The next part.
  mutating func next(in source: RawSpan) -> Part {
    let start = known
    let stop = stop()
    var at = start
    var part = Part.fixed
    if let stop, stop.offset == start {
      // The walker has said what it wants here; the bytes say how long it is.
      if stop.reason == .badString, let string = try? source.readString(&at) {
        part = .string(string)
      } else if let number = try? source.readLength(&at) {
        part = .number(number)
      }
    }
    if at == start { at = stop.map { max($0.offset, start + 1) } ?? source.byteCount }
    known = min(at, source.byteCount)
    for index in start..<max(start, min(known, covered.count)) {
      covered[index] = source.byte(at: index)
    }
    if case .number(let number) = part { lower(number, at: start) }
    return part
  }

  /// Lowers a count that the bytes at hand cannot hold.
  private mutating func lower(_ number: UInt64, at start: Int) {
    guard let largest, number > largest, covered[start] >= 0x80, known <= covered.count else {
      return
    }
    var rest = largest
    for index in (start + 1..<known).reversed() {
      covered[index] = UInt8(truncatingIfNeeded: rest)
      rest >>= 8
    }
  }

  /// Where a walk stops; nil if it comes to the end.
  private func stop() -> RDBError? {
    covered.withRawSpan { bytes in
      var at = 0
      var sink = SkipSink()
      var scratch = Scratch()
      do throws(RDBError) {
        try walk(type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
        return nil
      } catch {
        return error
      }
    }
  }
}
