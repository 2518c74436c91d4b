// Most records are plain strings in which no rule can match. Consecutive ones are searched as one text, which
// is several times as fast as to search each key and each value; only records around what is found there
// are searched again.

import RDB
import Restore

/// The records of a batch that cannot match.
struct ClearedRuns {
  /// Where the texts of these records are.
  ///
  /// A literal would make an array for each use.
  private static let places = SignatureRule.Places.key.union(.value)

  /// Where runs of records that were searched as one text begin and end, in order.
  private var runs: [Range<Int>] = []
  /// Where records of these runs begin that may match, in order.
  private var suspects: [Int] = []
  private var nextRun = 0
  private var nextSuspect = 0

  /// Searches the plain strings of a batch.
  mutating func begin(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, _ matcher: borrowing SignatureMatcher
  ) {
    if !runs.isEmpty { runs.removeAll(keepingCapacity: true) }
    if !suspects.isEmpty { suspects.removeAll(keepingCapacity: true) }
    (nextRun, nextSuspect) = (0, 0)
    guard matcher.canClear(ClearedRuns.places) else { return }
    batch.withRecords { records in
      var first = 0
      while first < records.count {
        var end = first
        while end < records.count, records[end].isPlainString { end &+= 1 }
        if end > first {
          search(records.extracting(first..<end), in: bytes, matcher)
        }
        first = max(end, first &+ 1)
      }
    }
    suspects.sort()
  }

  private mutating func search(
    _ records: Span<RDBRecord>, in bytes: RawSpan, _ matcher: borrowing SignatureMatcher
  ) {
    let start = records[0].offset
    let end = records[records.count &- 1].end
    runs.append(records[0].start..<end)
    let places = ClearedRuns.places
    var near = 0
    matcher.suspects(in: bytes.extracting(start..<end), at: places) { place, digits in
      near = records.index(at: start &+ place.lowerBound, near: near)
      // A run of digits may go on in the next records.
      var index = near
      while index < records.count, records[index].start < start &+ place.upperBound {
        let record = records[index]
        index &+= 1
        if digits > 0 {
          let texts = record.texts(around: start &+ place.lowerBound..<start &+ place.upperBound)
          guard matcher.mayMatch(digits, in: bytes.extracting(texts), at: places) else { continue }
        }
        suspects.append(record.start)
      }
    }
  }

  /// Whether no rule can match in a record; records are asked about in order.
  mutating func contain(_ record: RDBRecord) -> Bool {
    while nextRun < runs.count, runs[nextRun].upperBound <= record.start { nextRun &+= 1 }
    guard nextRun < runs.count, runs[nextRun].contains(record.start) else { return false }
    while nextSuspect < suspects.count, suspects[nextSuspect] < record.start { nextSuspect &+= 1 }
    return nextSuspect == suspects.count || suspects[nextSuspect] != record.start
  }
}

extension RDBRecord {
  /// Whether key and value are strings that are stored as they are.
  fileprivate var isPlainString: Bool {
    type == .string && !flags.contains(.keyIsPacked) && flags.isDisjoint(with: .packedValue)
  }
}

extension RDBRecord {
  /// The key, the value or both, as far as a place reaches into them.
  fileprivate func texts(around place: Range<Int>) -> Range<Int> {
    let first = place.lowerBound < valueOffset ? offset : valueOffset
    let last = place.upperBound <= valueOffset ? valueOffset : end
    return first..<last
  }
}

extension Span<RDBRecord> {
  /// The index of the last record that begins at an offset or before it; mostly one soon after `near`.
  fileprivate func index(at offset: Int, near: Int) -> Int {
    if self[near].start <= offset {
      var index = near
      while index &+ 1 < count, self[index &+ 1].start <= offset { index &+= 1 }
      return index
    }
    var (low, high) = (0, near)
    while low < high {
      let middle = (low &+ high) / 2
      if self[middle].start <= offset { low = middle &+ 1 } else { high = middle }
    }
    return Swift.max(low &- 1, 0)
  }
}
