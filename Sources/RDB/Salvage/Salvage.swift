// A damaged file, read to its end. A stretch is scanned and checked until a boundary makes no sense;
// then the next place is looked for where records do. A value that is damaged inside its extent costs
// only its record, if what stands behind it makes sense.
//
// The records before a broken boundary are under suspicion themselves, if nothing in their values says
// how long they are: a string whose length was damaged is as whole as any other, and ends where no
// record begins. If records make sense inside it and go on past the boundary, it is they that are real.
//
// An end opcode may be a damaged byte, too. Where bytes follow it, and the checksum behind it is not
// theirs, records are looked for there.

/// Reads a damaged file to its end.
///
/// - Parameters:
///   - bytes: The whole file.
///   - survey: Scans from a scanner's place on and checks each record; the default does it on one
///     thread.
/// - Returns: What is left.
package func salvage(
  _ bytes: RawSpan,
  survey: (RDBScanner) -> SalvageScan
) -> SalvageMap {
  var salvage = Salvage(bytes)
  salvage.run(bytes, survey)
  return salvage.map
}

/// The same on one thread.
package func salvage(_ bytes: RawSpan) -> SalvageMap {
  salvage(bytes) { SalvageScan(bytes, from: $0) }
}

/// A salvage under way.
private struct Salvage: ~Copyable {
  private static let provingDistance = 1 << 20
  /// Elements that have to agree with the count for a value that was read to be doubted.
  private static let misreadElements: UInt64 = 4

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
      settleDialectByHead(bytes)
      return
    }
    let place = search.next(in: 0..<fileSize, of: bytes, like: scanner)
    addGap(.header, 0, place ?? fileSize, failure)
    if let place { restart(at: place, database: 0, .header) }
  }

  mutating func run(_ bytes: RawSpan, _ survey: (RDBScanner) -> SalvageScan) {
    while pieceStart != nil {
      let stretch = survey(scanner)
      if settlesDialect(by: stretch) { continue }
      let stop = stretch.scanner
      if stretch.keys > 0 { search.expectsText = stretch.textKeys * 2 >= stretch.keys }
      scanner = stop
      if leaveOut(stretch, bytes) { continue }
      scanner = stop
      guard let error = stretch.error else {
        guard goesOn(behind: stretch, bytes) else { break }
        continue
      }
      resume(after: error, stretch.tail.records, bytes)
    }
    map.probes = search.probes
    map.steps = search.steps
  }

  /// Settles that the file is Dragonfly's if it says so before its first key.
  private mutating func settleDialectByHead(_ bytes: RawSpan) {
    var head = scanner
    var batch = RecordBatch(capacity: 1)
    // Damage there is found again by whoever reads the file.
    _ = try? head.scan(bytes, into: &batch)
    guard head.context.dialect == .dragonfly else { return }
    pieceContext.dialect = .dragonfly
    pieceContext.isSettled = true
    scanner = RDBScanner(header: map.header, resuming: scanner.state, context: pieceContext)
  }

  /// Settles whose file it is where a stretch says that it is another's than was thought; true if the
  /// stretch has to be read again, so that all of a piece means the same.
  ///
  /// The file is Dragonfly's only if it says so: an opcode of Dragonfly's in a damaged file is more
  /// likely a damaged byte.
  private mutating func settlesDialect(by stretch: SalvageScan) -> Bool {
    let dialect = stretch.scanner.context.dialect
    guard dialect != pieceContext.dialect else { return false }
    if stretch.error == nil || stretch.namesDragonfly { pieceContext.dialect = dialect }
    pieceContext.isSettled = true
    scanner = RDBScanner(header: map.header, resuming: scanner.state, context: pieceContext)
    return true
  }

  /// Leaves out the records whose values are damaged; true if what follows one of them has to be
  /// read in another way.
  private mutating func leaveOut(_ scan: SalvageScan, _ bytes: RawSpan) -> Bool {
    let stop = scan.scanner
    // Where the scan came to the end of the file, it has found all boundaries.
    let isProven = scan.end.map { endsFile($0) || isTrue($0, bytes) } ?? false
    for failure in scan.failures {
      let record = failure.record
      guard let start = pieceStart, record.start >= start else { continue }
      let (next, isFramed) = end(of: failure, isProven: isProven, stop, bytes)
      endPiece(at: record.start, stop.context)
      addGap(
        next == nil ? .tail : isFramed ? .value : .lost, record.start, next ?? fileSize,
        failure.error, record.database, record.type,
        try? record.key(in: bytes), record.offset)
      guard let next else { return true }
      restart(at: next, database: record.database, isFramed ? .value : .lost)
      if !isFramed || next != record.end { return true }
    }
    return false
  }

  /// Where records go on after one whose value is damaged, and whether its value is known to end there.
  private mutating func end(
    of failure: SalvageScan.Failure, isProven: Bool, _ stop: RDBScanner, _ bytes: RawSpan
  ) -> (next: Int?, isFramed: Bool) {
    let record = failure.record
    if failure.isFiller {
      let isEnd = search.makesSense(at: record.end, in: bytes, like: stop, isBoundary: false)
      return isEnd ? (record.end, true) : (nextRecord(after: record.start, bytes, stop), false)
    }
    // A scan that went on for so long has found boundaries.
    if isProven || stop.state.offset &- record.end >= Salvage.provingDistance {
      return (record.end, true)
    }
    let place = record.valueOffset
    if let end = extent(record.type, at: place, bytes, stop, onlyIfMisread: true) {
      return (end, true)
    }
    if let end = search.movedEnd(of: record, in: bytes, like: stop) { return (end, true) }
    if search.makesSense(at: record.end, in: bytes, like: stop, isBoundary: true) {
      return (record.end, true)
    }
    if let end = extent(record.type, at: place, bytes, stop) { return (end, true) }
    return (nextRecord(after: record.start, bytes, stop), false)
  }

  private mutating func nextRecord(
    after place: Int, _ bytes: RawSpan, _ scanner: RDBScanner
  ) -> Int? {
    let end = max(fileSize, place &+ 1)
    return search.next(in: (place &+ 1)..<end, of: bytes, like: scanner)
  }

  /// Finds where to go on behind a boundary that makes no sense.
  private mutating func resume(after failure: RDBError, _ tail: [RDBRecord], _ bytes: RawSpan) {
    let error = failure.spanningHole(in: bytes)
    let failureLocation = scanner.failureLocation(in: bytes)
    let stop = failureLocation.start
    let database = scanner.state.database
    if skipSwallowing(tail, before: stop, error, bytes) { return }
    if skipHole(tail, error, bytes) || skipMisread(tail, before: stop, error, bytes) { return }
    let valueEnd = failedValueEnd(failureLocation, bytes)
    let place =
      valueEnd ?? nextRecord(after: stop, bytes, scanner)
    let kind: SalvageGap.Kind = place == nil ? .tail : valueEnd == nil ? .lost : .value
    endPiece(at: stop, scanner.context)
    addGap(
      kind, stop, place ?? fileSize, error, database, failureLocation.type, failureLocation.key,
      failureLocation.type == nil ? nil : scanner.state.offset)
    guard let place else { return }
    restart(at: place, database: database, kind)
  }

  /// Leaves out one of the last records if it has taken what belongs to the records behind it; true if
  /// there is one.
  private mutating func skipSwallowing(
    _ tail: [RDBRecord], before stop: Int, _ error: RDBError, _ bytes: RawSpan
  ) -> Bool {
    for record in tail where record.start >= pieceStart ?? .max {
      let place: Int? =
        switch record.ending {
        case .string: placeInside(record, before: stop, bytes)
        case .elements: placeAtEnd(of: record, before: stop, bytes)
        case .structure: nil
        }
      guard let place else { continue }
      endPiece(at: record.start, scanner.context)
      addGap(
        .lost, record.start, place, error, record.database, record.type,
        try? record.key(in: bytes), record.offset)
      restart(at: place, database: record.database, .lost)
      return true
    }
    return false
  }

  /// Leaves out the last record if a hole begins inside it; true if one does.
  private mutating func skipHole(_ tail: [RDBRecord], _ error: RDBError, _ bytes: RawSpan) -> Bool {
    guard error.reason == .zeroHole || error.reason == .onesHole, let record = tail.last,
      record.end > error.offset, record.start >= pieceStart ?? .max
    else { return false }
    let holeEnd = error.offset &+ Int(error.number)
    let next = search.next(in: holeEnd..<fileSize, of: bytes, like: scanner)
    endPiece(at: record.start, scanner.context)
    addGap(
      next == nil ? .tail : .lost, record.start, next ?? fileSize, error, record.database,
      record.type, try? record.key(in: bytes), record.offset)
    if let next { restart(at: next, database: record.database, .lost) }
    return true
  }

  /// Leaves out one of the last records if it is a collection that has read on beyond its end; true if
  /// there is one.
  private mutating func skipMisread(
    _ tail: [RDBRecord], before stop: Int, _ error: RDBError, _ bytes: RawSpan
  ) -> Bool {
    for record in tail where record.start >= pieceStart ?? .max {
      guard
        let value = ValueExtent(
          record.type, scanner.context.dialect, at: record.valueOffset, in: bytes, &search),
        value.isMisread,
        let end = value.end(
          in: bytes, &search, like: scanner, least: Salvage.misreadElements),
        end < record.end
      else { continue }
      endPiece(at: record.start, scanner.context)
      addGap(
        .value, record.start, end, error, record.database, record.type,
        try? record.key(in: bytes), record.offset)
      restart(at: end, database: record.database, .value)
      return true
    }
    return false
  }

  /// Where the value ends in which a scan has stopped.
  private mutating func failedValueEnd(_ location: FailureLocation, _ bytes: RawSpan) -> Int? {
    guard location.key != nil else { return nil }
    var at = scanner.state.offset &+ 1
    guard (try? bytes.skipString(&at)) != nil else { return nil }
    return extent(location.type, at: at, bytes, scanner)
  }

  /// Ends where a stretch met an end opcode, unless records go on behind it; true if they do.
  private mutating func goesOn(behind stretch: SalvageScan, _ bytes: RawSpan) -> Bool {
    let end = stretch.scanner.state.offset
    if let told = stretch.end, end < fileSize, !isTrue(told, bytes),
      skipSwallowing(
        stretch.tail.records, before: told.at,
        RDBError(.unknownOpcode, at: told.at, number: UInt64(RDBOpcode.eof.rawValue)), bytes)
    {
      return true
    }
    if let told = stretch.end, end < fileSize, !isTrue(told, bytes),
      let place = search.next(in: (told.at &+ 1)..<fileSize, of: bytes, like: scanner)
    {
      endPiece(at: told.at, scanner.context)
      addGap(
        .lost, told.at, place,
        RDBError(.unknownOpcode, at: told.at, number: UInt64(RDBOpcode.eof.rawValue)))
      restart(at: place, database: scanner.state.database, .lost)
      return true
    }
    map.end = stretch.end?.at
    map.checksum = stretch.end?.checksum
    endPiece(at: end, scanner.context, precedesDamage: false)
    return false
  }

  /// Whether an end opcode and its checksum are the last bytes of the file.
  private func endsFile(_ end: (at: Int, checksum: UInt64?)) -> Bool {
    end.at &+ 1 &+ (end.checksum == nil ? 0 : 8) == fileSize
  }

  /// Where a value that cannot be read ends, if its elements show it.
  private mutating func extent(
    _ type: RDBType?, at start: Int, _ bytes: RawSpan, _ scanner: RDBScanner,
    onlyIfMisread: Bool = false
  ) -> Int? {
    if type == .module2 {
      guard !onlyIfMisread else { return nil }
      return ModuleExtent(at: start, in: bytes, &search).end(in: bytes, &search, like: scanner)
    }
    guard let type,
      let value = ValueExtent(type, scanner.context.dialect, at: start, in: bytes, &search),
      !onlyIfMisread || value.isMisread
    else { return nil }
    return value.end(in: bytes, &search, like: scanner)
  }

  /// Whether the checksum behind an end opcode is that of the file up to it.
  private func isTrue(_ end: (at: Int, checksum: UInt64?), _ bytes: RawSpan) -> Bool {
    guard let checksum = end.checksum, checksum != 0 else { return false }
    return CRC64.update(0, bytes.extracting(0..<(end.at &+ 1))) == checksum
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

  /// A place inside a record from which records make sense past a boundary that makes none.
  private mutating func placeInside(
    _ record: RDBRecord, before stop: Int, _ bytes: RawSpan
  ) -> Int? {
    // Behind its type and the first byte of its key.
    var from = record.offset &+ 2
    while from < record.end {
      guard let place = search.next(in: from..<record.end, of: bytes, like: scanner) else {
        return nil
      }
      let reached = scanner.reach(stop, from: place, in: bytes)
      let isRecord = bytes.byte(at: place) != RDBOpcode.eof.rawValue
      if isRecord, leads(to: reached, past: stop, bytes) { return place }
      // All records of that chain come to the same end, so none of them is tried.
      from = max(place &+ 1, min(reached, record.end))
    }
    return nil
  }

  /// A place among the last bytes of a record from which records make sense past a boundary that makes
  /// none: where bytes of its value were lost, it has taken as many of the next record.
  private mutating func placeAtEnd(
    of record: RDBRecord, before stop: Int, _ bytes: RawSpan
  ) -> Int? {
    let first = max(record.valueOffset, record.end &- RecordSearch.movedBytes)
    for place in (first..<record.end).reversed()
    where bytes.byte(at: place) != RDBOpcode.eof.rawValue {
      if search.strength(at: place, in: bytes, like: scanner) != nil,
        leads(to: scanner.reach(stop, from: place, in: bytes), past: stop, bytes)
      {
        return place
      }
    }
    return nil
  }

  /// Whether records that have come to a place have passed a boundary, and go on there.
  private mutating func leads(to place: Int, past stop: Int, _ bytes: RawSpan) -> Bool {
    place == fileSize
      || place > stop && search.makesSense(at: place, in: bytes, like: scanner, isBoundary: true)
  }

  private mutating func endPiece(
    at end: Int, _ context: ValueContext, precedesDamage: Bool = true
  ) {
    guard let start = pieceStart else { return }
    pieceStart = nil
    guard end > start else { return }
    map.segments.append(
      SalvageSegment(
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
        database: database, type: type, key: key, typeOffset: typeOffset,
        context: scanner.context))
  }
}
