// The buffer that compressed strings are unpacked into. It is reused, so a scan of a million
// compressed values allocates a handful of times.

/// A reused buffer for unpacked strings and for the text of numbers.
@safe public struct Scratch: ~Copyable {
  private var buffer: UnsafeMutableRawBufferPointer
  /// The row of elements that walkers fill; made on first use.
  private var row: ElementBuffer?
  /// The fields that a stream's entries share.
  private var names: ElementBuffer?
  /// The pending entries of a group of a stream.
  private var pending: PendingTable?

  /// Makes an empty scratch, which costs nothing; it grows to the largest string that it meets.
  public init() {
    // SAFETY: an empty buffer; the first use allocates.
    unsafe buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }

  deinit { unsafe buffer.deallocate() }

  /// Unpacks LZF data and lends the bytes to `body`.
  ///
  /// - Parameters:
  ///   - source: The LZF data.
  ///   - count: Bytes it must unpack to.
  ///   - body: What wants to read them; they are gone when it returns.
  /// - Returns: What `body` returns.
  /// - Throws: `.badLZF` with the offset in `source`, or what `body` throws.
  public mutating func unpack<Result>(
    _ source: RawSpan, count: Int, _ body: (RawSpan) throws(RDBError) -> Result
  ) throws(RDBError) -> Result {
    try unpackPadded(source, count: count) { bytes throws(RDBError) in
      try body(bytes.extracting(first: count))
    }
  }

  /// Bytes that `unpackPadded` appends to the unpacked ones.
  static let padding = 64

  /// Unpacks LZF data and lends the bytes to `body`, followed by zeros.
  mutating func unpackPadded<Result>(
    _ source: RawSpan, count: Int, _ body: (RawSpan) throws(RDBError) -> Result
  ) throws(RDBError) -> Result {
    guard let believed = LZF.believable(UInt64(count), from: source.byteCount) else {
      throw RDBError(.badLZF, at: 0, number: UInt64(count))
    }
    reserve(believed + LZF.slack)
    // SAFETY: the buffer has the room that `LZF.unpack` asks for, of which the slack is more than the
    // padding; the span is lent only for the call of `body`, during which nobody else can reach this
    // buffer.
    try unsafe LZF.unpack(source, into: buffer, count: believed)
    let end = believed &+ Scratch.padding
    unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[believed..<end])
      .initializeMemory(as: UInt8.self, repeating: 0)
    return try body(unsafe UnsafeRawBufferPointer(rebasing: buffer[..<end]).bytes)
  }

  /// Writes a number as decimal text and lends the text to `body`.
  public mutating func withDecimal<Result, Failure: Error>(
    _ value: Int64, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    reserve(32)
    var at = 24
    var rest = value.magnitude
    repeat {
      at -= 1
      // SAFETY: a 64-bit number has at most 19 digits and a sign, and 32 bytes are reserved.
      unsafe buffer[at] = UInt8(0x30 + rest % 10)
      rest /= 10
    } while rest > 0
    if value < 0 {
      at -= 1
      unsafe buffer[at] = 0x2d
    }
    return try body(unsafe UnsafeRawBufferPointer(rebasing: buffer[at..<24]).bytes)
  }

  /// Lends the decoded bytes of a string to `body`.
  ///
  /// - Parameters:
  ///   - string: A string whose places are in `bytes`.
  ///   - bytes: The span it was read from.
  ///   - body: What wants to read them.
  /// - Returns: What `body` returns.
  /// - Throws: `.badLZF` at the string's place in `bytes`, or what `body` throws.
  public mutating func withBytes<Result>(
    of string: StringObject, in bytes: RawSpan, _ body: (RawSpan) throws(RDBError) -> Result
  ) throws(RDBError) -> Result {
    switch string {
    case .raw(let place): return try body(bytes.extracting(place.range))
    case .integer(let value): return try withDecimal(value, body)
    case .lzf(let place, let count):
      var failure: RDBError?
      do throws(RDBError) {
        return try unpack(bytes.extracting(place.range), count: count) {
          unpacked throws(RDBError) in
          do throws(RDBError) {
            return try body(unpacked)
          } catch {
            failure = error
            throw error
          }
        }
      } catch {
        // Errors of the body pass unchanged; errors of unpacking are moved to the data's offset.
        throw failure ?? error.moved(by: place.offset)
      }
    }
  }

  /// Lends the decoded bytes of a string to `body`, whose errors may be of any type.
  ///
  /// - Parameters:
  ///   - string: A string whose places are in `bytes`.
  ///   - bytes: The span it was read from.
  ///   - body: What wants to read them.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws, or `RDBError` (`.badLZF`) at the string's place in `bytes`.
  public mutating func withBytes<Result, Failure: Error>(
    of string: StringObject, in bytes: RawSpan, _ body: (RawSpan) throws(Failure) -> Result
  ) throws -> Result {
    try withBytes(of: string, in: bytes) { (text) throws(RDBError) in
      Swift.Result { () throws(Failure) in try body(text) }
    }.get()
  }

  /// Takes the row out, so that it and the scratch can be used at once; give it back after.
  mutating func takeRow() -> ElementBuffer {
    defer { row = nil }
    return row ?? ElementBuffer()
  }

  /// Gives the row back.
  mutating func giveBack(_ row: consuming ElementBuffer) {
    self.row = row
    self.row?.removeAll()
  }

  /// The same for the fields that a stream's entries share.
  mutating func takeNames() -> ElementBuffer {
    defer { names = nil }
    return names ?? ElementBuffer()
  }

  /// Gives the fields back.
  mutating func giveBack(names: consuming ElementBuffer) { self.names = names }

  /// The same for pending entries.
  mutating func takePending() -> PendingTable {
    defer { pending = nil }
    return pending ?? PendingTable()
  }

  /// Gives the pending entries back.
  mutating func giveBack(_ pending: consuming PendingTable) { self.pending = pending }

  private mutating func reserve(_ count: Int) {
    guard unsafe buffer.count < count else { return }
    // SAFETY: the old buffer is freed before the pointer to it is replaced; nothing else holds it.
    unsafe buffer.deallocate()
    unsafe buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(count, 65536), alignment: 16)
  }
}
