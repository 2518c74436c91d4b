import TestSupport
import Testing

@testable import Export
@testable import RDB

@Suite("OutputBuffer")
struct OutputBufferTests {
  /// Numbers at the edges of every count of digits and every width of bits, and random ones.
  private static func numbers(_ random: inout SeededRandom) -> [UInt64] {
    var numbers: [UInt64] = [0, .max]
    var power: UInt64 = 1
    for _ in 0..<20 {
      numbers += [power &- 1, power, power &+ 1]
      power = power &* 10
    }
    for bit in 0..<64 { numbers += [1 << UInt64(bit), (1 << UInt64(bit)) &- 1] }
    for _ in 0..<20_000 { numbers.append(random.next() >> UInt64(random.below(64))) }
    return numbers
  }

  @Test("a number is written as its decimal text")
  func decimal() {
    var random = SeededRandom(for: "decimals")
    for number in OutputBufferTests.numbers(&random) {
      #expect(writtenText { $0.append(decimal: number) } == String(number))
      for signed in [Int64(bitPattern: number), 0 &- Int64(bitPattern: number)] {
        #expect(writtenText { $0.append(decimal: signed) } == String(signed))
      }
    }
  }

  @Test("all numbers of one to five digits are written as their decimal text")
  func smallDecimals() {
    let all = written { for number in 0..<UInt64(100_000) { $0.append(decimal: number) } }
    #expect(ByteString(all) == ByteString((0..<100_000).flatMap { Array(String($0).utf8) }))
  }

