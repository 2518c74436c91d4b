// A part of a file that is scanned before the scan has reached it. The part is cut into pieces. What
// a piece holds follows from its bytes and from the state its scan began with, so a scan that
// reaches its first byte in that state may reuse the piece instead of reading it again.
// A wrong guess costs only time.
//
// Database and slot need not be known, since a piece ends where one is selected.

/// A part of a file that was scanned from a guessed record boundary.
package struct SpeculativeChunk: Sendable {
  /// The part.
  ///
  /// A record that begins inside is read to its end.
  package let range: Range<Int>
  /// What the scan took for granted about the meaning of types; it never changes inside a chunk.
  let context: ValueContext
  /// What was found, in order.
  private(set) var pieces: [Piece] = []

  /// Bytes from the guessed start to where the scan came.
  package var scannedCount: Int {
    guard let first = pieces.first, let last = pieces.last else { return 0 }
    return last.end.offset &- first.start.offset
  }

  /// Records and the events between them, all of one database.
  struct Piece: Sendable {
    /// The scan's state before and after the piece, without what it could not know.
    var start: ScanState
    var end: ScanState
    var tally: RecordTally
    /// Whether it ends with the selection of a database.
    var selectsDatabase: Bool
  }

  /// Pieces of a chunk at most, since they and their events are kept until they are joined.
  ///
  /// A dozen come by size; but a file may select a database between any two records.
  private static let pieceLimit = 64

  /// Makes an empty chunk.
  package init(of range: Range<Int>) {
    self.range = range
    context = ValueContext()
  }

  /// Guesses where a record begins, and scans from there.
  ///
  /// Takes time in proportion to the range, whatever the bytes are.
  ///
  /// - Parameters:
  ///   - range: The part of the file.
  ///   - bytes: The file, or as much of it as is there after the range.
  ///   - scanner: A scanner of the file, for its header and what it knows of the meaning of types.
  ///   - moment: The time that decides which expiries are past.
  package init(
    of range: Range<Int>, in bytes: RawSpan, like scanner: RDBScanner, moment: UnixMilliseconds
  ) {
    self.range = range
    context = scanner.context
    // A length that was never one may reach far; a true one that does is left to the serial scan.
    let end = min(bytes.byteCount, range.upperBound &+ range.count)
    let lent = bytes.extracting(0..<end)
    guard let start = lent.likelyRecord(in: range, like: scanner) else { return }
    var state = ScanState(offset: start)
    state.slot = ScanState.unknownSlot
    var scanner = RDBScanner(header: scanner.header, resuming: state, context: context)
    // The first pieces are small: where the guess was wrong, that is what has to be read again.
    var size = max(1, range.count / 1024)
    let largest = max(1, range.count / 8)
    while scanner.state.offset < range.upperBound, pieces.count < SpeculativeChunk.pieceLimit {
      let before = scanner.state.offset
      let limit = min(before &+ size, range.upperBound)
      guard addPiece(&scanner, lent, until: limit, moment), scanner.state.offset > before else {
        return
      }
      size = min(size &* 4, largest)
    }
  }

  /// Scans a piece; false if nothing can be read after it.
  private mutating func addPiece(
    _ scanner: inout RDBScanner, _ bytes: RawSpan, until limit: Int, _ moment: UnixMilliseconds
  ) -> Bool {
    var sink = PieceSink(tally: RecordTally(moment: moment))
    let start = scanner.state
    var goesOn = true
    do throws(RDBError) {
      var stop = try scanner.run(bytes, until: limit, into: &sink)
      // Attributes belong to the record after them.
      while stop == .limit, scanner.state.pending.start >= 0 {
        stop = try scanner.run(bytes, until: scanner.state.offset &+ 1, into: &sink)
      }
      goesOn = stop != .end
    } catch {
      // The unreadable part is not in the piece; the joining scan reports the error.
      goesOn = false
    }
    pieces.append(
      Piece(
        start: start, end: scanner.state, tally: sink.tally,
        selectsDatabase: sink.selectsDatabase))
    return goesOn
  }
}

/// Counts what is in a piece.
private struct PieceSink: RecordSink {
  var tally: RecordTally
  var selectsDatabase = false

  var isFull: Bool { selectsDatabase || tally.isFull }

  /// A piece has one context.
  var needsContext: Bool { true }

  @inline(__always)
  mutating func take(_ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect) {
    tally.take(record, in: bytes, dialect)
  }

  mutating func take(_ event: RDBEvent) {
    if case .selectDatabase = event { selectsDatabase = true }
    tally.take(event)
  }

  @inline(__always)
  func beginRun() -> RecordTally.Run { tally.beginRun() }

  @inline(__always)
  mutating func endRun(
    _ run: RecordTally.Run, of byteCount: Int, in bytes: RawSpan, database: UInt32,
    _ dialect: RDBDialect
  ) {
    tally.endRun(run, of: byteCount, in: bytes, database: database, dialect)
  }
}
