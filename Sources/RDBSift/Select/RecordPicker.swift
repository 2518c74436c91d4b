// Takes the picked records of a file: opened at their offsets where that settles what they are, else out
// of a scan.

import RDB

/// Takes the picked records of one file.
struct RecordPicker: Sendable {
  private let picks: [RecordPick]
  /// The records, if all of them could be opened at their offsets.
  private let opened: [RDBRecord]?
  /// Whether the opcodes before the first key have been read.
  var isAfterHead = false
  /// Picks that have been found.
  private var next = 0
  /// The end of the last scanned record.
  private var scannedEnd = RDBHeader.byteCount

  /// Whether no scan is needed.
  var isOpened: Bool { opened != nil }
  /// Whether all opened records were taken.
  var isAtEnd: Bool { next == opened?.count }

  /// Opens the records at their offsets, if the file may be read at any place.
  init(_ picks: RecordPicks, opening: Bool, in bytes: RawSpan, _ scanner: RDBScanner) {
    self.picks = picks.picks
    opened = opening && picks.mayOpen ? RecordPicker.opened(picks.picks, in: bytes, scanner) : nil
  }

  /// Appends opened records as far as the batch has room.
  mutating func append(to batch: inout RecordBatch) {
    guard let opened else { return }
    while next < opened.count, batch.count < batch.capacity {
      batch.append(opened[next])
      next += 1
    }
  }

  /// Keeps the picked records of a batch that was scanned.
  ///
  /// - Parameters:
  ///   - batch: The next records of the file; after an error, those before it are kept.
  ///   - bytes: The bytes that hold them.
  ///   - isAtEnd: Whether the file has no more.
  /// - Returns: The first pick that is not there.
  mutating func filter(
    _ batch: inout RecordBatch, in bytes: RawSpan, isAtEnd: Bool
  ) -> WrongOffset? {
    var wrong: WrongOffset?
    var (next, end) = (next, scannedEnd)
    batch.remove(
      records: { record in
        guard wrong == nil else { return true }
        end = record.end
        var isPicked = false
        while next < picks.count, picks[next].offset < record.end {
          guard picks[next].matches(record, in: bytes) else {
            wrong = WrongOffset(picks[next], record, in: bytes)
            return true
          }
          isPicked = true
          next += 1
        }
        return !isPicked
      }, events: { _ in false })
    (self.next, scannedEnd) = (next, end)
    guard wrong == nil, isAtEnd, next < picks.count else { return wrong }
    return WrongOffset(pick: picks[next], found: .end(end))
  }
}

// MARK: - Opening

extension RecordPicker {
  /// The records at their offsets; nil if a scan has to tell whether they are there.
  private static func opened(
    _ picks: [RecordPick], in bytes: RawSpan, _ scanner: RDBScanner
  ) -> [RDBRecord]? {
    guard picks.allSatisfy({ $0.database != nil && $0.key != nil }) else { return nil }
    guard !picks.isEmpty else { return [] }
    var batch = RecordBatch(capacity: 1)
    guard let (first, opener) = scanner.readingHead(of: bytes) else { return nil }
    var records: [RDBRecord] = []
    for pick in picks {
      guard let database = pick.database, let key = pick.key,
        var record = opener.record(at: pick.offset, database: database, in: bytes, using: &batch),
        pick.matches(record, in: bytes),
        pick.recordBytes != nil || opener.isPlainStart(of: record, in: bytes)
      else { return nil }
      // Two rows about the same record may differ in what they say of it.
      if records.last?.start == record.start { continue }
      if first.slot != nil, record.slot == nil {
        record.slotNumber = key.withRawSpan { HashSlot(of: $0).rawValue }
      }
      records.append(record)
    }
    return records
  }
}

extension WrongOffset {
  /// A pick that is not the record, which ends after the pick's offset.
  fileprivate init(_ pick: RecordPick, _ record: RDBRecord, in bytes: RawSpan) {
    let found: Found =
      pick.offset < record.start
      ? .nothing
      : .record(
        start: record.start, byteCount: record.byteCount, database: record.database,
        key: record.readableKey(in: bytes))
    self.init(pick: pick, found: found)
  }
}
