// A damaged file with a confidence for each readable record. A record is sure if all records from the start of
// the file to it are intact and no damage is near: a damaged length can lead to an offset where a record or
// two decode by chance. After lost bytes a record is sure only if intact records lead from it to the end of
// the file and a SELECTDB gives its database.

import Export
package import RDB

/// The confidence in a salvaged record.
package enum Confidence: String, Sendable, CaseIterable {
  /// Its offset, its database and its structure are certain.
  case sure
  /// It is intact, but damage is near, or lost bytes may have changed its database.
  case probable
  /// It has the intact elements of a damaged collection.
  case partial

  /// The raw value as a static string.
  var text: StaticString {
    switch self {
    case .sure: "sure"
    case .probable: "probable"
    case .partial: "partial"
    }
  }
}

/// A segment of a damaged file, and which of its records are sure.
package struct GradedSegment: Sendable {
  /// The segment.
  package var segment: SalvageSegment
  /// The number of records.
  package var records = 0
  /// The number of sure records.
  package var sure = 0
  /// Records that begin in this range are sure.
  package var sureRange = 0..<0
  /// Whether the database at its end is certain.
  package var knowsDatabase = false
}

/// The readable part of a damaged file.
package struct SalvagedFile: Sendable {
  /// The number of records on either side of damage that are not sure.
  package static let shadow = 8

  /// Segments and gaps.
  package var map: SalvageMap
  /// The segments, with the confidence of their records.
  package var segments: [GradedSegment] = []
  /// The file size in bytes.
  package var fileSize: Int
  /// The checksum of the whole file, including damage.
  package var checksum: ChecksumState
  /// The number of keys according to the RESIZEDB opcodes that can be read.
  package var promised: UInt64?
  /// The trailing bytes after the RDB data, if any.
  package var tail: FileTail?
  /// The function libraries that were read.
  private var libraries = LibraryList()

  /// The number of records read.
  package var records: Int { segments.reduce(0) { $0 + $1.records } }
  /// The number of sure records.
  package var sure: Int { segments.reduce(0) { $0 + $1.sure } }
  /// Bytes that cannot be read.
  package var lostBytes: Int { map.gaps.reduce(0) { $0 + $1.range.count } }
  /// The number of trailing bytes after the RDB data.
  package var trailing: Int { tail?.count ?? 0 }
  /// Function libraries at which servers stop loading.
  package var badLibraries: Int { libraries.faults.count }

  /// Whether no damage was found.
  package var isSound: Bool {
    if case .mismatch = checksum { return false }
    return map.gaps.isEmpty && badLibraries == 0
  }

  /// Reads a damaged file to its end.
  package init(_ bytes: RawSpan, _ options: SweepOptions) {
    map = SalvageSurvey(options).map(bytes)
    fileSize = bytes.byteCount
    let computed =
      options.checksum ? map.end.map { CRC64.update(0, bytes.extracting(0..<($0 + 1))) } : nil
    checksum =
      map.end == nil ? .unchecked : ChecksumState(stored: map.checksum, computed: computed)
    tail = map.end.flatMap { FileTail(bytes, from: $0 + 1 + (map.checksum == nil ? 0 : 8)) }
    var knowsDatabase = true
    for segment in map.segments {
      if segment.precedingGap == .lost || segment.precedingGap == .header { knowsDatabase = false }
      var graded = GradedSegment(segment: segment)
      graded.knowsDatabase = knowsDatabase
      promised = graded.grade(bytes, map.header, promised, &libraries)
      knowsDatabase = graded.knowsDatabase
      segments.append(graded)
    }
    guard map.gaps.isEmpty, case .mismatch = checksum else { return }
    // Some byte is wrong and may be in any record.
    for index in segments.indices {
      segments[index].sure = 0
      segments[index].sureRange = 0..<0
    }
  }
}

extension SalvagedFile {
  /// Takes records outside a range for probable: a sound file may hold doubtful ones.
  mutating func limitSure(to range: Range<Int>, count: Int) {
    for index in segments.indices {
      segments[index].sureRange = range.clamped(
        to: segments[index].segment.start..<segments[index].segment.end)
      segments[index].sure = index == 0 ? count : 0
    }
  }
}

extension GradedSegment {
  /// Scans the records of the segment without decoding them, and finds which are sure.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - header: The header of the file.
  ///   - promised: The promised keys of earlier segments.
  ///   - libraries: Receives the function libraries.
  /// - Returns: The promised keys up to the end of this segment.
  fileprivate mutating func grade(
    _ bytes: RawSpan, _ header: RDBHeader, _ promised: UInt64?, _ libraries: inout LibraryList
  ) -> UInt64? {
    var promised = promised
    var last: [Int] = []
    var first: (index: Int, start: Int)?
    var shadow = segment.precedingGap == nil ? 0 : SalvagedFile.shadow
    let isAfterLoss = segment.precedingGap == .lost || segment.precedingGap == .header
    if isAfterLoss && segment.precedesDamage { shadow = .max }
    let isNearDamage = isAfterLoss || segment.precedesDamage
    // Servers do not write empty keys or values. From the second such record on, doubt all.
    var odd = 0
    var doubted: Int?
    var highest = segment.database
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
          case let event:
            guard let library = FunctionSource(event) else { break }
            libraries.add(library.libraryName(in: bytes), at: library.offset)
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
    let isCut = segment.precedesDamage || doubted != nil
    let hidden = isCut ? min(SalvagedFile.shadow, last.count) : 0
    let end = hidden == 0 ? segment.end : last[last.count - hidden]
    guard first.start < end else { return promised }
    sureRange = first.start..<end
    sure = max(0, (doubted ?? records) - hidden - first.index)
    return promised
  }

  /// Scans the segment.
  private func forEachBatch(
    _ bytes: RawSpan, _ header: RDBHeader, _ body: (borrowing RecordBatch) -> Void
  ) {
    var scanner = segment.scanner(header)
    var batch = RecordBatch()
    var stop = RDBScanner.Stop.batchFull
    while stop == .batchFull {
      batch.removeAll()
      // The survey has scanned it before, so this cannot fail.
      stop = (try? scanner.scan(bytes, until: segment.end, into: &batch)) ?? .end
      body(batch)
    }
  }
}
