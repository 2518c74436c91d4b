// What the bodies share. An input begins with option bytes, so that the fuzzer explores settings
// too; what is left is the payload. Each body tells the order of its options in its first lines;
// the order is frozen, since old inputs are to keep their meaning.
//
// A body traps where something does not hold. The fuzzer keeps the input that did it, in
// FailCases/, and it is replayed for ever.

import RDB

/// An input: option bytes are taken from its front.
struct FuzzInput {
  /// How many option bytes were taken.
  private(set) var taken = 0

  /// The next option; 0 where the input has ended.
  mutating func option(_ bytes: RawSpan) -> UInt8 {
    guard taken < bytes.byteCount else { return 0 }
    defer { taken += 1 }
    return bytes.fuzzByte(taken)
  }

  /// The rest of the input, as a place in it.
  func payload(_ bytes: RawSpan) -> Range<Int> { taken..<bytes.byteCount }
}

extension RawSpan {
  /// The byte at an offset.
  func fuzzByte(_ offset: Int) -> UInt8 {
    // SAFETY: `unsafeLoad` checks its bounds, and a UInt8 is plain bits.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// The bytes, copied.
  var fuzzBytes: [UInt8] { (0..<byteCount).map { fuzzByte($0) } }
}

/// Lends a copy of bytes that fills its allocation to the last byte, so that AddressSanitizer sees
/// whoever reads on.
func withExactCopy<Result, Failure: Error>(
  of bytes: [UInt8], _ body: (RawSpan) throws(Failure) -> Result
) throws(Failure) -> Result {
  let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
  // SAFETY: the copy is as large as what it is filled with, and freed after the call it is lent to.
  defer { unsafe copy.deallocate() }
  unsafe copy.copyBytes(from: bytes)
  return try body(unsafe UnsafeRawBufferPointer(copy).bytes)
}

/// Traps unless an error's place is in the file, or just behind it.
func expectPlace(of error: RDBError, in range: ClosedRange<Int>) {
  precondition(range.contains(error.offset), "an error points outside of what was read")
  precondition(error.inside >= -1, "an error's place inside packed bytes is negative")
}

/// A file's first record, and what the file says about values.
/// - Throws: What is wrong before the record's end.
func firstRecord(of file: RawSpan) throws(RDBError) -> (record: RDBRecord, context: ValueContext) {
  var batch = RecordBatch(capacity: 1)
  var scanner = try RDBScanner(headerOf: file)
  do throws(RDBError) {
    let stop = try scanner.scan(file, into: &batch)
    precondition(stop == .batchFull || batch.count == 0, "a batch is full, and the scan went on")
    guard batch.count == 1 else { throw RDBError(.truncated, at: file.byteCount) }
  } catch {
    // Where the record is the last thing there is, the file still lacks its end.
    guard batch.count == 1 else { throw error }
    precondition(
      error.reason == .truncated && error.offset == batch[0].end, "a record is read in part")
  }
  return (batch[0], scanner.context)
}
