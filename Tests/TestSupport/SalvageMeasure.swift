// How well a salvage does: what single flipped bits cost, and what chance makes of data that is no
// record.

package import RDB

/// What a salvage kept of a file in which one bit was flipped, compared with the sound file.
package struct FlipResult: Sendable {
  /// Flips.
  package var flips = 0
  /// Records that end before the flipped byte and were not kept.
  package var lostBefore = 0
  /// Records that begin after the flipped byte and were not kept.
  package var lostAfter = 0
  /// Kept records that begin where the sound file has no record.
  package var invented = 0
  /// Flips that cost other records than their own, or that made records: byte and bit.
  package var examples: [(byte: Int, bit: Int)] = []

  package init() {}

  package mutating func merge(_ other: FlipResult) {
    flips += other.flips
    lostBefore += other.lostBefore
    lostAfter += other.lostAfter
    invented += other.invented
    examples += other.examples
  }
}

/// Flips bits of a sound file, one at a time, and salvages it.
package struct FlipMeasure: Sendable {
  private let bytes: [UInt8]
  private let sound: [RDBRecord]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    sound = ScannedFile(scanning: bytes).records
  }

  /// Flips random bits after the header.
  package func flip(_ count: Int, seed: UInt64) -> FlipResult {
    var random = SeededRandom(seed: seed)
    var result = FlipResult()
    for _ in 0..<count {
      let place = RDBHeader.byteCount + random.below(bytes.count - RDBHeader.byteCount)
      result.merge(flip(place, bit: random.below(8)))
    }
    return result
  }

  /// Flips one bit.
  package func flip(_ place: Int, bit: Int) -> FlipResult {
    var damaged = bytes
    damaged[place] ^= 1 << UInt8(bit)
    let kept = damaged.withRawSpan { keptRecords(of: salvage($0), in: $0) }
    let starts = Set(sound.map(\.offset))
    let found = Set(kept.map { ByteRange(offset: $0.offset, count: $0.end - $0.offset) })
    var result = FlipResult()
    result.flips = 1
    for record in sound
    where !found.contains(ByteRange(offset: record.offset, count: record.end - record.offset)) {
      if record.end <= place { result.lostBefore += 1 }
      if record.start > place { result.lostAfter += 1 }
    }
    result.invented = kept.count { !starts.contains($0.offset) }
    if result.lostBefore + result.lostAfter + result.invented > 0 {
      result.examples = [(place, bit)]
    }
    return result
  }
}

/// The records that a salvage kept.
package func keptRecords(of map: SalvageMap, in bytes: RawSpan) -> [RDBRecord] {
  var kept: [RDBRecord] = []
  for segment in map.segments {
    var scanner = segment.scanner(map.header)
    var batch = RecordBatch()
    var stop = RDBScanner.Stop.batchFull
    while stop == .batchFull {
      batch.removeAll()
      // It was scanned before.
      stop = (try? scanner.scan(bytes, until: segment.end, into: &batch)) ?? .end
      for index in 0..<batch.count { kept.append(batch[index]) }
    }
  }
  return kept
}

/// Data that holds no records.
package enum Noise: String, CaseIterable, Sendable {
  /// All bytes are equally likely.
  case random
  /// Bytes below 34: types and short lengths.
  case small
  /// Mostly zeros.
  case sparse
  /// Words and numbers in lines.
  case text
  /// Short texts with their lengths before them, as in any binary format.
  case counted
  /// Little-endian numbers of 32 bits, most of them small.
  case numbers

  /// Some bytes of it.
  package func bytes(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 64)
    while bytes.count < count { append(to: &bytes, &random) }
    return Array(bytes.prefix(count))
  }

  private func append(to bytes: inout [UInt8], _ random: inout SeededRandom) {
    switch self {
    case .random: bytes.append(UInt8(truncatingIfNeeded: random.next()))
    case .small: bytes.append(UInt8(random.below(34)))
    case .sparse:
      bytes.append(random.below(8) == 0 ? UInt8(truncatingIfNeeded: random.next()) : 0)
    case .text:
      for _ in 0..<(2 + random.below(8)) { bytes.append(UInt8(0x61 + random.below(26))) }
      bytes.append(random.below(8) == 0 ? 0x0a : 0x20)
    case .counted:
      let length = 1 + random.below(12)
      bytes.append(UInt8(length))
      for _ in 0..<length { bytes.append(UInt8(0x61 + random.below(26))) }
      for _ in 0..<random.below(4) { bytes.append(UInt8(random.below(4))) }
    case .numbers:
      let number = random.next() >> UInt64(32 + random.below(32))
      for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))) }
    }
  }
}

/// Records that a salvage finds in data that holds none.
package func inventedRecords(in noise: Noise, byteCount: Int, seed: UInt64) -> Int {
  var random = SeededRandom(seed: seed)
  // The first byte of the body is no type, so the salvage has to search.
  let bytes = Array("REDIS0011".utf8) + [0x63] + noise.bytes(byteCount, &random)
  return bytes.withRawSpan { keptRecords(of: salvage($0), in: $0).count }
}
