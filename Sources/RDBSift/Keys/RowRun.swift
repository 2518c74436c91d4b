// Rows as one thread collects them, until they are sorted and handed on.

import Export
import RDB

/// Rows in the order in which they come.
struct RowRun: ~Copyable {
  /// Bytes of rows that are handed on together.
  private static let mark = 1 << 20
  /// Rows that are sorted together at least, if only the first are kept.
  private static let batch = 1024

  private let order: KeyOrder
  /// The number of rows that are wanted in the end; nil for all.
  private let top: Int?
  private var entries: [RowEntry] = []
  private var bytes = OutputBuffer(capacity: 1 << 16)
  /// The rank that a row must be below to be among the first; nil while any row may be.
  private var bound: Int64?

  init(_ order: KeyOrder, top: Int?) {
    self.order = order
    self.top = top
  }

  /// Whether a row may be among the first, by its rank.
  ///
  /// Of two rows with the same rank the earlier one is, unless their keys are compared.
  @inline(__always)
  func admits(_ rank: Int64?) -> Bool {
    guard let bound else { return true }
    guard let rank else { return false }
    return order.comparesKeys ? rank <= bound : rank < bound
  }

  /// Adds a row that `write` appends to the buffer.
  mutating func append(
    _ entry: RowEntry, key: RawSpan, _ write: (inout OutputBuffer) -> Void
  ) {
    var entry = entry
    entry.key = ByteRange(
      offset: bytes.count, count: order.comparesKeys ? key.byteCount : 0)
    if order.comparesKeys { bytes.append(key) }
    write(&bytes)
    entry.rowCount = bytes.count &- entry.key.end
    entries.append(entry)
    if let top, entries.count >= max(RowRun.batch, top.multipliedSaturating(by: 2)) {
      keepFirst(top)
    }
  }

  /// Whether the rows should be handed on.
  var isLarge: Bool { bytes.count >= RowRun.mark }

  /// Lends the rows, sorted and stored one after the other, and empties the run.
  mutating func drain(_ body: (RawSpan) -> Void) {
    guard !entries.isEmpty else { return }
    sort()
    if let top, entries.count > top { entries.removeLast(entries.count &- top) }
    var stored = OutputBuffer(
      capacity: bytes.count &+ entries.count &* RowEntry.headerCount)
    bytes.withBytes { bytes in
      for entry in entries { entry.append(from: bytes, to: &stored) }
    }
    stored.withBytes(body)
    entries.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingAtMost: 2 * RowRun.mark)
  }

  private mutating func sort() {
    bytes.withBytes { bytes in
      entries.sort { order.precedes($0, $1, in: bytes) }
    }
  }

  /// Keeps the first rows, and the rank of the last of them.
  private mutating func keepFirst(_ top: Int) {
    sort()
    entries.removeLast(entries.count &- top)
    var kept = OutputBuffer(capacity: 1 << 16)
    bytes.withBytes { bytes in
      for index in entries.indices {
        let entry = entries[index]
        entries[index].key.offset = kept.count
        kept.append(
          ByteRange(offset: entry.key.offset, count: entry.end &- entry.key.offset), of: bytes)
      }
    }
    bytes = kept
    bound = entries.last.flatMap { $0.isLast ? nil : $0.rank }
  }
}

extension Int {
  fileprivate func multipliedSaturating(by factor: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? .max : product
  }
}
