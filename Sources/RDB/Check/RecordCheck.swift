// One record, checked to its last byte: its key and its value unpack, every part of a packed structure
// agrees with every other, and so do all elements with each other.

/// Checks records, one after the other.
package struct RecordCheck: ~Copyable {
  /// Second walks of one value at most; different elements with equal hashes are made on purpose.
  private static let walks = 4

  private var sink = CheckSink(isStrict: true)
  private var scratch = Scratch()

  /// Makes a check of any number of records.
  package init() {}

  /// Elements of the last value.
  package private(set) var elements: UInt64 = 0

  /// Disagreements in the last value, which can still be read and loaded; offsets are in the
  /// bytes passed to `check`.
  package private(set) var remarks: [RDBError] = []

  /// Checks a record; true if its value was decoded.
  ///
  /// - Parameters:
  ///   - record: A record as it was scanned.
  ///   - bytes: A part of the file that holds it.
  ///   - context: What the file says that the type's meaning depends on.
  /// - Returns: Whether values of this type are decoded, and not only skipped.
  /// - Throws: What is wrong, with its offset in `bytes`.
  package mutating func check(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) -> Bool {
    if !remarks.isEmpty { remarks.removeAll(keepingCapacity: true) }
    if record.flags.contains(.keyIsPacked) {
      let key = try record.key(in: bytes)
      try scratch.withBytes(of: key, in: bytes) { (_) throws(RDBError) in }
    }
    return try check(valueOf: record.type, at: record.valueOffset, in: bytes, context)
  }

  /// Checks a value alone; true if it was decoded.
  ///
  /// - Parameters:
  ///   - type: Its type.
  ///   - start: The offset of its first byte.
  ///   - bytes: A part of the file that holds it.
  ///   - context: What the file says that the type's meaning depends on.
  /// - Returns: Whether values of this type are decoded, and not only skipped.
  /// - Throws: What is wrong, with its offset in `bytes`.
  package mutating func check(
    valueOf type: RDBType, at start: Int, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) -> Bool {
    if !remarks.isEmpty { remarks.removeAll(keepingCapacity: true) }
    if type == .string, try isPlainString(in: bytes, at: start) {
      elements = 1
      return true
    }
    guard type.isDecoded(in: context.dialect) else { return false }
    elements = 0
    do throws(RDBError) {
      try checkValue(type, context, in: bytes, at: start)
    } catch {
      throw error.placed(at: start)
    }
    elements = sink.elements
    for remark in sink.remarks { remarks.append(remark.placed(at: start)) }
    return true
  }

  /// Checks that a string unpacks, without unpacking it.
  ///
  /// - Returns: False if it begins like a HyperLogLog, of which more can be wrong.
  private func isPlainString(in bytes: RawSpan, at start: Int) throws(RDBError) -> Bool {
    var at = start
    switch try bytes.readString(&at) {
    case .integer: return true
    case .raw(let place): return !HyperLogLog.begins(bytes.extracting(place.range))
    case .lzf(let place, let count):
      let packed = bytes.extracting(place.range)
      guard count < 4 || LZF.head(of: packed, count: 4) != HyperLogLog.head else { return false }
      do throws(RDBError) {
        try LZF.check(packed, count: count)
      } catch {
        throw error.moved(by: place.offset)
      }
      return true
    }
  }

  private mutating func checkValue(
    _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, at start: Int
  ) throws(RDBError) {
    for _ in 0..<RecordCheck.walks {
      var failure: RDBError?
      do throws(RDBError) {
        try walkOnce(type, context, in: bytes, at: start)
      } catch {
        failure = error
      }
      guard let failure else { return }
      guard failure.reason == .duplicateElement, let repeated = sink.repeatedHash else {
        throw failure
      }
      sink.suspectedHash = repeated
      defer { sink.suspectedHash = nil }
      try walkOnce(type, context, in: bytes, at: start)
      sink.markDistinct(repeated)
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
