// LZF, the compression of strings in RDB files.
//
//   000nnnnn                      n + 1 literal bytes follow
//   lllooooo oooooooo             copy l + 2 bytes from o + 1 bytes back      (l = 1..6)
//   111ooooo llllllll oooooooo    copy l + 9 bytes from o + 1 bytes back
//
// The longest copy is 264 bytes from three, so nothing unpacks to more than 88 times its size. That
// is checked before anything is allocated. A copy may overlap what it writes, byte by byte.
//
// Cost is one mispredicted branch per token, whatever is copied; so copies are done in steps of 16
// or 8 bytes that may overshoot, into a buffer whose owner promises room behind the last byte. One
// test per token then keeps every store inside it.

/// Unpacks LZF data, never to more than was promised.
package enum LZF {
  /// Bytes of room that must follow the unpacked bytes in the target: the longest copy and a step.
  package static let slack = 320

  /// A claimed size as a count, or nil where `packed` bytes of LZF data cannot unpack to it.
  static func believable(_ claim: UInt64, from packed: Int) -> Int? {
    // packed is at most the bytes of a file, far below 2^56.
    claim <= UInt64(truncatingIfNeeded: packed) &* 88 ? Int(truncatingIfNeeded: claim) : nil
  }

  /// Unpacks `source` to exactly `count` bytes at the start of `target`.
  ///
  /// - Parameters:
  ///   - source: LZF data.
  ///   - target: Where to; `count + LZF.slack` bytes at least, all of which may be written.
  ///   - count: Bytes that must come out.
  /// - Throws: `.badLZF`, with the offset in `source` where it stopped making sense.
  package static func unpack(
    _ source: RawSpan, into target: UnsafeMutableRawBufferPointer, count: Int
  ) throws(RDBError) {
    precondition(count >= 0 && target.count - slack >= count)
    guard source.byteCount > 0, let out = target.baseAddress else {
      if count == 0 && source.byteCount == 0 { return }
      throw RDBError(.badLZF, at: 0)
    }
    // SAFETY: both pointers are used only inside this call; `unpackBytes` keeps its loads inside
    // `bytes` and its stores inside `count + slack` bytes of the target (argued there).
    let stop = unsafe source.withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return 0 }
      return unsafe unpackBytes(first, bytes.count, out, count)
    }
    if stop >= 0 { throw RDBError(.badLZF, at: stop) }
  }

  /// Returns −1, or the input offset of the first token that is wrong.
  ///
  /// SAFETY of stores: a token is begun only while `written <= count`, and writes at most
  /// 264 + 15 bytes from there, so no store passes `count + 279 < count + slack`. Short tokens come
  /// from two bytes at least and make 16 at most, so up to the `limit` that `shortTokens` gives they
  /// need no test of their own; after any other token the limit is found anew.
  /// SAFETY of loads: the fast loop runs while 40 input bytes are left and a token reads at most
  /// 33; the slow loop checks each. A copy reads only bytes behind `written`, after the check that
  /// its distance does not pass the start, or bytes that an earlier step of it wrote.
  private static func unpackBytes(
    _ input: UnsafeRawPointer, _ inputCount: Int, _ output: UnsafeMutableRawPointer, _ count: Int
  ) -> Int {
    var read = 0
    var written = 0
    var limit = -1
    while true {
      if read > limit {
        limit = shortTokens(from: read, of: inputCount, room: count &- written)
        if read > limit { break }
      }
      let control = Int(unsafe input.load(fromByteOffset: read, as: UInt8.self))
      if control < 32 {
        let from = unsafe input + (read &+ 1)
        let to = unsafe output + written
        unsafe copy16(from, to)
        read &+= control &+ 2
        written &+= control &+ 1
        if control >= 16 {
          unsafe copy16(from + 16, to + 16)
          limit = -1
        }
        continue
      }
      // Whether a length byte follows cannot be predicted, so it is read in any case and counted by
      // a mask: all ones where the three bits are.
      let isLong = (control &+ 32) >> 8
      let more = Int(unsafe input.load(fromByteOffset: read &+ 1, as: UInt8.self))
      let length = (control >> 5) &+ (more & (0 &- isLong)) &+ 2
      let low = Int(unsafe input.load(fromByteOffset: read &+ 1 &+ isLong, as: UInt8.self))
      let distance = (control & 31) << 8 | low
      guard distance < written else { return read }
      read &+= 2 &+ isLong
      let to = unsafe output + written
      written &+= length
      if distance >= 7 && length <= 16 {
        // Two words cover most copies; a further branch on the distance would cost more than it saves.
        unsafe copy8(to + ~distance, to)
        unsafe copy8(to + (8 &+ ~distance), to + 8)
      } else {
        unsafe repeatBytes(to, back: distance &+ 1, count: length)
        limit = -1
      }
    }
    return unsafe unpackTail(input, inputCount, output, count, &read, &written)
  }

  /// The last offset in the input at which a token may begin untested if all before it are short,
  /// or less than `read` where the next one needs the slow loop.
  @inline(__always)
  private static func shortTokens(from read: Int, of inputCount: Int, room: Int) -> Int {
    room < 0 ? -1 : min(inputCount &- 40, read &+ room >> 3)
  }

  /// The last bytes, where every load needs its own check.
  private static func unpackTail(
    _ input: UnsafeRawPointer, _ inputCount: Int, _ output: UnsafeMutableRawPointer, _ count: Int,
    _ read: inout Int, _ written: inout Int
  ) -> Int {
    while read < inputCount {
      guard written <= count else { return read }
      let token = read
      let control = Int(unsafe input.load(fromByteOffset: read, as: UInt8.self))
      read &+= 1
      if control < 32 {
        guard inputCount &- read > control else { return token }
        unsafe (output + written).copyMemory(from: input + read, byteCount: control &+ 1)
        read &+= control &+ 1
        written &+= control &+ 1
        continue
      }
      var length = control >> 5
      if length == 7 {
        guard read < inputCount else { return token }
        length &+= Int(unsafe input.load(fromByteOffset: read, as: UInt8.self))
        read &+= 1
      }
      guard read < inputCount else { return token }
      let byte = Int(unsafe input.load(fromByteOffset: read, as: UInt8.self))
      let distance = (control & 31) << 8 | byte
      read &+= 1
      guard distance < written else { return token }
      unsafe repeatBytes(output + written, back: distance &+ 1, count: length &+ 2)
      written &+= length &+ 2
    }
    return written == count ? -1 : read
  }

  @inline(__always)
  private static func copy16(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer) {
    unsafe to.storeBytes(
      of: from.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
  }

  @inline(__always)
  private static func copy8(_ from: UnsafeMutableRawPointer, _ to: UnsafeMutableRawPointer) {
    unsafe to.storeBytes(of: from.loadUnaligned(as: UInt64.self), as: UInt64.self)
  }

  /// Writes `count` bytes at `to`, each equal to the one `back` bytes before it; may write up to 15
  /// more.
  @inline(__always)
  private static func repeatBytes(_ to: UnsafeMutableRawPointer, back: Int, count: Int) {
    var done = 0
    if back >= 8 {
      while done < count {
        unsafe copy8(to + (done &- back), to + done)
        unsafe copy8(to + (done &+ 8 &- back), to + (done &+ 8))
        done &+= 16
      }
    } else if back == 1 {
      let word = SIMD16<UInt8>(repeating: unsafe (to - 1).load(as: UInt8.self))
      repeat {
        unsafe (to + done).storeBytes(of: word, as: SIMD16<UInt8>.self)
        done &+= 16
      } while done < count
    } else {
      // The pattern is shorter than a word: write one word, then repeat it in whole periods.
      for index in 0..<8 {
        let byte = unsafe (to + (index &- back)).load(as: UInt8.self)
        unsafe (to + index).storeBytes(of: byte, as: UInt8.self)
      }
      let word = unsafe to.loadUnaligned(as: UInt64.self)
      let step = back &* (8 / back)
      done = step
      while done < count {
        unsafe (to + done).storeBytes(of: word, as: UInt64.self)
        done &+= step
      }
    }
  }

  /// Checks that `source` unpacks to exactly `count` bytes, without writing them.
  ///
  /// - Throws: As `unpack` does.
  package static func check(_ source: RawSpan, count: Int) throws(RDBError) {
    var read = 0
    var written = 0
    var isWrong = 0
    // Without branches, since the kind of a token cannot be predicted; a token reads four bytes.
    while read <= source.byteCount &- 4 {
      let control = Int(source.byte(at: read))
      let word = Int(source.number(at: read, as: UInt32.self))
      let isCopy = (31 &- control) >> 63  // all ones or zero
      let isLong = (control &+ 32) >> 8
      let low = word >> (8 &+ 8 &* isLong) & 0xff
      let length = (control >> 5) &+ (word >> 8 & 0xff & (0 &- isLong)) &+ 2
      isWrong |= isCopy & ~(((control & 31) << 8 | low) &- written) >> 63
      read &+= 2 &+ isLong &+ (control & ~isCopy)
      written &+= length & isCopy | (control &+ 1) & ~isCopy
    }
    var stop = -1
    if isWrong != 0 || written > count || read > source.byteCount {
      stop = firstError(in: source, count: count, from: 0, 0)
    } else {
      stop = firstError(in: source, count: count, from: read, written)
    }
    if stop >= 0 { throw RDBError(.badLZF, at: stop) }
  }

  /// Reads on token by token; −1, or the offset of the first that is wrong.
  private static func firstError(
    in source: RawSpan, count: Int, from start: Int, _ before: Int
  ) -> Int {
    var read = start
    var written = before
    while read < source.byteCount {
      guard written <= count else { return read }
      let token = read
      let control = Int(source.byte(at: read))
      let isLong = (control &+ 32) >> 8
      let step = control < 32 ? control &+ 2 : 2 &+ isLong
      guard step <= source.byteCount &- read else { return token }
      read &+= step
      if control < 32 {
        written &+= control &+ 1
        continue
      }
      let more = isLong == 1 ? Int(source.byte(at: token &+ 1)) : 0
      guard (control & 31) << 8 | Int(source.byte(at: read &- 1)) < written else { return token }
      written &+= (control >> 5) &+ more &+ 2
    }
    return written == count ? -1 : read
  }

  /// The first bytes that `source` unpacks to, as far as a head of `count` bytes; a few tokens are
  /// read, never the whole.
  ///
  /// Used to see the header of a packed structure without unpacking it.
  ///
  /// - Returns: The bytes, least significant first, or nil where the data is broken or shorter.
  static func head(of source: RawSpan, count: Int) -> UInt128? {
    precondition(count <= 16)
    var head: UInt128 = 0
    var written = 0
    var at = 0
    func byte(_ index: Int) -> UInt128 { head >> UInt128(index &* 8) & 0xff }
    while written < count {
      guard let control = try? source.readByte(&at) else { return nil }
      if control < 32 {
        for _ in 0...control where written < count {
          guard let next = try? source.readByte(&at) else { return nil }
          head |= UInt128(next) << UInt128(written &* 8)
          written &+= 1
        }
        continue
      }
      var length = Int(control >> 5)
      if length == 7 {
        guard let more = try? source.readByte(&at) else { return nil }
        length &+= Int(more)
      }
      guard let low = try? source.readByte(&at) else { return nil }
      let distance = Int(control & 31) << 8 | Int(low)
      guard distance < written else { return nil }
      for _ in 0..<(length &+ 2) where written < count {
        head |= byte(written &- distance &- 1) << UInt128(written &* 8)
        written &+= 1
      }
    }
    return head
  }
}
