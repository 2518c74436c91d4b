// A sink expects a field and its value in the same bytes, but a template's fields are elsewhere. So they
// are copied into one buffer, the fields first. An error in it is moved to where the bytes came
// from: the value, or for a template of the file the place that names it.

/// Fields and values, copied together.
struct TemplateHash {
  /// The fields' bytes, followed by the values' bytes.
  private var joined: [UInt8] = []
  private var fields = TemplatePart()
  private var values = TemplatePart()
  /// The number of fields, if known.
  private var count: Int?

  /// Adds the fields of a template of the file.
  mutating func addFields(
    of id: UInt64, _ templates: HashTemplates, at place: Int
  ) throws(RDBError) {
    guard let template = templates[id] else {
      throw RDBError(.badTemplate, at: place, number: id)
    }
    joined += template.stored
    fields = TemplatePart(from: 0, to: joined.count, origin: .elsewhere(place))
    count = Int(exactly: template.fields)
  }

  /// Adds fields that are in the value.
  mutating func addFields(
    _ fields: TemplateFields, in bytes: RawSpan, _ scratch: inout Scratch
  ) throws(RDBError) {
    count = fields.count
    guard let packed = fields.packed else {
      joined.append(bytes.extracting(fields.first..<fields.end))
      self.fields = TemplatePart(from: 0, to: joined.count, origin: .file(fields.first))
      return
    }
    self.fields = try add(packed, at: fields.first, in: bytes, &scratch)
  }

  /// Adds values that are strings one after the other.
  mutating func addValues(in bytes: RawSpan, from first: Int, to end: Int) {
    let start = joined.count
    joined.append(bytes.extracting(first..<end))
    values = TemplatePart(from: start, to: joined.count, origin: .file(first))
  }

  /// Adds values that are a listpack, without its first entry.
  mutating func addValues(
    packed string: StringObject, at place: Int, in bytes: RawSpan, _ scratch: inout Scratch
  ) throws(RDBError) {
    values = try add(string, at: place, in: bytes, &scratch)
    values.hasHead = true
  }

  private mutating func add(
    _ string: StringObject, at place: Int, in bytes: RawSpan, _ scratch: inout Scratch
  ) throws(RDBError) -> TemplatePart {
    let origin: TemplatePart.Origin
    switch string {
    case .raw(let range): origin = .file(range.offset)
    case .lzf(let range, _): origin = .unpacked(range.offset)
    case .integer: throw RDBError(.badString, at: place)
    }
    let start = joined.count
    try scratch.withBytes(of: string, in: bytes) { (blob) throws(RDBError) in joined.append(blob) }
    var part = TemplatePart(from: start, to: joined.count, origin: origin)
    part.isPacked = true
    return part
  }

  /// Passes fields and values in turn; one without the other is an error.
  func pour<Sink: ValueSink & ~Copyable>(
    _ scratch: inout Scratch, into sink: inout Sink
  ) throws(RDBError) {
    var row = scratch.takeRow()
    try joined.withRawSpan { (bytes) throws(RDBError) in
      var turns = (fields: fields, values: values)
      do throws(RDBError) {
        try turns.fields.open(in: bytes)
        try turns.values.open(in: bytes)
        sink.begin(.hash, count: count)
        try RDB.pour(.hash, in: bytes, &row, into: &sink) { row throws(RDBError) in
          try TemplateHash.fill(&row, &turns.fields, &turns.values, in: bytes, Sink.checks)
        }
      } catch {
        throw error.offset < values.start ? fields.located(error) : values.located(error)
      }
    }
    scratch.giveBack(row)
  }

  private static func fill(
    _ row: inout ElementBuffer, _ fields: inout TemplatePart, _ values: inout TemplatePart,
    in bytes: RawSpan, _ checked: Bool
  ) throws(RDBError) -> Bool {
    while !row.isFull {
      let place = values.at
      let field = try fields.next(in: bytes, checked: checked)
      let value = try values.next(in: bytes, checked: checked)
      guard let field, let value else {
        guard field == nil, value == nil else { throw RDBError(.badTemplate, at: place) }
        return false
      }
      row.append(field)
      row.append(value)
    }
    return true
  }
}

/// The fields or the values: strings one after the other, or a listpack.
private struct TemplatePart {
  /// Where the bytes came from.
  enum Origin {
    /// They are at this offset in the file.
    case file(Int)
    /// They are what the LZF data at this offset unpacks to.
    case unpacked(Int)
    /// They are a template's, which the value names at this offset.
    case elsewhere(Int)
  }

  let start: Int
  private let end: Int
  private let origin: Origin
  /// Whether they are a listpack.
  var isPacked = false
  /// Whether the listpack's first entry is none of them.
  var hasHead = false
  private var packed: Listpack?
  /// The offset of the next one.
  private(set) var at: Int

  init(from start: Int = 0, to end: Int = 0, origin: Origin = .file(0)) {
    self.start = start
    self.end = end
    self.origin = origin
    at = start
  }

  /// Begins to read.
  mutating func open(in bytes: RawSpan) throws(RDBError) {
    guard isPacked else { return }
    do throws(RDBError) {
      let blob = bytes.extracting(start..<end)
      var listpack = try Listpack(opening: blob)
      if hasHead { _ = try listpack.entry(in: blob, checked: false) }
      packed = listpack
      at = start &+ listpack.at
    } catch {
      throw error.insidePacked().moved(by: start)
    }
  }

  /// The next string; nil at the end.
  mutating func next(in bytes: RawSpan, checked: Bool) throws(RDBError) -> StringObject? {
    guard isPacked else { return at < end ? try bytes.readString(&at) : nil }
    do throws(RDBError) {
      let entry = try packed?.next(in: bytes.extracting(start..<end), checked: checked)
      at = start &+ (packed?.at ?? 0)
      return entry?.moved(by: start)
    } catch {
      throw error.insidePacked().moved(by: start)
    }
  }

  /// An error in these bytes, as a place in the file.
  func located(_ error: RDBError) -> RDBError {
    let local = error.moved(by: -start)
    switch origin {
    case .file(let offset): return local.moved(by: offset)
    case .unpacked(let offset): return local.unpacked(from: offset)
    case .elsewhere(let offset): return RDBError(error.reason, at: offset, number: error.number)
    }
  }
}
