// Damaged files.
//
//   0…  the file

import RDB

/// Salvages a file: it ends, pieces and gaps lie one behind the other, no place is looked at twice, and
/// every record of a piece is whole.
///
/// What is whole of a collection in a gap is a record of its own.
public func fuzzSalvage(_ file: RawSpan) {
  let map = salvage(file)
  // A piece begins where the search believed, and each boundary may be asked for once more.
  precondition(map.probes <= 2 * file.byteCount + 2, "places are looked at more than once")
  var at = map.isHeaderSound ? RDBHeader.byteCount : 0
  var gaps = map.gaps[...]
  for piece in map.segments {
    // Where records begin at once, the gap of the header that is missing is empty.
    while let gap = gaps.first, gap.range.end <= piece.start {
      at = step(over: gap, at); gaps.removeFirst()
    }
    precondition(piece.start == at && piece.end > at, "a piece is not behind what came before it")
    expectWhole(piece, of: file, map.header)
    at = piece.end
  }
  for gap in gaps { at = step(over: gap, at) }
  for gap in map.gaps { expectPartial(gap, of: file, map.header) }
  precondition(at <= file.byteCount, "something is told outside the file")
  precondition(map.end != nil || at == file.byteCount, "the file was not read to its end")
  // Nothing is lost of a file that can be read.
  if map.gaps.isEmpty { precondition(map.end != nil && map.isHeaderSound, "a gap is not told") }
}

private func step(over gap: SalvageGap, _ at: Int) -> Int {
  precondition(gap.range.offset == at, "a gap is not behind what came before it")
  precondition(gap.range.count > 0 || gap.kind != .lost, "a gap is empty")
  if case .raw(let key)? = gap.key {
    precondition(key.offset >= 0 && key.count >= 0, "a key is told outside the file")
  }
  return gap.range.end
}

/// Traps unless what is whole of a gap's collection is one sound record.
private func expectPartial(_ gap: SalvageGap, of file: RawSpan, _ header: RDBHeader) {
  guard let partial = PartialRecord(gap, in: file, header) else { return }
  partial.bytes.withRawSpan { bytes in
    var scanner = RDBScanner(
      header: partial.header, resuming: ScanState(offset: 0, database: partial.database),
      context: ValueContext(dialect: partial.dialect))
    var batch = RecordBatch(capacity: 2)
    var check = RecordCheck()
    do throws(RDBError) {
      _ = try scanner.scan(bytes, until: bytes.byteCount, into: &batch)
      precondition(batch.count == 1, "what is whole of a collection is no record")
      _ = try check.check(batch[0], in: bytes, scanner.context)
    } catch {
      preconditionFailure("what is whole of a collection is not sound")
    }
    precondition(batch[0].elements == partial.elements, "another number of elements is told")
  }
}

/// Traps unless a piece scans to its end and each of its records is sound.
private func expectWhole(_ piece: SalvageSegment, of file: RawSpan, _ header: RDBHeader) {
  var scanner = piece.scanner(header)
  var batch = RecordBatch(capacity: 8)
  var check = RecordCheck()
  var stop = RDBScanner.Stop.batchFull
  while stop == .batchFull {
    batch.removeAll()
    do throws(RDBError) {
      stop = try scanner.scan(file, until: piece.end, into: &batch)
      for index in 0..<batch.count where !isTemplate(batch[index].type) {
        _ = try check.check(batch[index], in: file, scanner.context)
      }
    } catch {
      preconditionFailure("a piece holds a record that is not whole")
    }
  }
  precondition(
    scanner.state.offset == piece.end || scanner.state.isEnded, "a piece ends inside a record")
}

/// Hashes by a template mean what the file has said by then, and a gap may have taken that away.
private func isTemplate(_ type: RDBType) -> Bool { (29...32).contains(type.rawValue) }
