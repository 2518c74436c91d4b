// What is left of a damaged file, with a mark on each record. A record is sure if it was reached from
// the file's first byte by records that are all whole, and no damage is near: a length that was damaged
// leads to a place where bytes make sense by chance, for a record or two. Behind bytes that are lost it
// is sure only if records lead from it to the file's end, and a SELECTDB tells its database.

package import RDB

/// How far a record can be trusted.
package enum Confidence: String, Sendable, CaseIterable {
  /// Its place, its database and its structure are beyond doubt.
  case sure
  /// It is whole, but damage is near, or what was lost may have told its database.
  case probable
  /// It is what is whole of a damaged collection.
  case partial

  /// The mark as the program's own text.
  var text: StaticString {
    switch self {
    case .sure: "sure"
    case .probable: "probable"
    case .partial: "partial"
    }
  }
}

/// A piece of a damaged file, and which of its records are sure.
package struct SalvagedPiece: Sendable {
  /// The piece.
  package var piece: SalvageSegment
  /// Its records.
  package var records = 0
  /// Those of them that are sure.
  package var sure = 0
  /// Records that begin in this range are sure.
  package var sureRange = 0..<0
  /// Whether the database at its end is certain.
  package var knowsDatabase = false
}

/// What is left of a damaged file.
package struct SalvagedFile: Sendable {
  /// Records beside damage that are not sure, on either side.
  package static let shadow = 8

  /// Pieces and gaps.
  package var map: SalvageMap
  /// The pieces, with marks.
  package var pieces: [SalvagedPiece] = []
  /// Bytes of the file.
  package var fileSize: Int
  /// What the checksum of the whole file is, damage included.
  package var checksum: ChecksumState
  /// Keys that the file promises for its databases, as far as that can be read.
  package var promised: UInt64?

  /// Records that were read.
  package var records: Int { pieces.reduce(0) { $0 + $1.records } }
  /// Those of them that are sure.
  package var sure: Int { pieces.reduce(0) { $0 + $1.sure } }
  /// Bytes that cannot be read.
  package var lostBytes: Int { map.gaps.reduce(0) { $0 + $1.range.count } }
  /// Bytes behind the end of the file proper.
  package var trailing: Int {
    map.end.map { fileSize - $0 - 1 - (map.checksum == nil ? 0 : 8) } ?? 0
  }

  /// Whether everything is as it was written, as far as anything tells.
  package var isSound: Bool {
    if case .wrong = checksum { return false }
    return map.gaps.isEmpty
  }

  /// Reads a damaged file to its end.
  package init(_ bytes: RawSpan, _ options: SweepOptions) {
    map = SalvageSurvey(options).map(bytes)
    fileSize = bytes.byteCount
    let computed =
      options.checksum ? map.end.map { CRC64.update(0, bytes.extracting(0..<($0 + 1))) } : nil
    checksum =
      map.end == nil ? .unchecked : ChecksumState(stored: map.checksum, computed: computed)
    var knowsDatabase = true
    for piece in map.segments {
      if piece.precedingGap == .lost || piece.precedingGap == .header { knowsDatabase = false }
      var marked = SalvagedPiece(piece: piece)
      marked.knowsDatabase = knowsDatabase
      promised = marked.mark(bytes, map.header, promised)
      knowsDatabase = marked.knowsDatabase
      pieces.append(marked)
    }
    guard map.gaps.isEmpty, case .wrong = checksum else { return }
    // Some byte is wrong, and nothing tells which.
    for index in pieces.indices {
      pieces[index].sure = 0
      pieces[index].sureRange = 0..<0
    }
  }
}

extension SalvagedPiece {
  /// Goes through the piece's records without opening them, and marks them.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - header: The file's header.
  ///   - promised: Keys that were promised before.
  /// - Returns: Keys that are promised up to here.
  fileprivate mutating func mark(
    _ bytes: RawSpan, _ header: RDBHeader, _ promised: UInt64?
  ) -> UInt64? {
    var promised = promised
    var last: [Int] = []
    var first: (index: Int, start: Int)?
    var shadow = piece.precedingGap == nil ? 0 : SalvagedFile.shadow
    let isAfterLoss = piece.precedingGap == .lost || piece.precedingGap == .header
    if isAfterLoss && piece.precedesDamage { shadow = .max }
    let isNearDamage = isAfterLoss || piece.precedesDamage
    // Records that no server writes, but for one: from the second on, all is by chance.
    var odd = 0
    var doubted: Int?
    var highest = piece.database
    forEachBatch(bytes, header) { batch in
      var next = 0
      for index in 0...batch.count {
        while next < batch.events.count, batch.events[next].index <= index {
          switch batch.events[next].event {
          case .selectDatabase(let number):
            // Servers go through their databases in order.
            knowsDatabase = knowsDatabase || number > highest
            highest = max(highest, number)
          case .resize(let keys, _): promised = (promised ?? 0) &+ min(keys, 1 << 48)
          default: break
          }
          next += 1
        }
        guard index < batch.count else { break }
        let record = batch[index]
        if record.keyCount == 0 || record.elements == 0 { odd += 1 }
        if odd > 1, doubted == nil, isNearDamage { doubted = records }
        if first == nil, records >= shadow, knowsDatabase { first = (records, record.start) }
        records += 1
        if doubted == nil { last.append(record.start) }
        if last.count > 2 * SalvagedFile.shadow { last.removeFirst(SalvagedFile.shadow) }
      }
    }
    guard let first else { return promised }
    let isCut = piece.precedesDamage || doubted != nil
    let hidden = isCut ? min(SalvagedFile.shadow, last.count) : 0
    let end = hidden == 0 ? piece.end : last[last.count - hidden]
    guard first.start < end else { return promised }
    sureRange = first.start..<end
    sure = max(0, (doubted ?? records) - hidden - first.index)
    return promised
  }

  /// Scans the piece.
  private func forEachBatch(
    _ bytes: RawSpan, _ header: RDBHeader, _ body: (borrowing RecordBatch) -> Void
  ) {
    var scanner = piece.scanner(header)
    var batch = RecordBatch()
    var stop = RDBScanner.Stop.batchFull
    while stop == .batchFull {
      batch.removeAll()
      // It was scanned before, so there is nothing to fail at.
      stop = (try? scanner.scan(bytes, until: piece.end, into: &batch)) ?? .end
      body(batch)
    }
  }
}
