// A record on its way elsewhere: its payload, and the record under another name, read back.

import Export
import RDB

/// Traps unless a record's payload, and the record under another name, hold what the record holds.
func expectTravels(_ record: RDBRecord, in file: RawSpan, _ context: ValueContext) {
  guard record.end - record.start <= 1 << 16 else { return }
  let header = RDBHeader(
    isValkey: context.dialect == .valkey, version: context.dialect == .valkey ? 80 : 15)
  expectPayload(of: record, in: file, context, header)
  let writer = RDBWriter(header)
  var output = OutputBuffer(capacity: 4096)
  writer.begin(&output)
  do throws(RDBError) {
    try [0x70].withRawSpan { (name) throws(RDBError) in
      try writer.append(
        record, as: name, expiry: record.expiry, from: file, context: context, to: &output)
    }
  } catch {
    preconditionFailure("attributes that were scanned cannot be read again")
  }
  withExactCopy(of: output.withBytes { $0.fuzzBytes }) { copy in
    let found = expectRecord(copy)
    expectSameValue(found, copy, record, file)
    precondition(found.expiry == record.expiry, "a renamed record expires at another time")
    precondition(
      found.idleSeconds == record.idleSeconds && found.frequency == record.frequency
        && found.hasKeyMeta == record.hasKeyMeta, "a renamed record loses attributes")
  }
}

private func expectPayload(
  of record: RDBRecord, in file: RawSpan, _ context: ValueContext, _ header: RDBHeader
) {
  let metadata = record.metadata(in: file, context)
  precondition((metadata != nil) == record.hasKeyMeta, "metadata that were scanned are not found")
  guard let payload = DumpPayload(of: record, in: context.dialect, metadata: metadata) else {
    return
  }
  var bytes: [UInt8] = []
  payload.write(from: file) { bytes += $0.fuzzBytes }
  precondition(bytes.count == payload.count, "a payload has another size than it tells")
  // The checksum of bytes and their own checksum, least byte first, is zero.
  precondition(bytes.withRawSpan { CRC64.update(0, $0) } == 0, "a payload's checksum is wrong")
  let typeEnd = (metadata?.count ?? 0) + 1
  let copy =
    Array(header.description.utf8) + bytes[..<typeEnd] + [1, 0x70] + bytes[typeEnd...].dropLast(10)
  withExactCopy(of: copy) { copy in
    let found = expectRecord(copy)
    expectSameValue(found, copy, record, file)
    precondition(found.hasKeyMeta == record.hasKeyMeta, "a payload loses metadata")
  }
}

/// The one record of a file without an end.
private func expectRecord(_ file: RawSpan) -> RDBRecord {
  do throws(RDBError) {
    return try firstRecord(of: file).record
  } catch {
    preconditionFailure("a record that was written is not read")
  }
}

private func expectSameValue(
  _ found: RDBRecord, _ copy: RawSpan, _ record: RDBRecord, _ file: RawSpan
) {
  precondition(found.type == record.type, "a record has another type")
  precondition(found.end == copy.byteCount, "a record has another end")
  precondition(
    copy.extracting(found.value.range).fuzzBytes == file.extracting(record.value.range).fuzzBytes,
    "a record has another value")
  precondition(found.keyCount == 1, "a record has another name")
}
