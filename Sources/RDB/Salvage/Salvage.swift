// A damaged file, read to its end. A stretch is scanned and checked until a boundary makes no sense;
// then the next place is looked for where records do. A value that is damaged inside its extent costs
// only its record, if what stands behind it makes sense.
//
// The record before a broken boundary is under suspicion itself, if nothing in its value says how long
// it is: a string whose length was damaged is as whole as any other, and ends where no record begins.
// If records make sense inside it and go on past its end, it is they that are real.

/// Reads a damaged file to its end.
///
/// - Parameters:
///   - bytes: The whole file.
///   - survey: Scans from a scanner's place on and checks each record; the default does it on one
///     thread.
/// - Returns: What is left.
public func salvage(
  _ bytes: RawSpan,
  survey: (RDBScanner) -> SalvageStretch
) -> SalvageMap {
  var salvage = Salvage(bytes)
  salvage.run(bytes, survey)
  return salvage.map
}

/// The same on one thread.
public func salvage(_ bytes: RawSpan) -> SalvageMap {
  salvage(bytes) { SalvageStretch(bytes, from: $0) }
}

/// A salvage under way.
private struct Salvage: ~Copyable {
  private static let provingDistance = 1 << 20

  var map: SalvageMap
  private var search: RecordSearch
  private var scanner: RDBScanner
  private let fileSize: Int
  /// Where the piece at hand begins; nil while there is none.
  private var pieceStart: Int?
  private var pieceDatabase: UInt32 = 0
  private var precedingGap: SalvageGap.Kind?
  /// What types mean, as it was known where the piece begins.
  private var pieceContext: ValueContext

  init(_ bytes: RawSpan) {
    fileSize = bytes.byteCount
    search = RecordSearch(fileSize: bytes.byteCount)
    var failure: RDBError?
    var header = RDBHeader(guessing: bytes)
    do throws(RDBError) {
      header = try RDBHeader(parsing: bytes)
    } catch {
      failure = error
    }
    map = SalvageMap(header: header, isHeaderSound: failure == nil)
    let context = ValueContext(dialect: header.isValkey ? .valkey : .redis)
    scanner = RDBScanner(
      header: header, resuming: ScanState(offset: RDBHeader.byteCount), context: context)
    pieceContext = context
    guard let failure else {
      pieceStart = RDBHeader.byteCount
      return
    }
    let place = search.next(in: 0..<fileSize, of: bytes, like: scanner)
    addGap(.header, 0, place ?? fileSize, failure)
    if let place { restart(at: place, database: 0, .header) }
  }

  mutating func run(_ bytes: RawSpan, _ survey: (RDBScanner) -> SalvageStretch) {
    while pieceStart != nil {
      let stretch = survey(scanner)
      let stop = believed(stretch)
      if stretch.keys > 0 { search.expectsText = stretch.textKeys * 10 >= stretch.keys * 9 }
      scanner = stop
      if leaveOut(stretch.failures, of: stop, bytes) { continue }
      scanner = stop
      guard let error = stretch.error else {
        finish(stretch)
        break
      }
      resume(after: error, stretch.last, bytes)
    }
    map.looks = search.looks
  }

  /// Where a stretch stopped. That the file is Dragonfly's is believed only if it says so: an opcode of
  /// Dragonfly's in a damaged file is more likely a damaged byte.
  private func believed(_ stretch: SalvageStretch) -> RDBScanner {
    let scanner = stretch.scanner
    guard scanner.context.dialect != pieceContext.dialect, stretch.error != nil,
      !stretch.namesDragonfly
    else { return scanner }
    return RDBScanner(header: map.header, resuming: scanner.state, context: pieceContext)
  }

  /// Leaves out the records whose values are damaged; true if what follows one of them has to be
  /// read in another way.
  private mutating func leaveOut(
    _ failures: [SalvageStretch.Failure], of stop: RDBScanner, _ bytes: RawSpan
  ) -> Bool {
    for failure in failures {
      let record = failure.record
      guard let start = pieceStart, record.start >= start else { continue }
      // A scan that went on for so long has found boundaries.
      let isFramed =
        stop.state.offset &- record.end >= Salvage.provingDistance
        || search.makesSense(at: record.end, in: bytes, like: stop, isBoundary: true)
      let next =
        isFramed
        ? record.end
        : search.next(in: (record.start &+ 1)..<fileSize, of: bytes, like: stop)
      endPiece(at: record.start, stop.context)
      addGap(
        next == nil ? .tail : isFramed ? .value : .lost, record.start, next ?? fileSize,
        failure.error, record.database, record.type,
        try? record.key(in: bytes), record.offset)
      guard let next else { return true }
      restart(at: next, database: record.database, isFramed ? .value : .lost)
      if !isFramed { return true }
    }
    return false
  }

