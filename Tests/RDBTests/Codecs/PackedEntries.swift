// Goes through a packed structure as a test wants to see it.

import TestSupport

@testable import RDB

/// The entries of a packed structure, spelled out.
func entries<Packed: PackedStructure>(
  of kind: Packed.Type, _ blob: [UInt8], checked: Bool = true
) throws(RDBError) -> [[UInt8]] {
  try blob.withRawSpan { (span) throws(RDBError) in
    var packed = try Packed(opening: span)
    var found: [[UInt8]] = []
    while let entry = try packed.next(in: span, checked: checked) {
      found.append(try spell(entry, in: span))
    }
    return found
  }
}

/// The entries of a packed structure, as text.
func texts<Packed: PackedStructure>(
  of kind: Packed.Type, _ blob: [UInt8], checked: Bool = true
) throws(RDBError) -> [String] {
  try entries(of: kind, blob, checked: checked).map { String(decoding: $0, as: UTF8.self) }
}

/// How going through a packed structure fails, or nil.
func packedFailure<Packed: PackedStructure>(
  of kind: Packed.Type, _ blob: [UInt8], checked: Bool = true
) -> RDBError? {
  failure { () throws(RDBError) in try entries(of: kind, blob, checked: checked) }
}

/// The count that a header tells: opened, and read from its first bytes.
func counts<Packed: PackedStructure>(
  of kind: Packed.Type, _ blob: [UInt8]
) throws(RDBError) -> (opened: Int?, head: Int?) {
  try blob.withRawSpan { (span) throws(RDBError) in
    let whole = StringObject.raw(ByteRange(offset: 0, count: span.byteCount))
    return (try Packed(opening: span).count, headCount(whole, kind, in: span))
  }
}
