// An output buffer. Appending never fails: the buffer grows, or drains between two commands if it
// has a drain. Write errors are handled by the drain.
//
// Short pieces are copied in fixed steps of 16 bytes where both sides have room: computing the
// exact length costs more than copying extra bytes.

package import RDB

/// A growing buffer of output.
@safe package struct OutputBuffer: ~Copyable {
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  /// Bytes in the buffer.
  package private(set) var count = 0
  /// Bytes handed to `drain`.
  package private(set) var drained = 0
  /// Receives the content of a large buffer; nil keeps everything in the buffer.
  package var drain: ((RawSpan) -> Void)?
  /// The size at which the buffer is drained.
  package var mark = 1 << 18

  /// Room kept behind the content, so that copies may overshoot.
  static let slack = 64

  /// Creates an empty buffer.
  ///
  /// - Parameter capacity: The initial capacity in bytes.
  package init(capacity: Int = 1 << 19) {
    self.capacity = max(capacity, 4096)
    // SAFETY: nothing is read before it is written; freed in `deinit`.
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
  }

  deinit { unsafe base.deallocate() }

  /// Bytes appended and not removed, drained ones included.
  package var total: Int { drained &+ count }

  /// Lends the content.
  package borrowing func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: the first `count` bytes were written; the span is lent for the call only.
    try body(unsafe UnsafeRawBufferPointer(start: base, count: count).bytes)
  }

  /// The CRC64 of the last `count` bytes.
  borrowing func checksum(ofLast count: Int) -> UInt64 {
    withBytes { CRC64.update(0, $0.extracting(($0.byteCount &- count)..<$0.byteCount)) }
  }

  /// Lends a pointer to the content; the slack behind it may be read too.
  @inline(__always)
  @unsafe borrowing func withSlack(_ body: (UnsafeRawPointer) -> Void) {
    unsafe body(UnsafeRawPointer(base))
  }

  /// Empties the buffer and keeps its capacity.
  package mutating func removeAll() { count = 0 }

  /// Empties the buffer and reduces its capacity if that exceeds `bytes`.
  package mutating func removeAll(keepingAtMost bytes: Int) {
    count = 0
    guard capacity > bytes else { return }
    // SAFETY: nothing of the old allocation is read again, nor of the new one before it is written.
    unsafe base.deallocate()
    capacity = min(capacity, 1 << 16)
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
  }

  /// Removes everything after the first `mark` bytes.
  package mutating func removeAll(after mark: Int) {
    precondition(mark <= count)
    count = mark
  }

  /// Hands the content to the drain, if there is one.
  package mutating func flush() {
    guard let drain, count > 0 else { return }
    withBytes(drain)
    drained &+= count
    count = 0
  }

  /// Drains a large buffer, if it has a drain.
  ///
  /// Called between two commands.
  package mutating func drainIfLarge() {
    if isLarge { flush() }
  }

  /// Whether the buffer has reached its drain size.
  package var isLarge: Bool { count >= mark }

  // MARK: Appending

  /// Reserves `more` bytes and the slack behind them.
  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if capacity &- count < more &+ OutputBuffer.slack { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    // A small buffer doubles. A large one waits for its turn with all of its content, so it grows
    // by a quarter, or by what is needed. `more` counts bytes that exist.
    let step = capacity < 1 << 20 ? capacity : capacity / 4
    let wanted = max(capacity + step, count + more + OutputBuffer.slack)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
    // SAFETY: both are at least `count` long and distinct.
    unsafe larger.copyMemory(from: base, byteCount: count)
    unsafe base.deallocate()
    unsafe base = larger
    capacity = wanted
  }

  /// Reserves `room` bytes and lends a cursor that may write that many.
  @inline(__always)
  mutating func write(atMost room: Int, _ body: (inout OutputCursor) -> Void) {
    reserve(room)
    // SAFETY: behind `count` there is room for `room` bytes, and the slack behind that; the cursor
    // keeps to it, and is gone when the body returns.
    var cursor = unsafe OutputCursor(at: base + count, end: base + (count &+ room))
    body(&cursor)
    count = unsafe cursor.at - base
  }

  /// One byte.
  package mutating func append(_ byte: UInt8) {
    write(atMost: 1) { $0.append(byte) }
  }

  /// Program text.
  package mutating func append(_ text: StaticString) {
    write(atMost: text.utf8CodeUnitCount) { $0.append(text) }
  }

  /// The bytes of a span.
  package mutating func append(_ bytes: RawSpan) {
    append(ByteRange(offset: 0, count: bytes.byteCount), of: bytes)
  }

  /// Bytes of a span.
  package mutating func append(_ place: ByteRange, of bytes: RawSpan) {
    write(atMost: place.count) { $0.append(place, of: bytes) }
  }

  /// The decompressed bytes of LZF data.
  /// - Throws: `.badLZF`, with an offset in `bytes`; nothing is appended then.
  package mutating func append(
    unpacking place: ByteRange, count unpacked: Int, of bytes: RawSpan
  ) throws(RDBError) {
    reserve(unpacked &+ LZF.slack)
    do throws(RDBError) {
      // SAFETY: the target is the room that was made, of the size that `unpack` asks for.
      try unsafe LZF.unpack(
        bytes.extracting(place.range),
        into: UnsafeMutableRawBufferPointer(start: base + count, count: unpacked &+ LZF.slack),
        count: unpacked)
    } catch {
      throw error.moved(by: place.offset)
    }
    count &+= unpacked
  }

  /// A number in decimal.
  package mutating func append(decimal value: Int64) {
    write(atMost: 20) { $0.append(decimal: value) }
  }

  /// A number in decimal.
  package mutating func append(decimal value: UInt64) {
    write(atMost: 20) { $0.append(decimal: value) }
  }

  /// Numbers as eight bytes each, least significant first.
  package mutating func append(littleEndian numbers: Span<Int64>) {
    write(atMost: 8 &* numbers.count) { cursor in
      for index in numbers.indices {
        cursor.append(word: UInt64(bitPattern: numbers[index]), width: 8)
      }
    }
  }

  /// Text of the program that is not a literal.
  package mutating func append(text: String) {
    write(atMost: text.utf8.count) { $0.append(made: text) }
  }

  /// Overwrites a byte of the content.
  package mutating func replace(_ byte: UInt8, at place: Int) {
    precondition(place >= 0 && place < count)
    // SAFETY: inside what was written.
    unsafe base.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
  }

  /// Moves everything from `place` on by `distance` bytes in either direction.
  package mutating func shift(from place: Int, by distance: Int) {
    precondition(place >= 0 && place <= count && place &+ distance >= 0)
    reserve(max(distance, 0))
    // SAFETY: the source is what was written, the target lies in the room that was made;
    // `copyMemory` allows the overlap.
    unsafe (base + (place &+ distance)).copyMemory(from: base + place, byteCount: count &- place)
    count &+= distance
  }
}

extension OutputBuffer {
  /// A score as the shortest text that parses to the same double.
  package mutating func append(score: Double) {
    write(atMost: 32) { $0.append(score: score) }
  }

  /// The decoded bytes of a string.
  /// - Throws: `.badLZF`, with an offset in `bytes`.
  @inline(__always)
  package mutating func append(_ string: StringObject, in bytes: RawSpan) throws(RDBError) {
    switch string {
    case .raw(let place): append(place, of: bytes)
    case .integer(let value): append(decimal: value)
    case .lzf(let place, let count): try append(unpacking: place, count: count, of: bytes)
    }
  }
}
