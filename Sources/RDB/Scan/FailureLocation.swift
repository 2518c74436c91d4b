/// What a scan was reading when it failed.
package struct FailureLocation: Hashable, Sendable {
  /// The first byte of the record or opcode, in bytes from the start of the file.
  package var start: Int
  /// The type byte, if it is a record and the type could be read.
  package var type: RDBType?
  /// The key, if it could be read.
  ///
  /// Its offsets are in the span passed to `failureLocation`.
  package var key: StringObject?
}

extension RDBScanner {
  /// Reads again what the scan could not read, for a better message.
  package func failureLocation(in bytes: RawSpan) -> FailureLocation {
    let start = state.pending.start < 0 ? state.offset : state.pending.start
    var found = FailureLocation(start: start)
    var at = state.offset
    guard let byte = try? bytes.readByte(&at), byte < RDBType.end else { return found }
    found.type = RDBType(rawValue: byte)
    guard found.type?.shape(in: context.dialect) != nil else { return found }
    let key = try? bytes.readString(&at)
    // A hole of zeros is no record.
    if key?.count == 0, (try? bytes.refuseZeros(at: state.offset)) == nil {
      return FailureLocation(start: start)
    }
    found.key = key
    return found
  }
}
