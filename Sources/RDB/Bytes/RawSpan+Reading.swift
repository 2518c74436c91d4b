// The reader. Every number out of a file passes through this extension: a cursor is an offset that
// the caller holds, a read moves it past what was read, and a read that fails leaves it alone.
// Bounds checks stay in: the scan waits for memory, not for them (Documentation/Performance.md).

extension RawSpan {
  /// One byte.
  @inline(__always)
  func readByte(_ at: inout Int) throws(RDBError) -> UInt8 {
    guard at < byteCount else { throw RDBError(.truncated, at: at, number: 1) }
    // SAFETY: `unsafeLoad` checks its bounds; it is called unsafe because of types that are not
    // plain bits, and UInt8 is.
    let byte = unsafe unsafeLoad(fromByteOffset: at, as: UInt8.self)
    at &+= 1  // at < byteCount
    return byte
  }

  /// The byte at an offset that is known to be inside.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    // SAFETY: as in `readByte`.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// Up to 16 bytes that are known to be inside, least significant first.
  @inline(__always)
  func head(at offset: Int, count: Int) -> UInt128 {
    var head: UInt128 = 0
    for index in 0..<count { head |= UInt128(byte(at: offset &+ index)) << UInt128(index &* 8) }
    return head
  }

  /// A little-endian number at an offset that eight bytes are known to follow.
  @inline(__always)
  func littleEndian64(at offset: Int) -> Int64 {
    // SAFETY: as in `readByte`.
    Int64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Int64.self))
  }

  /// A little-endian number at an offset whose bytes are known to be inside.
  @inline(__always)
  func number<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: T.Type) -> T {
    // SAFETY: `unsafeLoadUnaligned` checks its bounds; integers are plain bits.
    T(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// An integer in the machine's order, moved over; callers turn it.
  @inline(__always)
  private func readNative<T: FixedWidthInteger & BitwiseCopyable>(
    _ at: inout Int, as type: T.Type
  ) throws(RDBError) -> T {
    guard byteCount &- at >= MemoryLayout<T>.size else {
      throw RDBError(.truncated, at: at, number: UInt64(MemoryLayout<T>.size))
    }
    // SAFETY: bounds are checked here and by `unsafeLoadUnaligned`; integers are plain bits.
    let value = unsafe unsafeLoadUnaligned(fromByteOffset: at, as: T.self)
    at &+= MemoryLayout<T>.size  // at + size <= byteCount
    return value
  }

  /// A little-endian integer.
  @inline(__always)
  func read<T: FixedWidthInteger & BitwiseCopyable>(
    _ at: inout Int, littleEndian type: T.Type
  ) throws(RDBError) -> T {
    T(littleEndian: try readNative(&at, as: T.self))
  }

  /// A big-endian integer.
  @inline(__always)
  func read<T: FixedWidthInteger & BitwiseCopyable>(
    _ at: inout Int, bigEndian type: T.Type
  ) throws(RDBError) -> T {
    T(bigEndian: try readNative(&at, as: T.self))
  }

  /// An IEEE-754 double, little-endian.
  func readDouble(_ at: inout Int) throws(RDBError) -> Double {
    Double(bitPattern: try read(&at, littleEndian: UInt64.self))
  }

  /// Steps over `count` bytes and keeps their place.
  ///
  /// The count may be any number a file can say.
  @inline(__always)
  func take(_ count: UInt64, _ at: inout Int) throws(RDBError) -> ByteRange {
    // at <= byteCount always holds, so the difference is what is left.
    guard count <= UInt64(truncatingIfNeeded: byteCount &- at) else {
      throw RDBError(count > UInt64(Int64.max) ? .badLength : .truncated, at: at, number: count)
    }
    let place = ByteRange(offset: at, count: Int(truncatingIfNeeded: count))
    at = place.end
    return place
  }

  /// A count of items that follow, each of which needs at least `least` bytes.
  ///
  /// The only way to trust a count. Nothing is allocated by it, but a loop over it ends.
  /// - Throws: `.truncated` when fewer bytes are left than the items need, `.badLength` when no
  ///   file could hold them.
  @inline(__always)
  func readCount(_ at: inout Int, eachAtLeast least: UInt64) throws(RDBError) -> Int {
    let start = at
    let count = try readLength(&at)
    let (bytes, overflow) = count.multipliedReportingOverflow(by: least)
    guard !overflow, bytes <= UInt64(Int64.max) else {
      throw RDBError(.badLength, at: start, number: count)
    }
    guard bytes <= UInt64(truncatingIfNeeded: byteCount &- at) else {
      throw RDBError(.truncated, at: at, number: bytes)
    }
    return Int(truncatingIfNeeded: count)
  }
}
