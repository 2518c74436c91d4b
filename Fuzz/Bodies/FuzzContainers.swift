// A packed backup, or what pretends to be one.
//
//   0    bytes that are taken at once, 0: all
//   1    bit 0: unpacked by zlib first
//   2…   the container

import Storage

/// What any container may hold here: a bomb ends at it.
private let fuzzLimit = 1 << 20

/// Unpacks with either library, in any steps, and compares.
public func fuzzContainers(_ bytes: RawSpan) {
  var input = FuzzInput()
  let step = Int(input.option(bytes))
  let zlibFirst = input.option(bytes) & 1 == 1
  let packed = bytes.extracting(input.payload(bytes)).fuzzBytes
  for accepts in [false, true] { expectKind(of: packed, accepts: accepts) }
  let one = UnpackedBytes(packed, limit: fuzzLimit, usesZlib: zlibFirst)
  let same = UnpackedBytes(
    packed, limit: fuzzLimit, step: step == 0 ? .max : step, usesZlib: zlibFirst)
  // What is damaged may be noticed a little earlier or later.
  precondition(!one.isWhole || one.bytes == same.bytes, "what comes out depends on the steps")
  precondition(one.isWhole == same.isWhole, "whether it is whole depends on the steps")
  precondition(!one.isWhole || one.layers == same.layers, "what it is depends on the steps")
  expectSense(one, packed)
  let other = UnpackedBytes(packed, limit: fuzzLimit, usesZlib: !zlibFirst)
  expectSense(other, packed)
  // Libraries may go on for a different while in what is damaged. ISA-L takes codes that leave some
  // bits without a meaning, which zlib refuses; the checksum is right then all the same.
  let (isal, zlib) = zlibFirst ? (other, one) : (one, other)
  precondition(isal.isWhole || !zlib.isWhole, "ISA-L refuses what zlib unpacks")
  precondition(
    !isal.isWhole || !zlib.isWhole || isal.bytes == zlib.bytes,
    "the libraries unpack to different bytes")
}

private func expectSense(_ unpacked: UnpackedBytes, _ packed: [UInt8]) {
  precondition(unpacked.bytes.count <= max(fuzzLimit, packed.count), "more than was allowed")
  precondition(unpacked.isWhole == (unpacked.damage == nil), "damage without a place")
  precondition(unpacked.damage ?? 0 >= 0, "a place before the first byte")
  guard unpacked.layers.isEmpty, unpacked.isWhole else { return }
  precondition(unpacked.bytes == packed, "bytes in no container are changed")
}