  /// Finds where to go on behind a boundary that makes no sense.
  private mutating func resume(after error: RDBError, _ last: RDBRecord?, _ bytes: RawSpan) {
    let whereabouts = scanner.whereabouts(in: bytes)
    let database = scanner.state.database
    if let last, last.end == whereabouts.start, let start = pieceStart, last.start >= start,
      last.type.isLoose, let place = placeInside(last, bytes)
    {
      endPiece(at: last.start, scanner.context)
      addGap(
        .lost, last.start, place, error, last.database, last.type, try? last.key(in: bytes),
        last.offset)
      return restart(at: place, database: last.database, .lost)
    }
    let place = search.next(
      in: (whereabouts.start &+ 1)..<max(fileSize, whereabouts.start &+ 1), of: bytes,
      like: scanner)
    endPiece(at: whereabouts.start, scanner.context)
    addGap(
      place == nil ? .tail : .lost, whereabouts.start, place ?? fileSize, error, database,
      whereabouts.type, whereabouts.key, whereabouts.type == nil ? nil : scanner.state.offset)
    guard let place else { return }
    restart(at: place, database: database, .lost)
  }

  private mutating func restart(at place: Int, database: UInt32, _ gap: SalvageGap.Kind) {
    scanner = RDBScanner(
      header: map.header, resuming: ScanState(offset: place, database: database),
      context: scanner.context)
    pieceStart = place
    pieceDatabase = database
    pieceContext = scanner.context
    precedingGap = gap
  }

  /// A place inside a record from which records make sense past its end.
  private mutating func placeInside(_ record: RDBRecord, _ bytes: RawSpan) -> Int? {
    var from = record.start &+ 1
    while from < record.end {
      guard let place = search.next(in: from..<record.end, of: bytes, like: scanner) else {
        return nil
      }
      let reached = reach(record.end, from: place, bytes)
      if reached > record.end,
        search.makesSense(at: reached, in: bytes, like: scanner, isBoundary: true)
      {
        return place
      }
      // All records of that chain come to the same end, so none of them is tried.
      from = max(place &+ 1, min(reached, record.end))
    }
    return nil
  }

  /// How far records follow each other from a place on: to the first boundary at an end or behind it,
  /// or to where they make no sense before it.
  private func reach(_ end: Int, from place: Int, _ bytes: RawSpan) -> Int {
    var inside = RDBScanner(
      header: map.header, resuming: ScanState(offset: place, database: 0),
      context: scanner.context)
    var batch = RecordBatch()
    var more = true
    do throws(RDBError) {
      while more {
        batch.removeAll()
        more = try inside.scan(bytes, until: end, into: &batch) == .batchFull
      }
      return inside.state.isEnded ? min(end, inside.state.offset) : inside.state.offset
    } catch {
      return min(end, inside.state.offset)
    }
  }

  private mutating func endPiece(
    at end: Int, _ context: ValueContext, precedesDamage: Bool = true
  ) {
    guard let start = pieceStart else { return }
    pieceStart = nil
    guard end > start else { return }
    map.pieces.append(
      SalvagePiece(
        start: start, end: end, database: pieceDatabase, context: context,
        precedingGap: precedingGap, precedesDamage: precedesDamage))
  }

  private mutating func addGap(
    _ kind: SalvageGap.Kind, _ start: Int, _ end: Int, _ error: RDBError,
    _ database: UInt32 = 0, _ type: RDBType? = nil, _ key: StringObject? = nil,
    _ typeOffset: Int? = nil
  ) {
    map.gaps.append(
      SalvageGap(
        kind: kind, range: ByteRange(offset: start, count: end &- start), error: error,
        database: database, type: type, key: key, typeOffset: typeOffset))
  }

  private mutating func finish(_ stretch: SalvageStretch) {
    map.end = stretch.end?.at
    map.checksum = stretch.end?.checksum
    endPiece(at: scanner.state.offset, scanner.context, precedesDamage: false)
  }
}

extension RDBType {
  /// Whether values are strings one after the other, so that a damaged length only moves their end.
  fileprivate var isLoose: Bool { (0...5).contains(rawValue) || rawValue == 22 || rawValue == 24 }
}
