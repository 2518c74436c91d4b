// A backup in Zstandard, or what pretends to be one.
//
//   0    bytes that are taken at once, 0: all
//   1…   the frames

import Storage

/// What a frame may hold here: a bomb ends at it.
private let frameLimit = 1 << 20

/// Unpacks frames as a container in any steps, and as the block of a file, and compares.
public func fuzzZstd(_ bytes: RawSpan) {
  var input = FuzzInput()
  let step = Int(input.option(bytes))
  let payload = bytes.extracting(input.payload(bytes))
  let packed = payload.fuzzBytes
  let one = UnpackedBytes(packed, limit: frameLimit)
  let same = UnpackedBytes(packed, limit: frameLimit, step: step == 0 ? .max : step)
  precondition(one.isWhole == same.isWhole, "whether it is whole depends on the steps")
  precondition(one.layers == same.layers, "what it is depends on the steps")
  precondition(!one.isWhole || one.bytes == same.bytes, "what comes out depends on the steps")
  precondition(one.isWhole == (one.damage == nil), "damage without a place")
  precondition(one.bytes.count <= max(frameLimit, packed.count), "more than was allowed")
  guard let block = block(payload), one.layers == ["zstd"] else { return }
  precondition(one.isWhole && one.bytes == block, "a frame is another as a block of a file")
}

/// The contents of exactly one frame; nil for anything else, and for a bomb.
private func block(_ frame: RawSpan) -> [UInt8]? {
  struct TooLarge: Error {}
  guard let decoder = ZstdDecoder() else { return nil }
  var contents: [UInt8] = []
  let isWhole = try? decoder.unpack(frame) { (piece) throws(TooLarge) in
    guard contents.count + piece.byteCount <= frameLimit else { throw TooLarge() }
    contents += piece.fuzzBytes
  }
  return isWhole == true ? contents : nil
}
