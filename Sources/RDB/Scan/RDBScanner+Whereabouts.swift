/// What was being read where a scan stopped.
public struct Whereabouts: Hashable, Sendable {
  /// The first byte of the record or opcode, in bytes from the start of the file.
  public var start: Int
  /// The type byte, if it is a record and the type could be read.
  public var type: RDBType?
  /// The key, if it could be read.
  ///
  /// Its places are relative to the span that was lent.
  public var key: StringObject?
}

extension RDBScanner {
  /// Looks again at what the scan could not read, for the sake of a better message.
  public func whereabouts(in bytes: RawSpan) -> Whereabouts {
    let start = state.pending.start < 0 ? state.offset : state.pending.start
    var found = Whereabouts(start: start)
    var at = state.offset
    guard let byte = try? bytes.readByte(&at), byte < 100 else { return found }
    found.type = RDBType(rawValue: byte)
    guard found.type?.shape(in: context.dialect) != nil else { return found }
    found.key = try? bytes.readString(&at)
    return found
  }
}
