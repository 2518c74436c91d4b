import Testing

@testable import RDBSiftCLI

@Suite("Formatting of keys")
struct KeyFormattingTests {
  private func spelled(_ text: String) -> String { Formatting.key(text.utf8) }

  @Test(
    "printable UTF-8 is shown as it is",
    arguments: ["user:1", "café", "日本語", "a b", "it's", "🎁"])
  func plain(key: String) {
    #expect(spelled(key) == key)
  }

  @Test("the empty key and spaces at an end are shown in quotes", arguments: ["", " ", " a", "a "])
  func quoted(key: String) {
    #expect(spelled(key) == "\"\(key)\"")
  }

  @Test("quotes and backslashes are escaped")
  func escapes() {
    #expect(spelled(#"a"b"#) == #""a\"b""#)
    #expect(spelled(#"a\b"#) == #""a\\b""#)
    #expect(spelled(#"\x00"#) == #""\\x00""#)
  }

  @Test("every control character is shown as its byte", arguments: Array(0..<0x20) + [0x7f])
  func controls(byte: UInt8) {
    let hex = String(byte, radix: 16, uppercase: true)
    let digits = hex.count == 1 ? "0" + hex : hex
    #expect(Formatting.key([byte] + Array("abc".utf8)) == "\"\\x\(digits)abc\"")
  }

  @Test("C1 controls, though they are UTF-8, are shown as their bytes")
  func c1() {
    #expect(spelled("\u{9b}31m") == #""\xC2\x9B31m""#)
  }

  @Test(
    "what turns, hides or breaks a line is shown as its bytes",
    arguments: [
      ("\u{202e}", #""\xE2\x80\xAE""#), ("\u{2066}", #""\xE2\x81\xA6""#),
      ("\u{200b}", #""\xE2\x80\x8B""#), ("\u{feff}", #""\xEF\xBB\xBF""#),
      ("\u{2028}", #""\xE2\x80\xA8""#), ("\u{a0}", #""\xC2\xA0""#),
      ("\u{115f}", #""\xE1\x85\x9F""#), ("\u{e0041}", #""\xF3\xA0\x81\x81""#),
      ("\u{fff9}", #""\xEF\xBF\xB9""#), ("\u{e000}", #""\xEE\x80\x80""#),
    ])
  func invisible(key: String, text: String) {
    #expect(spelled(key) == text)
  }

  @Test(
    "bytes that are not UTF-8 are shown one by one",
    arguments: [
      ([0xff, 0xfe], #""\xFF\xFE""#), ([0xe2, 0x82], #""\xE2\x82""#),
      ([0xc3, 0x28], #""\xC3(""#), ([0xc0, 0xaf], #""\xC0\xAF""#),
      ([0xed, 0xa0, 0x80], #""\xED\xA0\x80""#), ([0xf4, 0x90, 0x80, 0x80], #""\xF4\x90\x80\x80""#),
      ([0x80], #""\x80""#), ([0xe2, 0xc3, 0xa9], #""\xE2é""#),
      ([0xf0, 0x9f, 0x8e, 0x41], #""\xF0\x9F\x8EA""#),
    ] as [([UInt8], String)])
  func invalid(bytes: [UInt8], text: String) {
    #expect(Formatting.key(bytes) == text)
  }

  @Test("no two keys of two bytes look the same, and none shows a control character")
  func unambiguous() {
    var seen: Set<String> = []
    for first in UInt8.min ... .max {
      for second in UInt8.min ... .max {
        let text = Formatting.key([first, second])
        // By bytes: two strings may be equal in Swift and not the same.
        seen.insert(text.utf8.map { String($0) }.joined(separator: " "))
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) { Issue.record("\(text)") }
      }
    }
    #expect(seen.count == 65536)
  }

  @Test("a key that is too wide is cut, and a huge one is not read whole")
  func cut() {
    #expect(Formatting.key("user:12345".utf8, width: 6) == "user:…")
    #expect(Formatting.key("user:1".utf8, width: 6) == "user:1")
    #expect(Formatting.key([0, 1, 2], width: 6) == #""\x00…"#)
    let counted = Counted(bytes: [UInt8](repeating: 0x61, count: 1_000_000))
    #expect(Formatting.key(counted, width: 10) == "aaaaaaaaa…")
    #expect(counted.taken.count < 100)
  }

  @Test("a key of marks that take no column is cut too, and says so")
  func marks() {
    let text = Formatting.key(String(repeating: "\u{301}", count: 1000).utf8, width: 10)
    #expect(text.unicodeScalars.count < 40)
    #expect(text.unicodeScalars.last == "…")
  }

  private struct Counted: Sequence, IteratorProtocol {
    final class Counter { var count = 0 }
    let bytes: [UInt8]
    let taken = Counter()
    mutating func next() -> UInt8? {
      defer { taken.count += 1 }
      return taken.count < bytes.count ? bytes[taken.count] : nil
    }
  }
}
