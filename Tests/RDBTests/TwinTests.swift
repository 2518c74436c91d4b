// What the tests lean on is tested first.

import RDB
import TestSupport
import Testing

@Suite("twins and builders")
struct TwinTests {
  @Test(
    "SHA-256 is that of the standard's examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func digests(_ text: String, _ digest: String) {
    #expect(sha256(Array(text.utf8)) == digest)
  }

  @Test("a fixture is the file that its truth tells of", arguments: Fixtures.all(upTo: 3000))
  func integrity(_ fixture: Fixture) throws {
    let truth = try JSONNode(file: fixture.truthPath)
    let bytes = try fixture.bytes()
    #expect(truth["size"].int == bytes.count)
    if let digest = truth["sha256"].text { #expect(sha256(bytes) == digest) }
  }

  @Test("the fixtures are found")
  func found() {
    #expect(Fixtures.all.count >= 216)
    #expect(Fixtures.all.contains { $0.name == "redis-2.2.15/all" })
  }

  @Test("a seed gives the same numbers again")
  func seeds() {
    var first = SeededRandom(seed: 42)
    var second = SeededRandom(seed: 42)
    var other = SeededRandom(seed: 43)
    #expect(first.bytes(100) == second.bytes(100))
    #expect(first.next() != other.next())
    #expect((0..<1000).allSatisfy { _ in (0..<7).contains(first.below(7)) })
  }

  @Test("bytes are ordered as unsigned numbers, the shorter first")
  func order() {
    let sorted = [[], [0], [0, 0], [0x7f], [0x80], [0xff], [0xff, 0]].map(ByteString.init)
    #expect(sorted.shuffled().sorted() == sorted)
  }

  @Test("a difference from the truth is seen, whatever the type")
  func differences() {
    let text: (String) -> TruthString = { .bytes(ByteString(Array($0.utf8))) }
    let list = TruthValue.list([text("a"), text("b")])
    #expect(list.difference(from: [.text("a"), .text("b")]) == nil)
    #expect(list.difference(from: [.text("b"), .text("a")]) != nil)
    #expect(list.difference(from: [.text("a")]) != nil)
    #expect(list.difference(from: [.texts("a", "b"), .texts("a", "b")]) != nil)
    let set = TruthValue.set([text("a"), text("b")])
    #expect(set.difference(from: [.text("b"), .text("a")]) == nil)
    #expect(set.difference(from: [.text("a"), .text("a")]) != nil)
    let hash = TruthValue.hash([(text("f"), text("v"))])
    #expect(hash.difference(from: [.texts("f", "v")]) == nil)
    #expect(hash.difference(from: [.texts("f", "w")]) != nil)
    #expect(hash.difference(from: [.texts("g", "v")]) != nil)
    let sortedSet = TruthValue.sortedSet([(text("m"), "1.5"), (text("n"), "inf")])
    #expect(sortedSet.difference(from: [.scored("n", .infinity), .scored("m", 1.5)]) == nil)
    #expect(sortedSet.difference(from: [.scored("n", .infinity), .scored("m", 1.25)]) != nil)
    let long = [UInt8](repeating: 7, count: 1000)
    let digest = TruthString.digest(
      count: 1000, sha256: sha256(long), prefix: [7, 7], suffix: [7])
    #expect(digest.matches(long) && !digest.matches(Array(long.dropLast())))
    #expect(!digest.matches([7, 7] + [UInt8](repeating: 8, count: 997) + [7]))
  }
}
