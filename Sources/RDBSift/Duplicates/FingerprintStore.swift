// Fingerprints of 40 bits in buckets, five bytes each. A bucket is a list of chunks of one pool, so that
// thousands of buckets grow without being copied and without room for what may come. New fingerprints
// are staged, since one write of eight is faster than eight writes.

/// Fingerprints in buckets.
struct FingerprintStore: Sendable {
  /// Fingerprints that a bucket stages.
  private static let staged = 8
  /// Fingerprints per chunk.
  private static let chunk = 32
  /// Chunks that are allocated at once.
  private static let blockChunks = 2048
  /// Up to this number of fingerprints they are packed at the end.
  private static let packedLimit = 1 << 20

  private struct Block {
    var low = [UInt32](repeating: 0, count: FingerprintStore.blockChunks * FingerprintStore.chunk)
    var high = [UInt8](repeating: 0, count: FingerprintStore.blockChunks * FingerprintStore.chunk)
  }

  private let bucketCount: Int
  /// Fingerprints of each bucket; the last few are staged.
  private var counts: [UInt32] = []
  private var stage: [UInt64] = []
  /// The last chunk of each bucket.
  private var last: [UInt32] = []
  /// The chunk before each chunk.
  private var previous: [UInt32] = []
  private var blocks: [Block] = []
  /// Chunks that were given back.
  private var free: [UInt32] = []
  /// All fingerprints by bucket, once they are packed; the buckets begin at `starts`.
  private var packed: Block?
  private var starts: [UInt32] = []

  init(buckets: Int) { bucketCount = buckets }

  /// Adds a fingerprint.
  @inline(__always)
  mutating func add(_ fingerprint: UInt64, to bucket: Int) {
    if counts.isEmpty { prepare() }
    let count = counts[bucket]
    let place = Int(count) & (FingerprintStore.staged - 1)
    stage[bucket &* FingerprintStore.staged &+ place] = fingerprint
    counts[bucket] = count &+ 1
    if place == FingerprintStore.staged - 1 { write(bucket) }
  }

  @inline(never)
  private mutating func prepare() {
    counts = [UInt32](repeating: 0, count: bucketCount)
    stage = [UInt64](repeating: 0, count: bucketCount * FingerprintStore.staged)
    last = [UInt32](repeating: 0, count: bucketCount)
  }

  /// Moves what a bucket has staged into its last chunk.
  @inline(never)
  private mutating func write(_ bucket: Int) {
    let stored = Int(counts[bucket]) - FingerprintStore.staged
    if stored % FingerprintStore.chunk == 0 { addChunk(to: bucket) }
    let chunk = Int(last[bucket])
    let start =
      chunk % FingerprintStore.blockChunks * FingerprintStore.chunk + stored
      % FingerprintStore.chunk
    let block = chunk / FingerprintStore.blockChunks
    var low = blocks[block].low.mutableSpan
    for index in 0..<FingerprintStore.staged {
      let fingerprint = stage[bucket &* FingerprintStore.staged &+ index]
      low[start &+ index] = UInt32(truncatingIfNeeded: fingerprint)
    }
    var high = blocks[block].high.mutableSpan
    for index in 0..<FingerprintStore.staged {
      let fingerprint = stage[bucket &* FingerprintStore.staged &+ index]
      high[start &+ index] = UInt8(truncatingIfNeeded: fingerprint >> 32)
    }
  }

  private mutating func addChunk(to bucket: Int) {
    let chunk: UInt32
    if let used = free.popLast() {
      chunk = used
    } else {
      chunk = UInt32(previous.count)
      previous.append(0)
      if previous.count > blocks.count * FingerprintStore.blockChunks { blocks.append(Block()) }
    }
    previous[Int(chunk)] = last[bucket]
    last[bucket] = chunk
  }

  /// Fingerprints in a bucket.
  func count(of bucket: Int) -> Int {
    if packed != nil { return Int(starts[bucket + 1] - starts[bucket]) }
    return counts.isEmpty ? 0 : Int(counts[bucket])
  }

  /// Appends the fingerprints of a bucket to a row, in no order.
  func append(_ bucket: Int, to row: inout [UInt64]) {
    if let packed {
      for index in Int(starts[bucket])..<Int(starts[bucket + 1]) {
        row.append(FingerprintStore.fingerprint(index, in: packed))
      }
      return
    }
    let count = count(of: bucket)
    let waiting = count % FingerprintStore.staged
    for index in 0..<waiting { row.append(stage[bucket * FingerprintStore.staged + index]) }
    var left = count - waiting
    var chunk = left > 0 ? Int(last[bucket]) : 0
    while left > 0 {
      let filled = (left - 1) % FingerprintStore.chunk + 1
      let start = chunk % FingerprintStore.blockChunks * FingerprintStore.chunk
      let block = blocks[chunk / FingerprintStore.blockChunks]
      for index in start..<start + filled {
        row.append(FingerprintStore.fingerprint(index, in: block))
      }
      left -= filled
      chunk = Int(previous[chunk])
    }
  }

  @inline(__always)
  private static func fingerprint(_ index: Int, in block: Block) -> UInt64 {
    UInt64(block.high[index]) << 32 | UInt64(block.low[index])
  }

  /// Empties a bucket; its chunks are used again.
  mutating func removeAll(of bucket: Int) {
    guard !counts.isEmpty else { return }
    var left = Int(counts[bucket]) / FingerprintStore.staged * FingerprintStore.staged
    while left > 0 {
      free.append(last[bucket])
      last[bucket] = previous[Int(last[bucket])]
      left -= (left - 1) % FingerprintStore.chunk + 1
    }
    counts[bucket] = 0
  }

  /// Packs fingerprints that are few, of which buckets are mostly empty; nothing can be added then.
  mutating func pack() {
    let total = counts.reduce(0) { $0 + Int($1) }
    guard packed == nil, total <= FingerprintStore.packedLimit else { return }
    var row: [UInt64] = []
    row.reserveCapacity(total)
    var starts: [UInt32] = []
    starts.reserveCapacity(bucketCount + 1)
    for bucket in 0..<bucketCount {
      starts.append(UInt32(row.count))
      append(bucket, to: &row)
    }
    starts.append(UInt32(row.count))
    var whole = Block(low: [], high: [])
    whole.low = row.map { UInt32(truncatingIfNeeded: $0) }
    whole.high = row.map { UInt8(truncatingIfNeeded: $0 >> 32) }
    self = FingerprintStore(buckets: bucketCount)
    self.starts = starts
    packed = whole
  }
}
