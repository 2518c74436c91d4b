// The strings in which packed values keep their elements, without decoding them.

extension RDBRecord {
  /// Passes the strings of a value whose elements are entries of packed structures.
  ///
  /// - Parameters:
  ///   - bytes: The bytes that the record was scanned from.
  ///   - body: Gets each string, and whether it is a ziplist; returns false to stop.
  /// - Returns: The range after the strings, in `bytes`; nil if `body` stopped, and
  ///   for values that are not packed.
  /// - Throws: An error in the value.
  package func packedStrings(
    in bytes: RawSpan, _ body: (StringObject, _ isZiplist: Bool) throws(RDBError) -> Bool
  ) throws(RDBError) -> ByteRange? {
    var at = valueOffset
    let end = at &+ valueCount
    switch type {
    case .listZiplist, .zsetZiplist, .hashZiplist:
      guard try body(try bytes.readString(&at), true) else { return nil }
    case .hashListpack, .zsetListpack, .setListpack, .hashListpackExPreGA:
      guard try body(try bytes.readString(&at), false) else { return nil }
    case .listQuicklist:
      for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 1)) {
        guard try body(try bytes.readString(&at), true) else { return nil }
      }
    case .listQuicklist2:
      for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
        _ = try bytes.readLength(&at)
        guard try body(try bytes.readString(&at), false) else { return nil }
      }
    case .streamListpacks, .streamListpacks2, .streamListpacks3:
      for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
        try bytes.skipString(&at)
        guard try body(try bytes.readString(&at), false) else { return nil }
      }
    default: return nil
    }
    return ByteRange(offset: at, count: max(0, end &- at))
  }
}
