// The elements of a value whose layout does not store their number.

import RDB

extension RDBRecord {
  /// The number of elements, counted by decoding the value; nil for a type that is not decoded.
  /// - Throws: Damage to the value.
  func countedElements(
    in bytes: RawSpan, _ context: ValueContext, scratch: inout Scratch
  ) throws(JobFailure) -> UInt64? {
    guard type.isDecoded(in: context.dialect) else { return nil }
    var sink = CheckSink()
    var at = valueOffset
    do throws(RDBError) {
      try walk(type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
      return sink.elements
    } catch {
      let key = readableKey(in: bytes)
      throw .damage(Damage(error, in: self, key: key, fileSize: bytes.byteCount))
    }
  }
}
