// JSON for parameters: one object whose members are strings, numbers, true, false or null.

/// Parses an object without nested objects or arrays.
struct FlatJSON {
  private var rest: ArraySlice<UInt8>
  /// The names of the members so far, with those of null ones.
  private(set) var names: Set<String> = []

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The members in order, without null ones; nil if this is not such an object.
  mutating func object() -> [(name: String, value: [UInt8])]? {
    var members: [(name: String, value: [UInt8])] = []
    guard take("{") else { return nil }
    if take("}") { return ends ? members : nil }
    repeat {
      guard let name = string(), take(":"), let value = value() else { return nil }
      let text = String(decoding: name, as: UTF8.self)
      names.insert(text)
      if value != Array("null".utf8) || wasText { members.append((text, value)) }
    } while take(",")
    return take("}") && ends ? members : nil
  }

  /// Whether the last value was a string.
  private var wasText = false

  private var ends: Bool { rest.allSatisfy { $0 <= 0x20 } }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skipSpace()
    guard rest.first == UInt8(ascii: sign) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func skipSpace() {
    while let byte = rest.first, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { rest = rest.dropFirst() }
  }

  private mutating func value() -> [UInt8]? {
    skipSpace()
    wasText = rest.first == UInt8(ascii: "\"")
    if wasText { return string() }
    let word = Array(rest.prefix { $0 > 0x20 && !",}".utf8.contains($0) })
    guard !word.isEmpty, !word.contains(where: { "{[\"".utf8.contains($0) }) else { return nil }
    rest = rest.dropFirst(word.count)
    return word
  }

  private mutating func string() -> [UInt8]? {
    guard take("\"") else { return nil }
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"):
        guard let escaped = escape() else { return nil }
        text += escaped
      case ..<0x20: return nil
      default: text.append(byte)
      }
    }
    return nil
  }

  private mutating func escape() -> [UInt8]? {
    switch rest.popFirst() {
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"): return scalar()
    case .some(let byte) where "\"\\/".utf8.contains(byte): return [byte]
    default: return nil
    }
  }

  private mutating func scalar() -> [UInt8]? {
    guard var value = rest.takeHexadecimal(4) else { return nil }
    if (0xd800..<0xdc00).contains(value) {
      guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u"),
        let low = rest.takeHexadecimal(4), (0xdc00..<0xe000).contains(low)
      else { return nil }
      value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00)
    }
    return Unicode.Scalar(value).map { Array(String($0).utf8) }
  }
}
