// Shards put together: the scan itself, which only where a shard has read ahead need not read.

extension RDBScanner {
  /// Counts records to the end of a shard, taking over what the shard has found.
  ///
  /// Counts, events, state and errors are those of a scan of the same bytes: what was found is taken
  /// only where the scan stands in the very state that it was found with.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - shard: A shard of it.
  ///   - limit: The end of the shard, or `.max` if it is the last.
  ///   - tally: What takes the counts.
  /// - Returns: Why it came back. After `.batchFull`, the same call goes on.
  /// - Throws: As `scan`.
  public mutating func scan(
    _ bytes: RawSpan, over shard: ScanShard, until limit: Int, into tally: inout RecordTally
  ) throws(RDBError) -> Stop {
    for piece in shard.pieces where piece.start.offset >= state.offset {
      // There are pieces, so the shard's context is known.
      if piece.start.offset > state.offset {
        let stop = try scan(bytes, until: piece.start.offset, into: &tally)
        guard stop == .limit else { return stop }
      }
      guard piece.start.isSame(as: state), shard.context == context else { continue }
      take(piece, into: &tally)
      if state.isEnded { return .end }
      if tally.isFull { return .batchFull }
    }
    return state.offset < limit ? try scan(bytes, until: limit, into: &tally) : .limit
  }

  private mutating func take(_ piece: ScanShard.Piece, into tally: inout RecordTally) {
    tally.merge(piece.tally, database: state.database)
    for event in piece.tally.events { tally.take(event) }
    let (database, slot) = (state.database, state.slot)
    state = piece.end
    if !piece.selectsDatabase { state.database = database }
    if state.slot == ScanState.unknownSlot { state.slot = slot }
  }
}

extension ScanState {
  /// Stands for the slot that a scan has begun in without knowing it; no file can tell it.
  static let unknownSlot: UInt16 = 0xfffe

  /// Whether a scan from here reads what one from another state does, but for database and slot.
  fileprivate func isSame(as other: ScanState) -> Bool {
    var one = self
    (one.database, one.slot) = (other.database, other.slot)
    return one == other
  }
}
