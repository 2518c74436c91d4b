// Damage never traps, always ends, and is told at a place inside the file.

import RDB
import TestSupport
import Testing

/// Scans and checks bytes that may be damaged; what is wrong must be told inside them.
private func checkDamaged(_ bytes: [UInt8], _ comment: () -> String) {
  let file = ScannedFile(scanning: bytes)
  let errors = [file.error, bytes.withRawSpan { checkValues(of: file, in: $0) }]
  for error in errors.compactMap({ $0 }) where !(0...bytes.count).contains(error.offset) {
    Issue.record("\(comment()): \(error)")
  }
  for record in file.records where record.start < 9 || record.end > bytes.count {
    Issue.record("\(comment()): a record at \(record.offset) outside the file")
  }
}

@Suite("damaged files")
struct FlipTests {
  /// Tiny files, each with something that no other has.
  static let tiny = Fixtures.all(upTo: 250).filter { $0.name.hasPrefix("synthetic/") }

  @Test("any value of any byte of a tiny file", arguments: tiny)
  func everyValue(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    for index in bytes.indices {
      var damaged = bytes
      for value in UInt8.min ... .max where value != bytes[index] {
        damaged[index] = value
        checkDamaged(damaged) { "\(fixture), byte \(index) is \(value)" }
      }
    }
  }

  @Test("some values of some bytes of a small file", arguments: Fixtures.all(upTo: 2500))
  func someValues(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    guard !bytes.isEmpty else { return }
    var random = SeededRandom(for: "damage to \(fixture)")
    for _ in 0..<60 {
      let index = random.below(bytes.count)
      var damaged = bytes
      for value in [0, 0xff, bytes[index] ^ 0x80, bytes[index] &+ 1] where value != bytes[index] {
        damaged[index] = value
        checkDamaged(damaged) { "\(fixture), byte \(index) is \(value)" }
      }
    }
  }

  @Test("random bytes of a larger file", arguments: Fixtures.all(upTo: 150_000))
  func randomValues(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    guard bytes.count > 2500 else { return }
    var random = SeededRandom(for: "damage to \(fixture)")
    for _ in 0..<20 {
      var damaged = bytes
      for _ in 0..<(1 + random.below(3)) {
        damaged[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
      }
      checkDamaged(damaged) { "\(fixture), see the seed" }
    }
  }

  @Test("random bytes behind a header")
  func noise() {
    var random = SeededRandom(for: "noise")
    let headers = ["REDIS0015", "REDIS0009", "VALKEY081"].map { Array($0.utf8) }
    for round in 0..<6000 {
      // Few different bytes make it likely that something is understood.
      let bound: UInt64 = round % 2 == 0 ? 256 : 34
      let bytes = headers[round % 3] + random.bytes(random.below(200), below: bound)
      checkDamaged(bytes) { "noise \(round), see the seed" }
    }
  }
}
