import TestSupport
import Testing

@testable import RDB

/// What `LZF.unpack` makes of data, in a buffer whose slack is watched behind the promised room.
private func unpack(_ source: [UInt8], count: Int) -> Result<[UInt8], RDBError> {
  let guardBytes = 64
  let room = count + LZF.slack
  var target = [UInt8](repeating: 0xa5, count: room + guardBytes)
  var failure: RDBError?
  source.withRawSpan { span in
    // SAFETY: the buffer lives through the call; the part that is lent ends before the guard.
    unsafe target.withUnsafeMutableBytes { buffer in
      let lent = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<room])
      do throws(RDBError) {
        try unsafe LZF.unpack(span, into: lent, count: count)
      } catch {
        failure = error
      }
    }
  }
  #expect(target.suffix(guardBytes).allSatisfy { $0 == 0xa5 })
  if let failure { return .failure(failure) }
  return .success(Array(target[..<count]))
}

/// Compares `LZF.unpack` with its naive twin, and `head(of:)` with the beginning.
private func compare(_ source: [UInt8], count: Int) {
  let naive = naiveLZFUnpack(source, count: count)
  switch unpack(source, count: count) {
  case .success(let bytes):
    #expect(bytes == naive)
    for size in [0, 1, 7, 10, 16] where size <= count {
      let head = source.withRawSpan { LZF.head(of: $0, count: size) }
      #expect(head == number(bytes.prefix(size)))
    }
  case .failure(let error):
    #expect(naive == nil)
    #expect(error.reason == .badLZF && (0...source.count).contains(error.offset))
  }
}

private func number(_ bytes: some Collection<UInt8>) -> UInt128 {
  bytes.reversed().reduce(0) { $0 << 8 | UInt128($1) }
}

@Suite("LZF")
struct LZFTests {
  @Test(
    "literals and copies of each form unpack",
    arguments: [
      ([0x00, 0x61], "a"),
      ([0x02, 0x61, 0x62, 0x63], "abc"),
      // A copy of three bytes from one back overlaps what it writes.
      ([0x00, 0x61, 0x20, 0x00], "aaaa"),
      ([0x01, 0x61, 0x62, 0x40, 0x01], "ababab"),
      ([0x02, 0x61, 0x62, 0x63, 0xe0, 0x00, 0x02], "abcabcabcabc"),
    ] as [([UInt8], String)])
  func forms(_ source: [UInt8], _ text: String) throws {
    #expect(try unpack(source, count: text.utf8.count).get() == Array(text.utf8))
  }

  @Test(
    "what the packer packs unpacks to what went in",
    arguments: [
      0, 1, 2, 3, 31, 32, 33, 100, 1000, 20_000,
    ])
  func roundTrip(_ count: Int) throws {
    var random = SeededRandom(for: "LZF round trip of \(count)")
    for bound in [2, 4, 256] as [UInt64] {
      let bytes = random.bytes(count, below: bound)
      let packed = naiveLZFPack(bytes)
      #expect(try unpack(packed, count: count).get() == bytes)
      compare(packed, count: count)
    }
  }

  @Test("a copy from every short distance and of every length is exact")
  func distances() {
    let literals = Array(UInt8(0x40)..<0x60)
    for distance in 1...32 {
      for length in Array(3...40) + [256, 263, 264] {
        let source = [31] + literals + lzfCopy(length: length, distance: distance) + [0, 0x7a]
        compare(source, count: 32 + length + 1)
      }
    }
  }

  @Test("a copy from far back is exact", arguments: [255, 256, 257, 4096, 8191, 8192])
  func farDistances(_ distance: Int) throws {
    var random = SeededRandom(for: "LZF far copies")
    let bytes = random.bytes(8192)
    var source: [UInt8] = []
    for start in stride(from: 0, to: 8192, by: 32) { source += [31] + bytes[start..<(start + 32)] }
    source += lzfCopy(length: 264, distance: distance)
    compare(source, count: 8192 + 264)
    #expect(try unpack(source, count: 8192 + 264).get().prefix(8192) == bytes[...])
  }

  @Test("one byte more or less than was promised is corrupt", arguments: [1, 32, 40, 500, 5000])
  func exactBounds(_ count: Int) {
    var random = SeededRandom(for: "LZF bounds of \(count)")
    let packed = naiveLZFPack(random.bytes(count, below: 3))
    for promised in [0, 1, count - 1, count + 1, count + 300] where promised >= 0 {
      compare(packed, count: promised)
    }
  }

  @Test(
    "data that ends inside a token is corrupt",
    arguments: [
      [0x00], [0x05, 0x61], [0x1f], [0x00, 0x61, 0x20], [0x00, 0x61, 0xe0],
      [0x00, 0x61, 0xe0, 0x00],
    ] as [[UInt8]])
  func cut(_ source: [UInt8]) {
    for count in 0..<10 { compare(source, count: count) }
  }

  @Test("a copy from before the start is corrupt, and told where it stands")
  func beforeStart() {
    #expect(unpack([0x20, 0x00], count: 3) == .failure(RDBError(.badLZF, at: 0)))
    #expect(unpack([0x00, 0x61, 0x20, 0x01], count: 4) == .failure(RDBError(.badLZF, at: 2)))
    let long = [31] + [UInt8](repeating: 0x61, count: 32) + [0x20, 0x20] + [31]
    let source = long + [UInt8](repeating: 0x62, count: 32)
    #expect(unpack(source, count: 67) == .failure(RDBError(.badLZF, at: 33)))
  }

  @Test("nothing unpacks to nothing, and to nothing else")
  func empty() {
    #expect(unpack([], count: 0) == .success([]))
    #expect(unpack([], count: 1) == .failure(RDBError(.badLZF, at: 0)))
  }

