// Check digits of card and account numbers.

extension SignatureRule.Check {
  /// Whether the digits are valid; spaces and dashes are ignored.
  func passes(_ text: RawSpan) -> Bool {
    switch self {
    case .luhn: SignatureRule.Check.passesLuhn(text)
    case .iban: SignatureRule.Check.passesIBAN(text)
    }
  }

  /// Luhn: every other digit from the right is doubled, and the digits' sum is a multiple of ten.
  ///
  /// A single digit repeated would pass and is never issued.
  private static func passesLuhn(_ text: RawSpan) -> Bool {
    var sum = 0
    var doubles = false
    var digits: Set<Int> = []
    for index in (0..<text.byteCount).reversed() {
      let byte = text.byte(at: index)
      guard DigitRun.isDigit(byte) else {
        if byte == 0x20 || byte == 0x2d { continue }
        return false
      }
      let digit = Int(byte &- 0x30)
      let value = doubles ? digit * 2 : digit
      sum += value > 9 ? value - 9 : value
      doubles.toggle()
      digits.insert(digit)
    }
    return digits.count > 1 && sum % 10 == 0
  }

  /// The first four characters move to the end, letters become two digits (A is 10), and the number
  /// modulo 97 is 1.
  private static func passesIBAN(_ text: RawSpan) -> Bool {
    var characters: [UInt8] = []
    for index in 0..<text.byteCount where text.byte(at: index) != 0x20 {
      characters.append(text.byte(at: index))
    }
    guard characters.count > 4 else { return false }
    var rest = 0
    for character in characters[4...] + characters[..<4] {
      switch character {
      case 0x30...0x39: rest = (rest * 10 + Int(character - 0x30)) % 97
      case 0x41...0x5a: rest = (rest * 100 + Int(character - 0x41) + 10) % 97
      default: return false
      }
    }
    return rest == 1
  }
}
