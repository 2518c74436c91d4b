// Bytes on their way out. Appending never fails: room is made, and where the buffer has somewhere to
// drain to, it drains between two commands. Errors of the disk are met there, not here.
//
// Short pieces are copied in whole steps of 16 bytes wherever both sides have the room, since the
// length of a short copy costs more than its bytes.

public import RDB

/// A growing buffer that lends its bytes and starts over.
@safe public struct OutputBuffer: ~Copyable {
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  /// Bytes in the buffer.
  public private(set) var count = 0
  /// Bytes that left through `drain`.
  public private(set) var drained = 0
  /// Where bytes go when the buffer is large; nil keeps them all until they are taken.
  public var drain: ((RawSpan) -> Void)?
  /// From so many bytes on it is time to drain.
  public var mark = 1 << 18

  /// Every append leaves this much behind what it writes, so that a copy may overshoot.
  static let slack = 64

  /// Makes an empty buffer.
  ///
  /// - Parameter capacity: Bytes to begin with.
  public init(capacity: Int = 1 << 19) {
    self.capacity = max(capacity, 4096)
    // SAFETY: nothing is read before it is written; freed in `deinit`.
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
  }

  deinit { unsafe base.deallocate() }

  /// Bytes that were ever appended and not removed.
  public var total: Int { drained &+ count }

  /// Lends what is in the buffer.
  public borrowing func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: the first `count` bytes were written; the span is lent for the call only.
    try body(unsafe UnsafeRawBufferPointer(start: base, count: count).bytes)
  }

  /// Lends the place where the bytes are; so many and the slack may be read.
  @inline(__always)
  @unsafe borrowing func withSlack(_ body: (UnsafeRawPointer) -> Void) {
    unsafe body(UnsafeRawPointer(base))
  }

  /// Empties the buffer and keeps its room.
  public mutating func removeAll() { count = 0 }

  /// Empties the buffer, and gives its room back if it is more than `bytes`.
  public mutating func removeAll(keepingAtMost bytes: Int) {
    count = 0
    guard capacity > bytes else { return }
    // SAFETY: nothing of the old allocation is read again, nor of the new one before it is written.
    unsafe base.deallocate()
    capacity = min(capacity, 1 << 16)
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
  }

  /// Takes back what was appended since `count` was `mark`.
  public mutating func removeAll(after mark: Int) {
    precondition(mark <= count)
    count = mark
  }

  /// Hands everything to the drain, if there is one.
  public mutating func flush() {
    guard let drain, count > 0 else { return }
    withBytes(drain)
    drained &+= count
    count = 0
  }

  /// Drains if the buffer is large and has somewhere to drain to.
  ///
  /// For places between two commands.
  public mutating func drainIfLarge() {
    if isLarge { flush() }
  }

  /// Whether it is time to drain.
  public var isLarge: Bool { count >= mark }

  // MARK: Appending

  /// Makes room for `more` bytes and the overshoot behind them.
  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if capacity &- count < more &+ OutputBuffer.slack { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    // A small buffer doubles; a large one grows by a quarter, or by what is asked for: it waits for its
    // turn with all that it has. `more` is a count of bytes that exist.
    let step = capacity < 1 << 20 ? capacity : capacity / 4
    let wanted = max(capacity + step, count + more + OutputBuffer.slack)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
    // SAFETY: both are at least `count` long and distinct.
    unsafe larger.copyMemory(from: base, byteCount: count)
    unsafe base.deallocate()
    unsafe base = larger
    capacity = wanted
  }

  /// Makes room for `room` bytes and lends a cursor that may write as many.
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
  public mutating func append(_ byte: UInt8) {
    write(atMost: 1) { $0.append(byte) }
  }

  /// Text of the program's own.
  public mutating func append(_ text: StaticString) {
    write(atMost: text.utf8CodeUnitCount) { $0.append(text) }
  }

  /// The bytes of a span.
  public mutating func append(_ bytes: RawSpan) {
    append(ByteRange(offset: 0, count: bytes.byteCount), of: bytes)
  }

  /// The bytes at a place in a span.
  public mutating func append(_ place: ByteRange, of bytes: RawSpan) {
    write(atMost: place.count) { $0.append(place, of: bytes) }
  }

  /// What LZF data at a place in a span unpacks to.
  /// - Throws: `.badLZF`, as a place in `bytes`; nothing is appended then.
  public mutating func append(
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

  /// A number's decimal text.
  public mutating func append(decimal value: Int64) {
    write(atMost: 20) { $0.append(decimal: value) }
  }

  /// A number's decimal text.
  public mutating func append(decimal value: UInt64) {
    write(atMost: 20) { $0.append(decimal: value) }
  }

  /// Overwrites bytes that were appended; `place` is an offset among those still in the buffer.
  public mutating func replace(_ byte: UInt8, at place: Int) {
    precondition(place >= 0 && place < count)
    // SAFETY: inside what was written.
    unsafe base.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
  }

  /// Moves everything from `place` on by `distance` bytes, up or down.
  public mutating func shift(from place: Int, by distance: Int) {
    precondition(place >= 0 && place <= count && place &+ distance >= 0)
    reserve(max(distance, 0))
    // SAFETY: the source is what was written, the target lies in the room that was made;
    // `copyMemory` allows the overlap.
    unsafe (base + (place &+ distance)).copyMemory(from: base + place, byteCount: count &- place)
    count &+= distance
  }
}

extension OutputBuffer {
  /// A score as the shortest text that reads back to the same double.
  public mutating func append(score: Double) {
    write(atMost: 32) { $0.append(score: score) }
  }

  /// The bytes of a string whose places are in `bytes`, spelled out.
  /// - Throws: `.badLZF`, as a place in `bytes`.
  @inline(__always)
  public mutating func append(_ string: StringObject, in bytes: RawSpan) throws(RDBError) {
    switch string {
    case .raw(let place): append(place, of: bytes)
    case .integer(let value): append(decimal: value)
    case .lzf(let place, let count): try append(unpacking: place, count: count, of: bytes)
    }
  }
}
