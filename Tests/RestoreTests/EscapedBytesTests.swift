import Testing

@testable import Restore

@Suite("Bytes as they are typed")
struct EscapedBytesTests {
  @Test(
    "escapes are the bytes that they stand for",
    arguments: [
      ("a", "a"), ("", ""), (#"\\"#, #"\"#), (#"\n\r\t"#, "\n\r\t"), (#"\x41\x7fb"#, "A\u{7f}b"),
      (#"\x0a1"#, "\n1"), ("é", "é"),
    ])
  func bytes(text: String, expected: String) {
    #expect(EscapedBytes.bytes(Array(text.utf8)) == Array(expected.utf8))
  }

  @Test(
    "what no escape is is refused",
    arguments: [#"\"#, #"\q"#, #"\x"#, #"\x4"#, #"\x+4"#, #"\x-0"#, #"\xg0"#, #"a\s"#])
  func refused(text: String) {
    #expect(EscapedBytes.bytes(Array(text.utf8)) == nil)
  }

  @Test("a space is spelled where ends are trimmed")
  func spaces() {
    #expect(EscapedBytes.bytes(Array(#"\sa\s"#.utf8), spaces: true) == Array(" a ".utf8))
  }
}
