// Boundaries that lost or added bytes have moved: a value then ends a little before or behind the place that
// its length or its count says.

extension RecordSearch {
  /// Where a value ends that takes some bytes more or fewer than it says.
  ///
  /// Elements with an expiry look like records, so the ends of their values are not looked for here.
  mutating func movedEnd(
    of record: RDBRecord, in bytes: RawSpan, like scanner: RDBScanner
  ) -> Int? {
    guard ![.hashMetadataPreGA, .hashMetadata].contains(record.type) else { return nil }
    // The nearest: bytes before it may look like one record more.
    for distance in 0...RecordSearch.movedBytes {
      let places = distance == 0 ? [record.end] : [record.end &- distance, record.end &+ distance]
      let found = places.compactMap { place -> (place: Int, strength: Int)? in
        guard place > record.valueOffset else { return nil }
        return strength(at: place, in: bytes, like: scanner).map { (place, $0) }
      }
      if let best = found.max(by: { $0.strength < $1.strength }) { return best.place }
    }
    return nil
  }
}

extension RDBScanner {
  /// How far records follow each other from a place on: to the first boundary at an end or behind it,
  /// to the end of the file, or to where they make no sense before it.
  func reach(_ end: Int, from place: Int, in bytes: RawSpan) -> Int {
    var inside = RDBScanner(
      header: header, resuming: ScanState(offset: place, database: 0), context: context)
    var batch = RecordBatch()
    var more = true
    do throws(RDBError) {
      while more {
        batch.removeAll()
        more = try inside.scan(bytes, until: end, into: &batch) == .batchFull
      }
      let reached = inside.state.offset
      return inside.state.isEnded && reached < bytes.byteCount ? min(end, reached) : reached
    } catch {
      return min(end, inside.state.offset)
    }
  }
}

extension RDBRecord {
  /// What confirms where a value ends, if it is whole.
  enum Ending {
    /// Nothing: a plain string, whose damaged length only moves the end.
    case string
    /// The number of its elements; bytes that one of them has lost are taken from what follows.
    case elements
    /// A structure or an opcode at its end, which would not be there.
    case structure
  }

  var ending: Ending {
    switch type {
    // Numbers end with zeros, which might as well be the type of the next record.
    case .string: flags.isDisjoint(with: .packedValue) ? .string : .structure
    case .listQuicklist, .listQuicklist2, .module2: .structure
    case .hashTemplateListpack, .hashTemplateListpackRef: .structure
    default: type.isPackedString ? .structure : .elements
    }
  }
}
