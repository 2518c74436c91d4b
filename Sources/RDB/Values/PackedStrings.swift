// The strings in which packed values keep their elements, without looking into them.

extension RDBRecord {
  /// Tells the strings of a value whose elements are entries of packed structures.
  ///
  /// - Parameters:
  ///   - bytes: The bytes that the record was scanned from.
  ///   - body: Told each string, and whether its numbers are those of a ziplist; false to end.
  /// - Returns: What stands behind the strings, with its place in `bytes`; nil where `body` ended it, and
  ///   for values that are not packed.
  /// - Throws: Damage.
  public func packedStrings(
    in bytes: RawSpan, _ body: (StringObject, _ isZiplist: Bool) throws(RDBError) -> Bool
  ) throws(RDBError) -> ByteRange? {
    var at = valueOffset
    let end = at &+ valueCount
    switch type.rawValue {
    case 10, 12, 13, 16, 17, 20, 23:
      guard try body(try bytes.readString(&at), type.rawValue < 14) else { return nil }
    case 14:
      for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 1)) {
        guard try body(try bytes.readString(&at), true) else { return nil }
      }
    case 18:
      for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
        _ = try bytes.readLength(&at)
        guard try body(try bytes.readString(&at), false) else { return nil }
      }
    case 15, 19, 21:
      for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
        try bytes.skipString(&at)
        guard try body(try bytes.readString(&at), false) else { return nil }
      }
    default: return nil
    }
    return ByteRange(offset: at, count: max(0, end &- at))
  }
}
