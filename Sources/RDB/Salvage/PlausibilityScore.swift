// How much speaks for a record besides that it is whole. In small numbers and zeros a plain string is
// soon made by chance, a listpack hardly ever, and a key that is text not often. Each is given what it
// is worth in bits: how often chance would have to be tried.

/// What speaks for records that follow each other.
struct PlausibilityScore {
  /// Bits that are asked for, tenths of them.
  static let enough = 140
  private static let textCharacter = 14
  private static let structure = 160
  private static let time = 200
  /// From 2005 to 2100: when most keys expire.
  private static let times: ClosedRange<Int64> = 1_104_537_600_000...4_102_444_800_000

  /// What was found, in tenths of bits.
  private(set) var tenths = 0
  /// Whether a record says what no server writes.
  private(set) var isRefuted = false

  /// Takes in a record, which is whole.
  mutating func add(_ record: RDBRecord, in bytes: RawSpan) {
    if record.keyCount == 0 || record.elements == 0 { isRefuted = true }
    if PlausibilityScore.isText(record, in: bytes) {
      tenths += PlausibilityScore.textCharacter * min(Int(record.keyCount), 12)
    }
    if let expiry = record.expiry, PlausibilityScore.times.contains(expiry.rawValue) {
      tenths += PlausibilityScore.time
    }
    tenths += value(record, in: bytes)
  }

  private func value(_ record: RDBRecord, in bytes: RawSpan) -> Int {
    switch record.type {
    case .string:
      guard let value = try? record.stringValue(in: bytes) else { return 0 }
      switch value {
      case .raw(let place):
        let isText = place.count > 0 && bytes.extracting(place.range).isText
        return isText ? 10 * min(place.count, 8) : 0
      case .integer: return 40
      case .lzf: return PlausibilityScore.structure
      }
    case .list, .set, .zset, .hash, .zset2, .hashMetadataPreGA, .hashMetadata:
      return 10 * min(Int(clamping: record.elements ?? 0), 4)
    case .module2: return PlausibilityScore.structure / 2
    case _ where record.type.rawValue >= RDBType.array.rawValue:
      return PlausibilityScore.structure / 2
    default: return PlausibilityScore.structure
    }
  }

  /// Whether a record's key is text, as most keys are.
  static func isText(_ record: RDBRecord, in bytes: RawSpan) -> Bool {
    guard let key = record.rawKey else { return true }
    return key.count > 0 && bytes.extracting(key.range).isText
  }
}

extension RawSpan {
  /// Whether the first bytes are printable: ASCII, or what may be UTF-8.
  var isText: Bool {
    var following = 0
    for index in 0..<min(byteCount, 64) {
      let byte = byte(at: index)
      if following > 0 {
        guard byte & 0xc0 == 0x80 else { return false }
        following -= 1
        continue
      }
      switch byte {
      case 0x20...0x7e: break
      case 0xc2...0xdf: following = 1
      case 0xe0...0xef: following = 2
      case 0xf0...0xf4: following = 3
      default: return false
      }
    }
    return following == 0 || byteCount > 64
  }
}
