// SHA-256: the standard's examples, and the twin of TestSupport.

import Storage
import TestSupport
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  private func digest(_ pieces: [[UInt8]]) throws -> String {
    let sum = try SHA256()
    for piece in pieces { unsafe piece.withUnsafeBytes { unsafe sum.update($0) } }
    return sum.digest()
  }

  @Test(
    "the examples of the standard have their digests",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func examples(text: String, expected: String) throws {
    #expect(try digest([Array(text.utf8)]) == expected)
  }

  @Test("a million times the letter a has its digest")
  func million() throws {
    let piece = [UInt8](repeating: 0x61, count: 1000)
    #expect(
      try digest(Array(repeating: piece, count: 1000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("bytes in any pieces have the digest of all of them")
  func pieces() throws {
    var random = SeededRandom(for: "pieces of SHA-256")
    for count in [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000] {
      let bytes = random.bytes(count)
      var pieces: [[UInt8]] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = rest.prefix(random.below(100))
        pieces.append(Array(piece))
        rest = rest.dropFirst(piece.count)
      }
      #expect(try digest(pieces) == sha256(bytes))
    }
  }
}
