// What single flipped bits cost, and what chance makes of data without records. `FLIPS=250` in the
// environment runs 1,500 flips over the six files; Documentation/Forensics.md has the numbers.

import Foundation
import TestSupport
import Testing

@Suite("Salvage of flipped bits and of noise")
struct FlipMeasureTests {
  static let files = [
    "redis-7.4.1/hfe", "redis-2.2.15/hashes", "redis-3.0.7/lists", "valkey-9.1.2/keys",
    "redis-5.0.14/streams", "redis-7.2.6/sets",
  ]

  /// Flips per file.
  static let flips = ProcessInfo.processInfo.environment["FLIPS"].flatMap { Int($0) } ?? 12

  @Test("one flipped bit loses nothing before it and makes no record", arguments: files)
  func flip(_ name: String) throws {
    let result = FlipMeasure(try Fixtures.bytes(name)).flip(FlipMeasureTests.flips, seed: 7)
    print("\(name): \(result)")
    #expect(result.lostBefore == 0, "\(result.examples)")
    #expect(result.invented == 0, "\(result.examples)")
    // A record or two per hundred flips: the neighbour, where the boundary itself was hit.
    #expect(result.lostAfter <= 2 + result.flips / 10, "\(result.examples)")
  }

  @Test("a bit of a hash whose fields look like records costs that hash only")
  func fieldsLikeRecords() throws {
    let measure = FlipMeasure(try Fixtures.bytes("redis-7.4.1/hfe"))
    // Lengths of fields, an expiry and the count of elements, in two hashes of 600 fields.
    for (place, bit) in [(5597, 6), (12441, 4), (1097, 4), (491, 7), (469, 1), (7759, 7)] {
      let result = measure.flip(place, bit: bit)
      #expect(result.lostBefore == 0 && result.invented == 0, "\(place)")
      #expect(result.lostAfter <= 3, "\(place)")
    }
  }

  @Test("data without records gives none", arguments: Noise.allCases)
  func noise(_ noise: Noise) {
    let count = FlipMeasureTests.flips > 12 ? 8_000_000 : 60_000
    let invented = inventedRecords(in: noise, byteCount: count, seed: 3)
    print("\(noise): \(invented) records in \(count) bytes")
    #expect(invented == 0)
  }
}
