// What each byte of a record is. The walkers answer it, at no cost to them.
// ValueTrace.swift names the parts.
//
// A copy of the value is filled with FF, and its bytes are restored from the front. FF starts neither
// a length nor a string, so a walk stops at the first of them that is not restored, and its
// error shows whether it expected a length or a string. What it passed without stopping has a
// fixed width. So each walk finds one part.

extension RecordTrace {
  /// Traces a record that was scanned.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - bytes: The whole file.
  ///   - context: What the file says about the meaning of types.
  ///   - limit: Parts of the value to distinguish; the rest is one part more.
  /// - Throws: An error only if `bytes` are not the bytes the record was scanned from.
  package init(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext, limit: Int = .max
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
    addValue(of: record, in: bytes, context, limit: limit)
  }

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
    of record: RDBRecord, in bytes: RawSpan, _ context: ValueContext, limit: Int
  ) {
    let value = record.value
    let source = bytes.extracting(value.range)
    var finder = PartFinder(record.type, context, source)
    var valueTrace = ValueTrace(record.type, context.dialect)
    var left = limit
    while finder.known < value.count, left > 0 {
      left -= 1
      let start = value.offset + finder.known
      let part = finder.next()
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
  private let value: [UInt8]
  /// The value, FF from `known` on.
  private var covered: [UInt8]
  /// Bytes whose parts are known.
  private(set) var known = 0

  init(_ type: RDBType, _ context: ValueContext, _ source: RawSpan) {
    self.type = type
    self.context = context
    value = [UInt8](copying: source)
    covered = [UInt8](repeating: 0xff, count: source.byteCount)
  }

  /// The next part.
  mutating func next() -> Part {
    let start = known
    let stop = stop()
    var at = start
    var part = Part.fixed
    if let stop, stop.offset == start {
      // The walker has said what it wants here; the bytes say how long it is.
      value.withRawSpan { bytes in
        if stop.reason == .badString, let string = try? bytes.readString(&at) {
          part = .string(string)
        } else if let number = try? bytes.readLength(&at) {
          part = .number(number)
        }
      }
    }
    if at == start { at = stop.map { max($0.offset, start + 1) } ?? value.count }
    known = min(at, value.count)
    for index in start..<known { covered[index] = value[index] }
    return part
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
