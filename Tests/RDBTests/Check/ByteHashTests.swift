// The hash that duplicates are looked for with.

import RDB
import TestSupport
import Testing

@Suite("Hashes of strings")
struct ByteHashTests {
  private func hash(_ text: String) -> UInt64 { Array(text.utf8).withRawSpan { ByteHash.of($0) } }

  @Test("a number and its own text have one hash", arguments: [0, 7, -1, 255, Int64.max, .min])
  func numbers(_ number: Int64) {
    #expect(hash(String(number)) == ByteHash.of(number))
  }

  @Test(
    "text that only looks like a number has another",
    arguments: ["007", "-0", "+7", "7 ", "9223372036854775808", "-", "", "0x7"])
  func texts(_ text: String) {
    for number in [0, 7, -7, Int64.max, .min] { #expect(hash(text) != ByteHash.of(number)) }
  }

  @Test("texts of any length that differ in one byte have different hashes")
  func lengths() {
    var seen = HashSet64()
    var random = SeededRandom(for: "hashes")
    for count in 0..<64 {
      let bytes = random.bytes(count, below: 256)
      let isNew = seen.insert(bytes.withRawSpan { ByteHash.of($0) })
      #expect(isNew, "\(count)")
      for index in 0..<count {
        var other = bytes
        other[index] ^= 1
        let isOther = seen.insert(other.withRawSpan { ByteHash.of($0) })
        #expect(isOther, "\(count) \(index)")
      }
    }
  }

  @Test("a key in one database is not the same in another")
  func databases() {
    #expect(ByteHash.of(5, database: 0) != ByteHash.of(5, database: 1))
  }
}

@Suite("A set of hashes")
struct HashSet64Tests {
  @Test("holds what was put in, once, however much it grows, and nothing after it was emptied")
  func grows() {
    var set = HashSet64()
    var random = SeededRandom(for: "hash set")
    for round in 0..<4 {
      var twin: Set<UInt64> = []
      for _ in 0..<(round * 3000 + 5) {
        // Few different numbers, 0 among them, so that many come twice.
        let hash = random.next() % 5000
        // 0 stands for 1.
        let isNew = set.insert(hash)
        #expect(isNew == twin.insert(hash == 0 ? 1 : hash).inserted)
      }
      #expect(set.count == twin.count)
      set.removeAll()
      #expect(set.count == 0)
    }
  }
}
