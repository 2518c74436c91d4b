// LZF, the compression of strings in RDB files.
//
//   000nnnnn                      n + 1 literal bytes follow
//   lllooooo oooooooo             copy l + 2 bytes from o + 1 bytes back      (l = 1..6)
//   111ooooo llllllll oooooooo    copy l + 9 bytes from o + 1 bytes back
//
// The longest copy is 264 bytes from three, so nothing unpacks to more than 88 times its size. That
// is checked before anything is allocated. A copy may overlap what it writes, byte by byte.
//
// Cost is branches that nobody can predict: whether a token is literal, how long it is. So copies are
// done in steps of 16 or 8 bytes that may overshoot, into a buffer whose owner promises room behind the
// last byte; and tokens of at most 16 bytes, nearly all, are unpacked without any branch on their kind.

/// Unpacks LZF data, never to more than was promised.
public enum LZF {
  /// Bytes of room that must follow the unpacked bytes in the target: the longest copy and a step.
  public static let slack = 320

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
  public static func unpack(
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
  /// 264 + 15 bytes from there, so no store passes `count + 279 < count + slack`.
  /// SAFETY of loads: the fast loops begin a token only while 40 input bytes are left, and it reads at
  /// most 33; the slow loop checks each. A copy reads only bytes behind `written`, after the check that
  /// its distance does not pass the start, or bytes that an earlier step of it wrote.
  private static func unpackBytes(
    _ input: UnsafeRawPointer, _ inputCount: Int, _ output: UnsafeMutableRawPointer, _ count: Int
  ) -> Int {
    var read = 0
    var written = 0
    while read &+ 40 <= inputCount {
      guard written <= count else { return read }
      if written >= 16 {
        // A short token reads at most 17 bytes and writes at most 16, so that so many can be begun
        // without looking at the ends of either side.
        let tokens = min((inputCount &- 40 &- read) / 17, (count &- written) / 16) &+ 1
        if unsafe unpackShort(tokens, input, &read, output, &written) { continue }
      }
      guard unsafe unpackToken(input, &read, output, &written) else { return read }
    }
    return unsafe unpackTail(input, inputCount, output, count, &read, &written)
  }

  /// Unpacks so many tokens, without a branch that depends on what they are, while each writes at most
  /// 16 bytes and copies from at least 16 bytes back. At least 16 bytes are written already.
  ///
  /// - Returns: False if the next token is another.
  @inline(__always)
  private static func unpackShort(
    _ count: Int, _ input: UnsafeRawPointer, _ read: inout Int,
    _ output: UnsafeMutableRawPointer, _ written: inout Int
  ) -> Bool {
    unsafe Token.table.withUnsafeBufferPointer { table in
      var left = count
      while left > 0 {
        let word = UInt32(littleEndian: unsafe input.loadUnaligned(fromByteOffset: read, as: UInt32.self))
        let token = unsafe table[Int(word & 0xff)]
        let length = token.length &+ Int(word >> 8 & token.lengthMask)
        let distance = Int((word & 31) << 8 | word &>> token.distanceShift & 0xff) &+ 1
        let isLiteral = word & 0xff < 32
        let beyond = isLiteral ? 0 : distance &- 16
        guard length <= 16, UInt(bitPattern: beyond) <= UInt(bitPattern: written &- 16) else {
          return false
        }
        let copied = unsafe UnsafeRawPointer(output + (written &- distance))
        unsafe copy16(isLiteral ? input + (read &+ 1) : copied, output + written)
        read &+= token.size
        written &+= length
        left &-= 1
      }
      return true
    }
  }

  /// Unpacks one token; 40 input bytes are left.
  /// - Returns: False if it is wrong; nothing has moved then.
  @inline(__always)
  private static func unpackToken(
    _ input: UnsafeRawPointer, _ read: inout Int,
    _ output: UnsafeMutableRawPointer, _ written: inout Int
  ) -> Bool {
    let control = Int(unsafe input.load(fromByteOffset: read, as: UInt8.self))
    if control < 32 {
      let from = unsafe input + (read &+ 1)
      let to = unsafe output + written
      unsafe copy16(from, to)
      if control >= 16 { unsafe copy16(from + 16, to + 16) }
      read &+= control &+ 2
      written &+= control &+ 1
      return true
    }
    let isLong = control >= 224
    let more = Int(unsafe input.load(fromByteOffset: read &+ 1, as: UInt8.self))
    let length = control >> 5 &+ (isLong ? more : 0)
    let low = read &+ (isLong ? 2 : 1)
    let byte = Int(unsafe input.load(fromByteOffset: low, as: UInt8.self))
    let distance = (control & 31) << 8 | byte
    guard distance < written else { return false }
    unsafe repeatBytes(output + written, back: distance &+ 1, count: length &+ 2)
    read = low &+ 1
    written &+= length &+ 2
    return true
  }

  /// What the first byte of a token tells.
  private struct Token: BitwiseCopyable {
    /// Bytes that come out, without what a length byte adds.
    let length: Int
    /// Bytes of the token and its literals.
    let size: Int
    /// All ones if the second byte is a length.
    let lengthMask: UInt32
    /// Where the low byte of the distance is in the first four.
    let distanceShift: UInt32

    private init(_ control: Int) {
      let isLong = control >= 224
      length = control < 32 ? control + 1 : control >> 5 + 2
      size = control < 32 ? control + 2 : isLong ? 3 : 2
      lengthMask = isLong ? 0xff : 0
      distanceShift = isLong ? 16 : 8
    }

    static let table = (0..<256).map { Token($0) }
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
      // Two words cover most copies; a further branch on the distance would cost more than it saves.
      unsafe copy8(to - back, to)
      unsafe copy8(to + (8 &- back), to + 8)
      done = 16
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
      // The pattern is shorter than a word: spell one word, then lay it in whole periods.
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
