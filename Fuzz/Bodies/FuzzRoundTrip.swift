// Whole files, filtered; and single records on their way elsewhere, as payloads and under other names.
//
//   0   which records are kept: each whose number, shifted right by the low three bits, is even
//   1   by how much expiries move: a signed byte, in units of 2^40 milliseconds
//   2…  the file

import Export
import RDB

/// Writes a part of a file as a file, scans it, and expects the same records.
public func fuzzRoundTrip(_ bytes: RawSpan) {
  var input = FuzzInput()
  let choice = Int(input.option(bytes) & 7)
  let distance = Int64(Int8(bitPattern: input.option(bytes))) << 40
  let file = bytes.extracting(input.payload(bytes))
  let scanner: RDBScanner
  do throws(RDBError) {
    scanner = try RDBScanner(headerOf: file)
  } catch {
    return
  }
  let source = FileReading(whole: file, scanner, capacity: 64)
  // Types of Dragonfly may be told by what stands before a key, which goes where the key goes.
  guard source.context.dialect != .dragonfly else { return }
  for record in source.records.prefix(200) where !needsContext(record) {
    expectTravels(record, in: file, source.context)
  }
  var kept: [KeptRecord] = []
  let firstEmpty = source.records.firstIndex { $0.keyCount == 0 }
  let filtered = filter(source, file, scanner.header, &kept) { index, expiry in
    guard index >> choice & 1 == 0 else { return nil }
    // Of keys that a file has twice one is written; two empty ones side by side would be a hole of zeros.
    if source.records[index].keyCount == 0, index != firstEmpty { return nil }
    return .some(expiry.map { UnixMilliseconds($0.rawValue &+ distance) })
  }
  withExactCopy(of: filtered) { copy in
    expectSame(kept, copy, scanner.header)
    let found = expectWhole(copy, scanner.header)
    let again = filterAll(found, copy, scanner.header)
    precondition(again == filtered, "a filtered file that is filtered again is another")
  }
}

/// Whether a record means nothing without what the file says before it: values of templates.
private func needsContext(_ record: RDBRecord) -> Bool { [30, 32].contains(record.type.rawValue) }

/// A record as it must survive.
private struct KeptRecord: Equatable {
  var database: UInt32
  var type: UInt8
  var stored: [UInt8]
  var expiry: UnixMilliseconds?
  var idle: UInt32?
  var frequency: UInt8?
  var hasKeyMeta: Bool

  init(_ record: RDBRecord, expiry: UnixMilliseconds?, in file: RawSpan) {
    database = record.database
    type = record.type.rawValue
    stored = file.extracting(record.offset..<record.end).fuzzBytes
    self.expiry = expiry
    idle = record.idleSeconds
    frequency = record.frequency
    hasKeyMeta = record.hasKeyMeta
  }
}

/// Writes the records for which `fate` has an answer, and what stands between them.
private func filter(
  _ source: FileReading, _ file: RawSpan, _ header: RDBHeader, _ kept: inout [KeptRecord],
  _ fate: (Int, UnixMilliseconds?) -> UnixMilliseconds??
) -> [UInt8] {
  let writer = RDBWriter(header)
  var output = OutputBuffer(capacity: 4096)
  writer.begin(&output)
  var next = 0
  for index in 0...source.records.count {
    while next < source.events.count, source.events[next].index <= index {
      write(source.events[next].event, file, writer, &output)
      next += 1
    }
    guard index < source.records.count else { break }
    let record = source.records[index]
    guard case .some(let expiry) = fate(index, record.expiry) else { continue }
    kept.append(KeptRecord(record, expiry: expiry, in: file))
    do throws(RDBError) {
      try writer.append(
        record, expiry: expiry, from: file, context: source.context, to: &output)
    } catch {
      preconditionFailure("attributes that were scanned cannot be read again")
    }
    let isVerbatim = writer.isVerbatim(record, expiry: expiry, in: file)
    if isVerbatim { expectTail(output, is: file.extracting(record.start..<record.end)) }
  }
  let sum = output.withBytes { CRC64.update(0, $0) }
  writer.end(checksum: sum, to: &output)
  return output.withBytes { $0.fuzzBytes }
}

/// Traps unless a record that is told to be verbatim was written so.
private func expectTail(_ output: borrowing OutputBuffer, is record: RawSpan) {
  output.withBytes { bytes in
    let tail = bytes.extracting((bytes.byteCount - record.byteCount)..<bytes.byteCount)
    precondition(tail.fuzzBytes == record.fuzzBytes, "a verbatim record is written otherwise")
  }
}

private func write(
  _ event: RDBEvent, _ file: RawSpan, _ writer: RDBWriter, _ output: inout OutputBuffer
) {
  switch event {
  case .aux(let name, let value): writer.aux(name, value, in: file, to: &output)
  case .selectDatabase(let number): writer.select(number, keys: 1, expires: 0, to: &output)
  case .slotInfo(let slot, let keys, let expires):
    writer.slotInfo(slot, keys: keys, expires: expires, to: &output)
  case .function(let code): writer.function(code, in: file, to: &output)
  case .moduleAux(_, let place), .hashTemplate(_, _, let place, _), .slotImport(let place):
    writer.copy(place, of: file, to: &output)
  case .functionPreGA, .resize, .other, .end: break
  }
}

/// Reads a file that must be whole.
private func expectWhole(_ file: RawSpan, _ header: RDBHeader) -> FileReading {
  do throws(RDBError) {
    let scanner = try RDBScanner(headerOf: file)
    precondition(scanner.header == header, "the header is another")
    let reading = FileReading(whole: file, scanner, capacity: 64)
    precondition(reading.error == nil, "a filtered file is not whole")
    guard case .end(let place, let checksum) = reading.events.last?.event else {
      preconditionFailure("a filtered file has no end")
    }
    precondition(file.byteCount == place + 1 + (header.hasChecksum ? 8 : 0), "bytes behind the end")
    let sum = CRC64.update(0, file.extracting(0..<(place + 1)))
    precondition(checksum == (header.hasChecksum ? sum : nil), "the checksum is wrong")
    return reading
  } catch {
    preconditionFailure("a filtered file has a broken header")
  }
}

/// Traps unless the records of a file are those that were kept.
private func expectSame(_ kept: [KeptRecord], _ file: RawSpan, _ header: RDBHeader) {
  let found = expectWhole(file, header).records.map {
    KeptRecord($0, expiry: $0.expiry, in: file)
  }
  var expected = kept
  if header.version < 3 {
    for index in expected.indices {
      // Such files tell whole seconds, in 32 bits.
      expected[index].expiry = expected[index].expiry.map { expiry in
        let (whole, part) = expiry.rawValue.quotientAndRemainder(dividingBy: 1000)
        return UnixMilliseconds(Int64(Int32(clamping: whole - (part < 0 ? 1 : 0))) * 1000)
      }
    }
  }
  precondition(found == expected, "records are lost, added or changed")
}

/// Writes all records as they are.
private func filterAll(_ source: FileReading, _ file: RawSpan, _ header: RDBHeader) -> [UInt8] {
  var kept: [KeptRecord] = []
  return filter(source, file, header, &kept) { .some($1) }
}
