// Text formats, recognised after white space and byte order marks.

extension UnsupportedFormat {
  /// Recognises text; nil for anything else.
  static func byText(_ head: [UInt8]) -> Entry? {
    if head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff]) || isBareUTF16(head) {
      return Entry(
        "text in UTF-16, as PowerShell writes redirected output",
        "this destroys a binary file; copy it again in binary mode")
    }
    let hasMark = head.starts(with: [0xef, 0xbb, 0xbf])
    let text = head.dropFirst(hasMark ? 3 : 0).drop { $0 <= 0x20 }
    if let entry = byMarkup(text) ?? byProtocol(text) ?? byEncoding(text) { return entry }
    return hasMark ? Entry("text with a UTF-8 byte order mark") : nil
  }

  /// Whether text in UTF-16 without a byte order mark begins with an RDB header.
  private static func isBareUTF16(_ head: [UInt8]) -> Bool {
    let magic = Array("REDIS".utf8)
    return head.starts(with: magic.flatMap { [$0, 0] })
      || head.starts(with: magic.flatMap { [0, $0] })
  }

  private static func byMarkup(_ text: ArraySlice<UInt8>) -> Entry? {
    let start = String(decoding: text.prefix(512), as: UTF8.self)
    let lower = start.lowercased()
    if lower.hasPrefix("<!doctype html") || lower.hasPrefix("<html") {
      return Entry("an HTML page", "the server sent a web page instead of the file")
    }
    if start.hasPrefix("<?xml") || start.hasPrefix("<Error>") {
      guard let code = element("Code", of: start) else { return Entry("an XML document") }
      let message = element("Message", of: start).map { ": \($0)" } ?? ""
      return Entry(
        "an error response of an object store (\(code)\(message))",
        "request a new URL and download again")
    }
    return text.first == UInt8(ascii: "{") || text.first == UInt8(ascii: "[") ? json(text) : nil
  }

  /// A JSON text: an object whose first member has a name, or an array.
  private static func json(_ text: ArraySlice<UInt8>) -> Entry? {
    let next = text.dropFirst().drop { $0 <= 0x20 }.first
    let first: [UInt8] =
      text.first == UInt8(ascii: "{") ? Array("\"}".utf8) : Array("\"[{]tfn-0123456789".utf8)
    guard let next, first.contains(next) else { return nil }
    return Entry("JSON text")
  }

  /// The text of an XML element, if it is short and plain: it is shown to the user.
  private static func element(_ name: String, of text: String) -> String? {
    guard let start = text.firstRange(of: "<\(name)>")?.upperBound,
      let end = text[start...].firstRange(of: "</\(name)>")?.lowerBound
    else { return nil }
    let content = text[start..<end]
    let isPlain = content.utf8.allSatisfy { (0x20...0x7e).contains($0) }
    return isPlain && (1...120).contains(content.utf8.count) ? String(content) : nil
  }

  private static func byProtocol(_ text: ArraySlice<UInt8>) -> Entry? {
    if text.first == UInt8(ascii: "*"), let digit = text.dropFirst().first, isDigit(digit) {
      return Entry("an append-only file or other Redis protocol commands")
    }
    if text.starts(with: "file ".utf8), text.prefix(512).split(separator: 0x0a)[0].hasWord("seq") {
      return Entry(
        "the manifest of an append-only log", "name the directory that contains it")
    }
    if text.starts(with: "\"\\x".utf8) {
      return Entry("a DUMP payload as redis-cli prints it", "save it with redis-cli --raw")
    }
    return nil
  }

  private static func byEncoding(_ text: ArraySlice<UInt8>) -> Entry? {
    for start in ["UkVESVM", "VkFMS0VZ", "H4sI"] where text.starts(with: start.utf8) {
      return Entry("a backup in base64", "decode it first with base64 -d")
    }
    if String(decoding: text.prefix(10), as: UTF8.self).lowercased() == "5245444953" {
      return Entry("a backup in hexadecimal digits", "decode it first with xxd -r -p")
    }
    if text.starts(with: "00000000: 5245 4449 53".utf8) {
      return Entry("a hex dump of a backup", "decode it first with xxd -r")
    }
    return isBase64(text) ? Entry("text in base64", "decode it first with base64 -d") : nil
  }

  /// Whether text of at least 64 bytes is base64: nothing else, and letters of both cases and digits.
  private static func isBase64(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count >= 64 else { return false }
    var (hasUpper, hasLower, hasDigit) = (false, false, false)
    for byte in text {
      switch byte {
      case 0x41...0x5a: hasUpper = true
      case 0x61...0x7a: hasLower = true
      case 0x30...0x39: hasDigit = true
      case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), 0x0a, 0x0d: continue
      default: return false
      }
    }
    return hasUpper && hasLower && hasDigit
  }
}

extension ArraySlice<UInt8> {
  /// Whether a word stands between spaces.
  fileprivate func hasWord(_ word: String) -> Bool {
    split(separator: 0x20).contains { $0.elementsEqual(word.utf8) }
  }
}
