// Values of the base and of RESTORE payloads, opened: their elements are places in the bytes they
// were read from, or in the arena where they were packed.

import RDB

/// Builds a value from what a walk pours out.
struct ValueBuilder: ValueSink, ~Copyable {
  static var decodes: Bool { true }
  static var accepts: ValueContent { [.elements, .fieldExpiries, .streams, .arrays] }

  let parts: ByteParts
  let part: Int
  private(set) var value = KeyValue.absent
  private var list: [StringPlace] = []
  private var members = PlaceMap<Void>()
  private var fields = PlaceMap<HashField>()
  private var scores = PlaceMap<Double>()
  private var stream = StreamValue()
  private var array = ArrayValue()
  private var shape = ValueShape.string
  private var scratch = Scratch()

  init(_ parts: ByteParts, part: Int) {
    self.parts = parts
    self.part = part
  }

  mutating func begin(_ shape: ValueShape, count: Int?) { self.shape = shape }

  /// The value that was poured out; nil if it is of a kind that no command changes.
  consuming func finish() -> KeyValue? {
    switch shape {
    case .string: list.first.map { .string(StringValue($0)) }
    case .list: .list(ListValue(Deque(list)))
    case .set: .set(SetValue(members))
    case .hash: .hash(HashValue(fields))
    case .sortedSet: .sortedSet(SortedSetValue(scores))
    case .stream: .stream(stream)
    case .array: .array(array)
    default: nil
    }
  }

  private mutating func place(
    _ string: StringObject, _ bytes: RawSpan
  ) throws(RDBError) -> StringPlace {
    if case .raw(let range) = string, let place = parts.place(range, of: bytes, in: part) {
      return place
    }
    let parts = parts
    return try scratch.withBytes(of: string, in: bytes) { parts.keep($0) }
  }

  mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    let place = try place(item, bytes)
    if shape == .set { members.set(place, (), in: parts) } else { list.append(place) }
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    try pair(field, value, expiry: nil, in: bytes)
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    let name = try place(field, bytes)
    let text = try place(value, bytes)
    if shape == .stream { return stream.appendField(name, text) }
    fields.set(name, HashField(value: text, expiry: expiry?.rawValue ?? .max), in: parts)
  }

  mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    scores.set(try place(member, bytes), score, in: parts)
  }

  mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .info(let info): stream.take(info)
    case .entry(let id, let isDeleted, _): stream.beginEntry(id, isDeleted: isDeleted)
    case .group(let name, let group): stream.append(group, named: try place(name, bytes))
    case .consumer(let name, let consumer):
      stream.append(consumer, named: try place(name, bytes))
    case .pending(let entry, let owner): stream.append(entry, owner)
    case .idmp(let idmp): stream.producers = idmp
    case .producer, .message: stream.hasMessages = true
    }
  }

  mutating func array(_ part: ArrayPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .insertIndex(let index): array.insertIndex = index
    case .string(let text, let index): array.elements[index] = .text(try place(text, bytes))
    case .double(let number, let index): array.elements[index] = .double(number)
    }
  }
}

extension StoredValue {
  /// Opens the value; nil if it is damaged or of a type that stays shut.
  func open(_ parts: ByteParts, _ context: ValueContext) -> KeyValue? {
    parts.withBytes(ofPart: place.part) { bytes -> KeyValue? in
      var builder = ValueBuilder(parts, part: place.part)
      var scratch = Scratch()
      // Only the value's own bytes: what claims more is damaged.
      var at = 0
      let own = bytes.extracting(place.offset..<(place.offset + place.count))
      do {
        try walk(type, context, in: own, at: &at, scratch: &scratch, into: &builder)
      } catch {
        return nil
      }
      return builder.finish()
    }
  }
}
