// What each byte of a packed structure is. The structures' own cursors read it; only the bytes
// before and after each entry are added here.

/// The parts of a listpack, ziplist, zipmap or intset.
struct PackedTrace {
  private(set) var parts: [TracePart] = []
  private var namer: EntryNamer

  /// Parts that there may be.
  private let room: Int

  /// Reads a string of a value; nil if it is not a packed structure, is damaged, or has too many parts.
  init?(_ blob: RawSpan, of type: RDBType, _ dialect: RDBDialect, as role: PartRole, room: Int) {
    self.room = room
    namer = EntryNamer(type, dialect, role)
    do throws(RDBError) {
      switch type.encoding(in: dialect) {
      case .zipmap: try trace(blob, Zipmap.self)
      case .ziplist: try trace(blob, Ziplist.self)
      case .intset: try trace(blob, Intset.self)
      case .quicklist where type == .listQuicklist: try trace(blob, Ziplist.self)
      default: try trace(blob, Listpack.self)
      }
    } catch {
      return nil
    }
  }

  private mutating func trace<Packed: TracedStructure>(
    _ blob: RawSpan, _: Packed.Type
  ) throws(RDBError) {
    var packed = try Packed(opening: blob)
    var at = 0
    for (width, role) in Packed.head {
      parts.append(TracePart(.packedHead, at, at + width, role))
      at += width
    }
    while let entry = try packed.next(in: blob, checked: true) {
      guard parts.count < room else { throw RDBError(.limitExceeded, at: at) }
      let role = namer.next(entry)
      var start = at
      if let width = Packed.previousWidth(blob, at: at) {
        parts.append(TracePart(.previousLength, at, at + width))
        start += width
      }
      add(entry, from: start, to: packed.at, tail: Packed.tail, role)
      at = packed.at
    }
    if let role = Packed.end { parts.append(TracePart(.packedEnd, at, blob.byteCount, role)) }
  }

  private mutating func add(
    _ entry: StringObject, from start: Int, to end: Int, tail: TracePart.Kind?, _ role: PartRole?
  ) {
    switch entry {
    case .raw(let place):
      parts.append(TracePart(.entryHead, start, place.offset, role))
      if place.count > 0 { parts.append(TracePart(.entry, place.offset, place.end, role)) }
      if place.end < end, let tail { parts.append(TracePart(tail, place.end, end)) }
    case .integer(let value):
      // A number takes nine bytes at most, so its size takes one.
      let size = tail == .backLength ? 1 : 0
      parts.append(TracePart(.entryInteger(value), start, end - size, role))
      if size > 0 { parts.append(TracePart(.backLength, end - size, end)) }
    case .lzf: break
    }
  }
}

/// The bytes around the entries of a packed structure.
private protocol TracedStructure: PackedStructure {
  /// The parts of its head: how wide, and what.
  static var head: [(width: Int, role: PartRole)] { get }
  /// The role of its last byte; nil if it has none.
  static var end: PartRole? { get }
  /// What may follow an entry.
  static var tail: TracePart.Kind? { get }
  /// Bytes before an entry that state the size of the previous one; nil if there are none.
  static func previousWidth(_ blob: RawSpan, at place: Int) -> Int?
}

extension TracedStructure {
  static func previousWidth(_ blob: RawSpan, at place: Int) -> Int? { nil }
}

extension Listpack: TracedStructure {
  static var head: [(width: Int, role: PartRole)] { [(4, .listpackBytes), (2, .listpackCount)] }
  static var end: PartRole? { .listpackEnd }
  static var tail: TracePart.Kind? { .backLength }
}

extension Ziplist: TracedStructure {
  static var head: [(width: Int, role: PartRole)] {
    [(4, .ziplistBytes), (4, .ziplistTail), (2, .ziplistCount)]
  }
  static var end: PartRole? { .ziplistEnd }
  static var tail: TracePart.Kind? { nil }
  static func previousWidth(_ blob: RawSpan, at place: Int) -> Int? {
    blob.byte(at: place) == 0xfe ? 5 : 1
  }
}

extension Intset: TracedStructure {
  static var head: [(width: Int, role: PartRole)] { [(4, .intsetWidth), (4, .intsetCount)] }
  static var end: PartRole? { nil }
  static var tail: TracePart.Kind? { nil }
}

extension Zipmap: TracedStructure {
  static var head: [(width: Int, role: PartRole)] { [(1, .zipmapCount)] }
  static var end: PartRole? { .zipmapEnd }
  static var tail: TracePart.Kind? { .unused }
}