  @Test("random tokens unpack to what the naive twin makes of them")
  func randomTokens() {
    var random = SeededRandom(for: "LZF tokens")
    for _ in 0..<3000 {
      var source: [UInt8] = []
      var count = 0
      for _ in 0..<(1 + random.below(30)) {
        if count == 0 || random.below(2) == 0 {
          let size = 1 + random.below(32)
          source += [UInt8(size - 1)] + random.bytes(size)
          count += size
        } else {
          let length = 3 + random.below(random.below(4) == 0 ? 262 : 12)
          // One in twenty reaches before the start.
          let reach = random.below(20) == 0 ? count + 5 : min(count, 40)
          source += lzfCopy(length: length, distance: min(8192, 1 + random.below(reach)))
          count += length
        }
      }
      compare(source, count: max(0, count + (random.below(10) == 0 ? random.below(5) - 2 : 0)))
    }
  }

  @Test("random bytes unpack to what the naive twin makes of them, or are corrupt for both")
  func randomBytes() {
    var random = SeededRandom(for: "LZF bytes")
    for _ in 0..<5000 {
      let bound: UInt64 = random.below(2) == 0 ? 256 : 40
      let source = random.bytes(random.below(120), below: bound)
      compare(source, count: random.below(400))
    }
  }

  @Test("one wrong byte never writes outside, and is judged as the naive twin judges it")
  func flips() {
    var random = SeededRandom(for: "LZF flips")
    let bytes = random.bytes(400, below: 3)
    let packed = naiveLZFPack(bytes)
    for index in packed.indices {
      for value in [0, 1, 31, 32, 0x40, 0xe0, 0xff, UInt8(truncatingIfNeeded: random.next())] {
        var broken = packed
        broken[index] = value
        compare(broken, count: 400)
      }
    }
  }

  @Test(
    "the head of broken or shorter data is nil",
    arguments: [
      ([], 1), ([0x00], 1), ([0x20, 0x00], 3), ([0x00, 0x61, 0x20], 2), ([0x00, 0x61], 2),
      ([0x00, 0x61, 0xe0, 0x00], 4), ([0x00, 0x61, 0x20, 0x01], 2),
    ] as [([UInt8], Int)])
  func brokenHead(_ source: [UInt8], _ count: Int) {
    #expect(source.withRawSpan { LZF.head(of: $0, count: count) } == nil)
  }

  @Test("the head needs no more than the tokens it stands in")
  func partialHead() {
    let source: [UInt8] = [0x01, 0x61, 0x62, 0xff]
    #expect(source.withRawSpan { LZF.head(of: $0, count: 2) } == 0x6261)
  }

  @Test("a claim is believed up to 88 times the packed size")
  func believable() {
    #expect(LZF.believable(880, from: 10) == 880)
    #expect(LZF.believable(881, from: 10) == nil)
    #expect(LZF.believable(.max, from: 1 << 50) == nil)
    #expect(LZF.believable(0, from: 0) == 0)
  }
}

@Suite("scratch")
struct ScratchTests {
  @Test("numbers are spelled as text", arguments: [0, 7, -7, 10, 1234567890, Int64.max, Int64.min])
  func numbers(_ number: Int64) {
    var scratch = Scratch()
    let text = scratch.withDecimal(number) { [UInt8](copying: $0) }
    #expect(text == Array(String(number).utf8))
  }

  @Test("one scratch serves strings of every size, in any order")
  func reuse() throws {
    var random = SeededRandom(for: "scratch")
    var scratch = Scratch()
    for count in [10, 100_000, 0, 1, 300_000, 70_000, 5] {
      let bytes = random.bytes(count, below: 2)
      let packed = naiveLZFPack(bytes)
      let found = try packed.withRawSpan { (span) throws(RDBError) in
        try scratch.unpack(span, count: count) { (unpacked) throws(RDBError) in
          [UInt8](copying: unpacked)
        }
      }
      #expect(ByteString(found) == ByteString(bytes))
    }
  }

  @Test("broken LZF data is told at its place in the file")
  func brokenPlace() {
    let bytes: [UInt8] = [9, 9, 9, 0x00, 0x61, 0x20, 0x05]
    let string = StringObject.lzf(ByteRange(offset: 3, count: 4), count: 4)
    let error = failure { () throws(RDBError) in
      try bytes.withRawSpan { (span) throws(RDBError) in try spell(string, in: span) }
    }
    #expect(error == RDBError(.badLZF, at: 5))
  }

  @Test("what the body throws is passed on as it is")
  func bodyError() {
    let bytes: [UInt8] = [9, 9, 0x00, 0x61]
    let string = StringObject.lzf(ByteRange(offset: 2, count: 2), count: 1)
    let error = failure { () throws(RDBError) in
      try bytes.withRawSpan { (span) throws(RDBError) in
        var scratch = Scratch()
        try scratch.withBytes(of: string, in: span) { (_) throws(RDBError) in
          throw RDBError(.badScore, at: 77)
        }
      }
    }
    #expect(error == RDBError(.badScore, at: 77))
  }

  @Test("a claim that no LZF data can meet is refused before room is made for it")
  func bomb() {
    let error = failure { () throws(RDBError) in
      try [UInt8](arrayLiteral: 0, 0x61).withRawSpan { (span) throws(RDBError) in
        var scratch = Scratch()
        try scratch.unpack(span, count: 1 << 40) { (_) throws(RDBError) in }
      }
    }
    #expect(error == RDBError(.badLZF, at: 0, number: 1 << 40))
  }
}
