// LZF data.
//
//   0 1  how many bytes to unpack to, low byte first; 0xffff: as many as there are
//   2…   the data

import RDB

/// Unpacks data, and compares with a twin that goes byte by byte.
public func fuzzLZF(_ bytes: RawSpan) {
  var input = FuzzInput()
  let claim = Int(input.option(bytes)) | Int(input.option(bytes)) << 8
  let data = bytes.extracting(input.payload(bytes))
  let twin = unpackSlowly(data)
  let count = claim == 0xffff ? twin?.count ?? 0 : claim
  let expected = twin?.count == count ? twin : nil
  unpackExactly(data, count, expected)
  var scratch = Scratch()
  do throws(RDBError) {
    let found = try scratch.unpack(data, count: count) { unpacked throws(RDBError) in
      unpacked.fuzzBytes
    }
    precondition(found == expected, "a scratch unpacks to something else")
  } catch {
    precondition(expected == nil, "a scratch refuses sound data")
  }
  expectHead(data.fuzzBytes, twin)
}

/// Unpacks into a buffer without a byte more than is asked for.
private func unpackExactly(_ data: RawSpan, _ count: Int, _ expected: [UInt8]?) {
  let target = UnsafeMutableRawBufferPointer.allocate(
    byteCount: count + LZF.slack, alignment: 16)
  // SAFETY: the target has the room that `unpack` asks for, and is freed at the end.
  defer { unsafe target.deallocate() }
  do throws(RDBError) {
    try unsafe LZF.unpack(data, into: target, count: count)
    unsafe precondition(
      expected?.elementsEqual(target.prefix(count)) == true, "data unpacks to something else")
    expectSameCheck(data, count, nil)
  } catch {
    precondition(error.reason == .badLZF, "LZF data is broken in a way of its own")
    precondition(expected == nil, "sound data is refused")
    expectPlace(of: error, in: 0...data.byteCount)
    expectSameCheck(data, count, error.offset)
  }
}

/// Traps unless a check without a target finds an error at this offset, or none.
private func expectSameCheck(_ data: RawSpan, _ count: Int, _ stop: Int?) {
  do throws(RDBError) {
    try LZF.check(data, count: count)
    precondition(stop == nil, "a check takes damaged data for sound")
  } catch {
    precondition(error.offset == stop, "a check finds another error")
  }
}

/// The twin: nil where the data is broken.
private func unpackSlowly(_ data: RawSpan) -> [UInt8]? {
  var out: [UInt8] = []
  var rest = data.fuzzBytes[...]
  while let control = rest.popFirst().map(Int.init) {
    if control < 32 {
      guard rest.count > control else { return nil }
      out += rest.prefix(control + 1)
      rest = rest.dropFirst(control + 1)
      continue
    }
    var length = control / 32 + 2
    if length == 9 {
      guard let more = rest.popFirst() else { return nil }
      length += Int(more)
    }
    guard let low = rest.popFirst() else { return nil }
    let distance = control % 32 * 256 + Int(low) + 1
    guard distance <= out.count else { return nil }
    for _ in 0..<length { out.append(out[out.count - distance]) }
  }
  return out
}

/// Traps unless an intset that is stored as this data has as many members as its head tells: a scan
/// unpacks no more than that.
private func expectHead(_ data: [UInt8], _ unpacked: [UInt8]?) {
  guard let unpacked, unpacked.count >= 10 else { return }
  let file =
    Array("REDIS0011".utf8) + [11, 1, 0x6b, 0xc3] + length(data.count) + length(unpacked.count)
    + data
  withExactCopy(of: file) { file in
    guard let (record, _) = try? firstRecord(of: file) else {
      preconditionFailure("a set that is stored as LZF data is not stepped over")
    }
    let told = unpacked[4..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    precondition(record.elements == told, "the head of LZF data is read wrongly")
  }
}

/// A length in its 32-bit form.
private func length(_ count: Int) -> [UInt8] {
  [0x80] + stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: count >> $0) }
}