  @Test("a number as a bulk string says its length")
  func bulkDecimal() {
    var random = SeededRandom(for: "bulk decimals")
    let edges = [0, -1, 9, 10, -9, -10, 99_999_999, 100_000_000, -99_999_999, -100_000_000]
    let all = edges + OutputBufferTests.numbers(&random).map { Int(Int64(bitPattern: $0)) }
    for number in all + [Int(Int64.min), Int(Int64.max)] {
      let text = String(number)
      #expect(
        writtenText { $0.appendBulk(decimal: Int64(number)) }
          == "$\(text.utf8.count)\r\n\(text)\r\n")
    }
  }

  @Test("a score reads back to the same double, as a bulk string and by itself")
  func scores() throws {
    var random = SeededRandom(for: "scores")
    var scores: [Double] = [
      0, -0.0, 1, -1, 0.1, 1e15, -1e15, 1e15 - 1, 1e15 + 1, 9_007_199_254_740_992, .infinity,
      -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude, 1e-7,
      3.0000000000000004, 1e21, 1e22, -1.7976931348623157e308, 0.1 + 0.2, 123_456_789.5,
    ]
    for _ in 0..<20_000 {
      let any = Double(bitPattern: random.next())
      if !any.isNaN { scores.append(any) }
      scores.append(Double(Int64(bitPattern: random.next()) >> Int64(random.below(64))))
      scores.append(Double(random.below(1_000_000)) / 1000)
    }
    for score in scores {
      let text = writtenText { $0.append(score: score) }
      #expect(Double(text)?.bitPattern == score.bitPattern, "\(score)")
      let bulk = writtenText { $0.appendBulk(score: score) }
      #expect(bulk == "$\(text.utf8.count)\r\n\(text)\r\n")
    }
  }

  @Test("a score of whole numbers has no fraction and no exponent")
  func integralScores() {
    #expect(writtenText { $0.append(score: 3) } == "3")
    #expect(writtenText { $0.append(score: -0.0) } == "-0")
    #expect(writtenText { $0.append(score: 999_999_999_999_999) } == "999999999999999")
    #expect(writtenText { $0.append(score: .infinity) } == "inf")
    #expect(writtenText { $0.append(score: -.infinity) } == "-inf")
  }

  @Test("bytes of every short length come from their place and from nowhere else")
  func places() {
    var random = SeededRandom(for: "places")
    for count in 0...100 {
      let bytes = random.bytes(count)
      for around in [0, 1, 15, 31, 40] {
        #expect(surrounded(bytes, by: around) { $0.append($1, of: $2) } == bytes)
        let bulk = surrounded(bytes, by: around) { $0.appendBulk($1, of: $2) }
        #expect(bulk == Array("$\(count)\r\n".utf8) + bytes + [13, 10])
      }
    }
  }

  @Test("a buffer grows with what is appended, whatever the pieces")
  func growth() {
    var random = SeededRandom(for: "growth")
    var expected: [UInt8] = []
    var buffer = OutputBuffer(capacity: 0)
    for _ in 0..<400 {
      let piece = random.bytes(random.below(2) == 0 ? random.below(40) : random.below(9000))
      piece.withRawSpan { buffer.append($0) }
      expected += piece
      #expect(buffer.count == expected.count)
    }
    #expect(ByteString(buffer.withBytes { [UInt8](copying: $0) }) == ByteString(expected))
  }

  @Test("LZF data is unpacked into the buffer, and nothing of it stays when it is damaged")
  func unpacking() throws {
    let text = Array(String(repeating: "abcabcabc-", count: 1000).utf8)
    var file = RDBBuilder.bare
    file.lzfString(text)
    let packed = file.bytes
    var buffer = OutputBuffer(capacity: 0)
    try packed.withRawSpan { span in
      let string = try span.string(at: 0)
      try buffer.append(string, in: span)
      try buffer.appendBulk(string, in: span)
      guard case .lzf(let place, let count) = string else {
        Issue.record("the builder did not pack")
        return
      }
      let before = buffer.count
      #expect(throws: RDBError.self) {
        try buffer.append(.lzf(place, count: count + 1), in: span)
      }
      #expect(buffer.count == before)
    }
    let expected = text + Array("$\(text.count)\r\n".utf8) + text + [13, 10]
    #expect(ByteString(buffer.withBytes { [UInt8](copying: $0) }) == ByteString(expected))
  }

  @Test("a buffer drains when it is large and has somewhere to drain to")
  func draining() {
    let collected = CollectedBytes()
    let piece = [UInt8](repeating: 7, count: 100_000)
    var buffer = OutputBuffer(capacity: 0)
    func append() { piece.withRawSpan { buffer.append($0) } }
    for _ in 0..<4 { append() }
    buffer.drainIfLarge()
    #expect(buffer.count == 400_000, "there is no drain yet")
    buffer.drain = { collected.append($0) }
    buffer.drainIfLarge()
    #expect(buffer.count == 0 && buffer.drained == 400_000 && collected.count == 400_000)
    append()
    buffer.drainIfLarge()
    #expect(collected.count == 400_000, "it is not large")
    buffer.flush()
    #expect(collected.count == 500_000 && buffer.total == 500_000)
  }

  @Test("moving the rest up or down keeps every byte of it")
  func shifting() {
    var random = SeededRandom(for: "shifts")
    for _ in 0..<500 {
      var expected = random.bytes(1 + random.below(6000))
      let place = random.below(expected.count + 1)
      let distance = random.below(2) == 0 ? random.below(5000) : -random.below(place + 1)
      let result = written { buffer in
        expected.withRawSpan { buffer.append($0) }
        buffer.shift(from: place, by: distance)
        #expect(buffer.count == expected.count + distance)
        for index in 0..<max(distance, 0) { buffer.replace(UInt8(index & 255), at: place + index) }
      }
      if distance >= 0 {
        expected.insert(contentsOf: (0..<distance).map { UInt8($0 & 255) }, at: place)
      } else {
        expected.removeSubrange((place + distance)..<place)
      }
      #expect(ByteString(result) == ByteString(expected))
    }
  }

  @Test("what was appended last can be taken back")
  func takingBack() {
    let text = writtenText { buffer in
      buffer.append("abc")
      let mark = buffer.count
      buffer.append("def")
      buffer.removeAll(after: mark)
      buffer.append("ghi")
    }
    #expect(text == "abcghi")
  }
}

extension RawSpan {
  /// The string that begins at a place.
  func string(at place: Int) throws(RDBError) -> StringObject {
    var at = place
    return try readString(&at)
  }
}
