// What is remembered of a file's keys, and what it takes.

import Dispatch
import RDB
import TestSupport
import Testing

@testable import RDBSift

@Suite("Remembered keys") struct KeyIndexTests {
  private func value(_ hash: UInt64) -> KeyIndexValue {
    KeyIndexValue(
      digest: UInt128(hash) &* 0x9e37_79b9_7f4a_7c15,
      expiry: hash % 3 == 0 ? UnixMilliseconds(Int64(bitPattern: hash >> 1)) : nil)
  }

  @Test("are found with what they hold, each at a place of its own, and others are not")
  func found() {
    var random = SeededRandom(seed: 20_261_124)
    let hashes = Set((0..<20_000).map { _ in random.next() }).sorted()
    let builder = KeyIndexBuilder(DigestKey(1, 2))
    DispatchQueue.concurrentPerform(iterations: 4) { part in
      var intake = KeyIndexBatch(builder)
      for index in stride(from: part, to: hashes.count, by: 4) {
        intake.insert(hashes[index], value(hashes[index]))
      }
      intake.flush()
    }
    let keys = builder.finish(threads: 2)
    #expect(keys.count == hashes.count)
    var places: Set<Int> = []
    for hash in hashes {
      let found = keys.find(hash)
      #expect(found?.value == value(hash))
      #expect(found?.place == keys.place(of: hash))
      if let found { places.insert(found.place) }
      #expect(keys.find(hash &+ 0x1_0000) == nil)
    }
    #expect(places.count == hashes.count)
    #expect(places.allSatisfy { (0..<keys.capacity).contains($0) })
  }

  @Test("take 50 bytes each at most, at any number of them")
  func size() {
    var random = SeededRandom(seed: 42)
    var shard = KeyIndexPartition()
    var most = 0.0
    for count in 1...60_000 {
      shard.insert([KeyIndexEntry(KeyIndexPartition.tag(random.next()), value(UInt64(count)))].span)
      // A shard of a file of 500,000 keys has two thousand.
      guard count >= 2000 else { continue }
      most = max(most, Double(shard.byteCount) / Double(count))
      guard count % 10_000 == 0 else { continue }
      var settled = shard
      settled.sort()
      #expect(settled.count == count)
      #expect(Double(settled.byteCount) / Double(count) < 36)
    }
    #expect(most < 50)
  }

  @Test("beyond a limit are left out by the hash, whatever the order, and found in a later pass")
  func limited() {
    var random = SeededRandom(seed: 5)
    let hashes = Set((0..<30_000).map { _ in random.next() }).sorted()
    for order in [hashes, hashes.reversed()] {
      var (first, found, ranges) = (0, 0, [Range<Int>]())
      while first < KeyIndex.partitions {
        let builder = KeyIndexBuilder(DigestKey(1, 2), from: first, limit: 7000)
        var batch = KeyIndexBatch(builder)
        for hash in order where builder.accepts(hash) { batch.insert(hash, value(hash)) }
        batch.flush()
        let keys = builder.finish(threads: 1)
        #expect(keys.count <= 7000)
        for hash in hashes { #expect((keys.find(hash) != nil) == keys.covers(hash)) }
        found += keys.count
        ranges.append(keys.covered)
        first = keys.covered.upperBound
      }
      #expect(found == hashes.count && ranges.count == 5)
    }
  }

  @Test("of one hash are the greater of the two, in whatever order they come")
  func twice() {
    let values = [value(3), value(4), KeyIndexValue(digest: value(3).digest, expiry: nil)]
    let orders = [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]]
    let kept = orders.map { order in
      var shard = KeyIndexPartition()
      for index in order { shard.insert([KeyIndexEntry(7, values[index])].span) }
      shard.sort()
      #expect(shard.count == 1)
      return shard[shard.place(of: 7) ?? 0]
    }
    #expect(Set(kept) == [values[1]])
  }

  @Test("are none before the first")
  func none() {
    let keys = KeyIndexBuilder(DigestKey(1, 2)).finish(threads: 1)
    #expect(keys.count == 0 && keys.capacity == 0 && keys.find(1) == nil)
  }
}
