// Joins chunks that were scanned ahead: the scan itself, which skips what a chunk has already read.

extension RDBScanner {
  /// Counts records to the end of a chunk, reusing what the chunk has found.
  ///
  /// Counts, events, state and errors equal those of a plain scan of the same bytes: a piece is reused
  /// only if the scan is in exactly the state that the piece began with.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - chunk: A chunk of it.
  ///   - limit: The end of the chunk, or `.max` if it is the last.
  ///   - tally: What takes the counts.
  /// - Returns: Why it came back. After `.batchFull`, the same call goes on.
  /// - Throws: As `scan`.
  package mutating func scan(
    _ bytes: RawSpan, over chunk: SpeculativeChunk, until limit: Int, into tally: inout RecordTally
  ) throws(RDBError) -> Stop {
    for piece in chunk.pieces where piece.start.offset >= state.offset {
      // There are pieces, so the chunk's context is known.
      if piece.start.offset > state.offset {
        let stop = try scan(bytes, until: piece.start.offset, into: &tally)
        guard stop == .limit else { return stop }
      }
      guard piece.start.isSame(as: state), chunk.context == context else { continue }
      take(piece, into: &tally)
      if state.isEnded { return .end }
      if tally.isFull { return .batchFull }
    }
    return state.offset < limit ? try scan(bytes, until: limit, into: &tally) : .limit
  }

  private mutating func take(_ piece: SpeculativeChunk.Piece, into tally: inout RecordTally) {
    tally.merge(piece.tally, database: state.database)
    for event in piece.tally.events { tally.take(event) }
    let (database, slot) = (state.database, state.slot)
    state = piece.end
    if !piece.selectsDatabase { state.database = database }
    if state.slot == ScanState.unknownSlot { state.slot = slot }
  }
}

extension ScanState {
  /// Marks a slot that the chunk's scan does not know; no file can state it.
  static let unknownSlot: UInt16 = 0xfffe

  /// Whether a scan from here reads what one from another state does, but for database and slot.
  fileprivate func isSame(as other: ScanState) -> Bool {
    var one = self
    (one.database, one.slot) = (other.database, other.slot)
    return one == other
  }
}
