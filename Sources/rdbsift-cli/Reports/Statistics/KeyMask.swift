/// Names instead of keys: K1, K2, … in the order in which they are first shown.
///
/// Numbers by rank say nothing about a key; a hash of it could be guessed.
final class KeyMask {
  private let masks: Bool
  private var numbers: [[UInt8]: Int] = [:]

  init(masks: Bool) { self.masks = masks }

  /// The bytes, or the name that replaces them.
  func value(_ bytes: [UInt8], width: Int = 60) -> Value {
    .key(masks ? Array(name(bytes).utf8) : bytes, width: width)
  }

  /// The same for sentences.
  func text(_ bytes: [UInt8]) -> String {
    masks ? name(bytes) : Formatting.key(bytes, width: 60)
  }

  private func name(_ bytes: [UInt8]) -> String {
    if let number = numbers[bytes] { return "K\(number)" }
    numbers[bytes] = numbers.count + 1
    return "K\(numbers.count)"
  }
}
