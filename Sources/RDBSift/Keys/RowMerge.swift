// The merge of sorted runs: a binary heap of their first rows.

import RDB

/// Runs that are read row by row, the first row of all at a time.
struct RowMerge {
  /// The next row of a run, and where the run ends.
  private struct Head {
    var entry: RowEntry
    let end: Int
  }

  private let order: KeyOrder
  /// Runs that were not begun.
  private var runs: [Range<Int>]
  private var heads: [Head] = []

  /// Makes a merge of runs, which are ranges of the bytes that `next` gets.
  init(_ runs: [Range<Int>], _ order: KeyOrder) {
    self.runs = runs
    self.order = order
  }

  /// Removes the first row of all runs; nil if there are none left.
  mutating func next(in bytes: RawSpan) -> RowEntry? {
    while let run = runs.popLast() {
      guard !run.isEmpty else { continue }
      heads.append(Head(entry: RowEntry(at: run.lowerBound, of: bytes), end: run.upperBound))
      rise(from: heads.count - 1, in: bytes)
    }
    guard let first = heads.first else { return nil }
    if first.entry.end < first.end {
      heads[0].entry = RowEntry(at: first.entry.end, of: bytes)
    } else {
      heads.swapAt(0, heads.count - 1)
      heads.removeLast()
    }
    sink(in: bytes)
    return first.entry
  }

  private func precedes(_ one: Int, _ other: Int, _ bytes: RawSpan) -> Bool {
    order.precedes(heads[one].entry, heads[other].entry, in: bytes)
  }

  private mutating func rise(from place: Int, in bytes: RawSpan) {
    var place = place
    while place > 0, precedes(place, (place - 1) / 2, bytes) {
      heads.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink(in bytes: RawSpan) {
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < heads.count && precedes(child, least, bytes) { least = child }
      guard least != place else { return }
      heads.swapAt(place, least)
      place = least
    }
  }
}
