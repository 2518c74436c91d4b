// Hashes of keys, gathered in as many sweeps as memory asks for.

import RDB
import TestSupport
import Testing

@testable import RDBSift

@Suite("Hashes of keys")
struct KeyHashesTests {
  /// Gathers hashes by so many threads, in as many passes as it takes.
  private func repeated(
    _ hashes: [UInt64], threads: Int, limit: Int
  ) -> (found: [UInt64], passes: Int) {
    var found: [UInt64] = []
    var passes = 0
    var start: Int? = 0
    while let first = start {
      var gathered = (0..<threads).map { _ in KeyHashes(from: first, limit: limit) }
      for (index, hash) in hashes.enumerated() { gathered[index % threads].add(hash) }
      // Packed or not, the same is found.
      for index in stride(from: 0, to: threads, by: 2) { gathered[index].end() }
      let (more, next) = KeyHashes.repeated(in: gathered, threads: threads)
      // Each pass goes on where the last one ended.
      #expect(next.map { $0 > first } ?? true)
      #expect(more == more.sorted() && Set(more).isDisjoint(with: found))
      found += more
      passes += 1
      start = next
    }
    return (found, passes)
  }

  /// Hashes of which some come several times, in no order.
  private func hashes(_ count: Int, seed: UInt64, _ make: (UInt64) -> UInt64) -> [UInt64] {
    var random = SeededRandom(seed: seed)
    var hashes = (0..<count).map { _ in make(random.next() | 2) }
    for _ in 0..<(count / 20) {
      let hash = hashes[random.below(count)]
      for _ in 0...random.below(4) { hashes.insert(hash, at: random.below(hashes.count)) }
    }
    return hashes
  }

  private func expected(_ hashes: [UInt64]) -> [UInt64] {
    var counts: [UInt64: Int] = [:]
    for hash in hashes { counts[hash, default: 0] += 1 }
    return counts.filter { $0.value > 1 }.map { KeyHashes.fingerprint($0.key) }.sorted()
  }

  @Test("that repeat are all found, in one pass or in many", arguments: [1, 2, 5])
  func passes(threads: Int) {
    for seed in UInt64(1)...3 {
      let hashes = hashes(4000, seed: seed) { $0 }
      let expected = expected(hashes)
      #expect(expected.count > 100)
      let once = repeated(hashes, threads: threads, limit: 1 << 20)
      #expect(once.found == expected && once.passes == 1)
      for limit in [0, 10, 100, 900] {
        let often = repeated(hashes, threads: threads, limit: limit)
        #expect(often.found == expected, "limit \(limit)")
        #expect(limit == 900 || often.passes > 3, "limit \(limit)")
      }
    }
  }

  @Test("that lie in one bucket are found though they are more than the limit", arguments: [1, 3])
  func oneBucket(threads: Int) {
    for bucket in [UInt64(0), 7, 4095] {
      let hashes = hashes(2000, seed: bucket) { bucket << 52 | $0 >> 12 }
      let found = repeated(hashes, threads: threads, limit: 20)
      #expect(found.found == expected(hashes), "bucket \(bucket)")
    }
  }

  @Test("of one key that comes a million times need no room, and are found once")
  func oneHash() {
    var hashes = KeyHashes(limit: 1024)
    for _ in 0..<1_000_000 { hashes.add(77 << 12) }
    hashes.add(UInt64.max)
    hashes.add(UInt64.max)
    // Two of each are kept, so nothing had to be left for another pass.
    #expect(hashes.range == 0..<KeyHashes.bucketCount)
    let (found, next) = KeyHashes.repeated(in: [hashes], threads: 2)
    #expect(found == [77, .max >> 12] && next == nil)
  }

  @Test("that fill many chunks are all found")
  func chunks() {
    let hashes = hashes(400_000, seed: 5) { $0 & 0x00ff_ffff_ffff_ffff }
    let found = repeated(hashes, threads: 2, limit: 1 << 20)
    #expect(found.found == expected(hashes) && found.passes == 1)
  }

  @Test("of none are none")
  func none() {
    for all in [[], [KeyHashes(limit: 8)], [KeyHashes(limit: 8), KeyHashes(limit: 8)]] {
      let (found, next) = KeyHashes.repeated(in: all, threads: 3)
      #expect(found.isEmpty && next == nil)
    }
  }

  @Test("different places have different hashes, equal ones the same")
  func places() {
    var seen: [UInt64: String] = [:]
    for database in UInt32(0)..<4 {
      for number in 0..<4000 {
        let text = "\(number % 17 == 0 ? "" : "a-longer-prefix:")\(number)"
        Array(text.utf8).withRawSpan { name in
          let hash = ByteHash.of(ByteHash.of(name), database: database)
          #expect(hash == ByteHash.of(ByteHash.of(name), database: database))
          #expect(seen.updateValue(text, forKey: hash) == nil, "\(database) \(text)")
        }
      }
    }
    // Names of zeros differ in nothing but their length.
    let zeros = (0..<40).map { [UInt8](repeating: 0, count: $0) }
    #expect(Set(zeros.map { $0.withRawSpan { ByteHash.of($0) } }).count == zeros.count)
  }
}
