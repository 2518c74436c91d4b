// Where each byte of a packed structure belongs. The structures' own cursors go through it; what is
// told here is only what stands before and behind the place that each entry has.

/// The parts of a listpack, ziplist, zipmap or intset.
struct PackedTrace {
  private(set) var parts: [TracePart] = []

  /// Goes through bytes as each structure in turn; nil if they are none, whole and without damage.
  init?(_ blob: RawSpan) {
    guard
      let parts = PackedTrace.parts(blob, Listpack.self, head: 6, end: 1)
        ?? PackedTrace.parts(blob, Ziplist.self, head: 10, end: 1)
        ?? PackedTrace.parts(blob, Intset.self, head: 8, end: 0)
        ?? PackedTrace.parts(blob, Zipmap.self, head: 1, end: 1)
    else {
      return nil
    }
    self.parts = parts
  }

  private static func parts<Packed: PackedStructure>(
    _ blob: RawSpan, _ kind: Packed.Type, head: Int, end: Int
  ) -> [TracePart]? {
    do throws(RDBError) {
      var packed = try Packed(opening: blob)
      var parts = [TracePart(.packedHead, 0, head)]
      var at = packed.at
      while let entry = try packed.next(in: blob, checked: true) {
        add(entry, from: at, to: packed.at, isListpack: kind == Listpack.self, &parts)
        at = packed.at
      }
      if end > 0 { parts.append(TracePart(.packedEnd, blob.byteCount - end, blob.byteCount)) }
      return parts
    } catch {
      return nil
    }
  }

  private static func add(
    _ entry: StringObject, from start: Int, to end: Int, isListpack: Bool,
    _ parts: inout [TracePart]
  ) {
    switch entry {
    case .raw(let place):
      parts.append(TracePart(.entryHead, start, place.offset))
      if place.count > 0 { parts.append(TracePart(.entry, place.offset, place.end)) }
      if place.end < end { parts.append(TracePart(.entryTail, place.end, end)) }
    case .integer(let value):
      // A number takes nine bytes at most, so its size takes one.
      let tail = isListpack ? 1 : 0
      parts.append(TracePart(.entryInteger(value), start, end - tail))
      if tail > 0 { parts.append(TracePart(.entryTail, end - tail, end)) }
    case .lzf: break
    }
  }
}
