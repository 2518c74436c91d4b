import RDB

/// The bytes that a record is read from when its value is asked for.
enum RecordBytes: Sendable {
  /// The mapped file, which stays mapped as long as somebody has one of its records.
  case mapped(SharedMapping)
  /// A copy of the record, and where it began: decompressed bytes make way for later ones.
  case copied([UInt8], start: Int)

  /// What is added to an offset in these bytes for that in the file.
  var start: Int {
    switch self {
    case .mapped: 0
    case .copied(_, let start): start
    }
  }

  func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch self {
    case .mapped(let mapping): try mapping.withBytes(body)
    case .copied(let bytes, _): try bytes.withRawSpan(body)
    }
  }
}
