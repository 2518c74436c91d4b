// How much speaks for records that follow each other at a place where nothing is known to begin.
//
// The model of chance. A search tries many places; each has some chance that what lies there looks like
// whole records. The score of a chain is the number of bits by which it is unlikely: the negative
// logarithm, to the base 2, of its chance in bytes that are no records but have the same frequencies as
// those around. A chain is believed when its bits exceed the logarithm of the places that were tried,
// by a margin: so the expected number of chains that are believed by chance in one search is at most
// 2^-margin, whatever the size of the file.
//
//   where a record begins    a byte that may begin one, by its frequency around (ChanceModel)
//   a key or value of text   each character, by the frequency of printable bytes around; at most 12
//   a packed structure       16 bits: its totals, counts, links and end agree
//   compressed bytes         16 bits: they unpack to exactly what they promise
//   an expiry                20 bits: 64 bits of milliseconds are in this century
//   a number                 4 bits
//   a module's value         8 bits: its opcodes lead to an end
//
// Where the bytes around are text, text says nothing, and chains have to be longer.

/// What speaks for records that follow each other.
struct PlausibilityScore {
  /// Characters of one string that count.
  private static let characters = 12
  private static let structure = 160
  private static let time = 200
  private static let number = 40
  /// From 2005 to 2100: when most keys expire.
  private static let times: ClosedRange<Int64> = 1_104_537_600_000...4_102_444_800_000

  private let chance: ChanceModel
  /// What was found, in tenths of bits.
  private(set) var tenths = 0
  /// Whether a record says what no server writes.
  private(set) var isRefuted = false

  init(_ chance: ChanceModel) { self.chance = chance }

  /// Adds a record, which is whole.
  mutating func add(_ record: RDBRecord, in bytes: RawSpan) {
    if record.keyCount == 0 || record.elements == 0 { isRefuted = true }
    tenths += chance.start
    if let key = record.rawKey { tenths += text(key, in: bytes) }
    if let expiry = record.expiry, PlausibilityScore.times.contains(expiry.rawValue) {
      tenths += PlausibilityScore.time
    }
    tenths += value(record, in: bytes)
  }

  private func text(_ place: ByteRange, in bytes: RawSpan) -> Int {
    guard place.count > 0, bytes.extracting(place.range).isText else { return 0 }
    return chance.character * min(place.count, PlausibilityScore.characters)
  }

  private func value(_ record: RDBRecord, in bytes: RawSpan) -> Int {
    switch record.type {
    case .string:
      guard let value = try? record.stringValue(in: bytes) else { return 0 }
      switch value {
      case .raw(let place): return text(place, in: bytes)
      case .integer: return PlausibilityScore.number
      case .lzf: return PlausibilityScore.structure
      }
    case .list, .set, .zset, .hash, .zset2, .hashMetadataPreGA, .hashMetadata: return 0
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
