// Frames as liblz4 makes them.

private import CLZ4

/// A frame of LZ4 that unpacks to these bytes.
public func lz4Frame(_ bytes: [UInt8]) -> [UInt8] {
  // SAFETY: liblz4 reads the bytes and writes into the room, whose size it was asked for and is told.
  var frame = [UInt8](repeating: 0, count: LZ4F_compressFrameBound(bytes.count, nil))
  let count = unsafe frame.withUnsafeMutableBytes { room in
    unsafe bytes.withUnsafeBytes { source in
      unsafe LZ4F_compressFrame(
        room.baseAddress, room.count, source.baseAddress, source.count, nil)
    }
  }
  return Array(frame.prefix(count))
}
