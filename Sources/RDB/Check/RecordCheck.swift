// One record, checked to its last byte: its key and its value unpack, every part of a packed structure
// agrees with every other, and so do all elements with each other.

/// Checks records, one after the other.
public struct RecordCheck: ~Copyable {
  /// Second looks at one value; elements that differ and have one hash are made on purpose.
  private static let looks = 4

  private var sink = CheckSink(isStrict: true)
  private var scratch = Scratch()

  /// Makes a check of any number of records.
  public init() {}

  /// Elements of the last value.
  public var elements: UInt64 { sink.elements }

  /// What does not agree in the last value, though it can be read and loaded; places are in the
  /// bytes that were lent.
  public private(set) var remarks: [RDBError] = []

  /// Checks a record; true if its value's insides were looked at.
  ///
  /// - Parameters:
  ///   - record: A record as it was scanned.
  ///   - bytes: A part of the file that holds it.
  ///   - context: What the file says that the type's meaning depends on.
  /// - Returns: Whether values of the type are opened, and not only stepped over.
  /// - Throws: What is wrong, with its offset in `bytes`.
  public mutating func check(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) -> Bool {
    remarks.removeAll(keepingCapacity: true)
    if record.flags.contains(.keyIsPacked) {
      let key = try record.key(in: bytes)
      try scratch.withBytes(of: key, in: bytes) { (_) throws(RDBError) in }
    }
    guard record.type.isDecoded(in: context.dialect) else { return false }
    let start = record.valueOffset
    do throws(RDBError) {
      try checkValue(record.type, context, in: bytes, at: start)
    } catch {
      throw error.placed(at: start)
    }
    for remark in sink.remarks { remarks.append(remark.placed(at: start)) }
    return true
  }

  private mutating func checkValue(
    _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, at start: Int
  ) throws(RDBError) {
    for _ in 0..<RecordCheck.looks {
      var failure: RDBError?
      do throws(RDBError) {
        try walkOnce(type, context, in: bytes, at: start)
      } catch {
        failure = error
      }
      guard let failure else { return }
      guard failure.reason == .duplicateElement, let met = sink.met else { throw failure }
      sink.suspect = met
      defer { sink.suspect = nil }
      try walkOnce(type, context, in: bytes, at: start)
      sink.clear(met)
    }
  }

  private mutating func walkOnce(
    _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, at start: Int
  ) throws(RDBError) {
    var at = start
    sink.begin(type, context.dialect)
    try walk(type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
    sink.end()
  }
}

extension RDBError {
  /// The error at a place of its own, or at that of the value where it has none.
  fileprivate func placed(at start: Int) -> RDBError {
    guard offset < 0 else { return self }
    var placed = self
    placed.offset = start
    return placed
  }
}
