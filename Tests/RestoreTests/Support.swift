// What the tests of this room share: keys as texts, seeded randomness, a file with given keys.

import RDB
import Restore
import Testing

/// SplitMix64: small, and the same everywhere for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Begins with a seed and prints it, so that a failure can be replayed.
  init(seed: UInt64, _ test: String = #function) {
    state = seed
    print("\(test): seed \(seed)")
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

extension Array where Element == UInt8 {
  init(_ text: String) { self = Array(text.utf8) }

  /// Lends the bytes as a matcher takes them.
  func lend<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: bytes have no padding, which is all that `bytes` fears.
    try body(unsafe span.bytes)
  }
}

extension KeyPattern {
  init(_ text: String, _ mode: MatchMode = .full) {
    self.init(Array(text.utf8), mode: mode, from: .keyRegex(option: 0))
  }
}

/// The number of the first pattern that selects a key.
func firstMatch(
  _ patterns: [KeyPattern], _ key: [UInt8], limits: MatchLimits = MatchLimits()
) throws -> Int? {
  var matcher = KeyMatcher(try CompiledPatterns(patterns, limits: limits))
  return try key.lend { (key) throws(KeyMatchError) in try matcher.firstMatch(key) }
}

/// Whether a pattern selects a key.
func selects(_ pattern: String, _ key: [UInt8], _ mode: MatchMode = .full) throws -> Bool {
  try firstMatch([KeyPattern(pattern, mode)], key) != nil
}

/// Whether a pattern selects a key.
func selects(_ pattern: String, _ key: String, _ mode: MatchMode = .full) throws -> Bool {
  try selects(pattern, Array(key.utf8), mode)
}

/// A file that is built byte by byte.
struct FileOfKeys {
  var bytes: [UInt8] = Array("REDIS0011".utf8)

  mutating func select(_ database: UInt8) { bytes += [0xfe, database] }

  mutating func expiry(_ milliseconds: Int64) {
    bytes.append(0xfc)
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: milliseconds >> Int64(8 * shift))) }
  }

  /// A key of at most 63 bytes with the value `v`, or a value of another type as it is stored.
  mutating func key(_ key: String, type: UInt8 = 0, value: [UInt8] = [1, 0x76]) {
    bytes += [type, UInt8(key.utf8.count)] + Array(key.utf8) + value
  }

  /// A module value without content.
  mutating func module(_ name: String, key: String) {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    let id =
      name.utf8.reduce(UInt64(0)) { $0 << 6 | UInt64(alphabet.firstIndex(of: $1) ?? 0) } << 10
    let bigEndian = (0..<8).map { UInt8(truncatingIfNeeded: id >> UInt64(8 * (7 - $0))) }
    self.key(key, type: 7, value: [0x81] + bigEndian + [0])
  }

  /// The records of the file, scanned.
  func records() throws -> [RDBRecord] {
    let file = bytes + [0xff] + [UInt8](repeating: 0, count: 8)
    return try file.lend { (bytes) throws(RDBError) in
      var scanner = try RDBScanner(headerOf: bytes)
      var batch = RecordBatch(capacity: 64)
      _ = try scanner.scan(bytes, into: &batch)
      return (0..<batch.count).map { batch[$0] }
    }
  }

  /// What a plan makes of each key.
  func dispositions(_ selection: RestoreSelection) throws -> [Disposition] {
    var plan = RestorePlan(selection)
    return try records().map { record in
      try bytes.lend { (bytes) throws(KeyMatchError) in
        let place = record.rawKey ?? ByteRange(offset: 0, count: 0)
        return try plan.disposition(
          of: record, key: bytes.extracting(place.range), in: bytes)
      }
    }
  }
}
