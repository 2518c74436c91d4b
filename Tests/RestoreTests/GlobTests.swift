import Restore
import Testing

@Suite("Globs") struct GlobTests {
  @Test(
    "the server's forms",
    arguments: [
      ("h?llo", "hello", true), ("h?llo", "hllo", false), ("h*llo", "hllo", true),
      ("h*llo", "heeeello", true), ("h[ae]llo", "hallo", true), ("h[ae]llo", "hillo", false),
      ("h[^e]llo", "hallo", true), ("h[^e]llo", "hello", false), ("h[a-b]llo", "hbllo", true),
      ("h[b-a]llo", "hallo", true), ("h\\?llo", "h?llo", true), ("h\\?llo", "hello", false),
      ("*", "anything", true), ("**", "anything", true), ("a**b", "ab", true),
      ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxaxx", false), ("h[\\]]x", "h]x", true),
      ("?*", "", false), ("a?", "a\n", true), ("a*b", "a\r\nb", true), ("[!a]", "!", true),
      ("[!a]", "b", false),
    ])
  func forms(pattern: String, key: String, expected: Bool) throws {
    #expect(try selects(pattern, key, .glob) == expected)
  }

  // These were asked of redis-server 7.0.15 with KEYS.
  @Test(
    "odd forms are read as the server reads them",
    arguments: [
      ("a[", "a[", false), ("a[b", "ab", true), ("a[b", "a[b", false), ("a[^", "ax", true),
      ("a[^b", "ab", false), ("[]a", "a", false), ("[]a]", "a", false), ("a\\", "a\\", true),
      ("[a-]", "-", false), ("[a-]", "_", true), ("[a-", "-", true), ("[a-", "a", true),
      ("[\\", "\\", true), ("[a\\", "\\", true), ("a]", "a]", true), ("[^]x", "ax", true),
    ])
  func oddForms(pattern: String, key: String, expected: Bool) throws {
    #expect(try selects(pattern, key, .glob) == expected)
  }

  @Test("a range from ASCII to beyond it is that of signed bytes, as on the server")
  func signedRange() throws {
    let pattern = KeyPattern([0x5b, 0x61, 0x2d, 0xff, 0x5d], mode: .glob, from: .keysFile(line: 1))
    for (byte, expected) in [(0xff, true), (0x80, false), (0x62, false), (0x41, true)]
      as [(UInt8, Bool)]
    {
      #expect(try (firstMatch([pattern], [byte]) != nil) == expected, "\(byte)")
    }
  }

  @Test("a glob agrees with the plain recursive reading of it")
  func recursive() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<20_000 {
      let pattern = (0..<Int.random(in: 1...8, using: &random)).map { _ in
        Array("ab*?*".utf8).randomElement(using: &random) ?? 0
      }
      let key = (0..<Int.random(in: 0...8, using: &random)).map { _ in
        Array("abc".utf8).randomElement(using: &random) ?? 0
      }
      let found = try firstMatch(
        [KeyPattern(pattern, mode: .glob, from: .keyRegex(option: 0))], key)
      #expect((found != nil) == plainGlob(pattern[...], key[...]), "\(pattern) \(key)")
    }
  }

  private func plainGlob(_ pattern: ArraySlice<UInt8>, _ key: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return key.isEmpty }
    if first == UInt8(ascii: "*") {
      return plainGlob(pattern.dropFirst(), key)
        || (!key.isEmpty && plainGlob(pattern, key.dropFirst()))
    }
    guard let byte = key.first, first == UInt8(ascii: "?") || first == byte else { return false }
    return plainGlob(pattern.dropFirst(), key.dropFirst())
  }

  @Test("many stars do not make a glob slow")
  func stars() throws {
    let pattern = String(repeating: "a*", count: 40) + "b"
    let key = [UInt8](repeating: 0x61, count: 65_536)
    let start = ContinuousClock.now
    #expect(try !selects(pattern, key, .glob))
    let elapsed = ContinuousClock.now - start
    #expect(elapsed < .seconds(2))
  }
}
