// The compressed strings of a file, unpacked by us, by plain C, and by liblzf where there is one.

import CLimits
import RDB

/// LZF data of a file: string values, and packed structures that are a value by themselves.
@safe final class Blobs {
  private struct Blob {
    var place: ByteRange
    var count: Int
  }

  private let file: MappedFile
  private let blobs: [Blob]
  private let target: UnsafeMutableRawBufferPointer
  /// Bytes they unpack to.
  let unpacked: Int

  var count: Int { blobs.count }

  enum Way: String, CaseIterable {
    case ours = "unpack"
    case plain = "plain C"
    case liblzf

    var isThere: Bool { self != .liblzf || limits_has_liblzf() != 0 }
  }

  init(_ file: MappedFile) throws(Trouble) {
    var consumer = Collector()
    _ = try sound { () throws(RDBError) in
      try file.withBytes { bytes throws(RDBError) in try sweep(bytes, into: &consumer) }
    }
    self.file = file
    blobs = consumer.blobs
    unpacked = blobs.reduce(0) { $0 + $1.count }
    let largest = blobs.map(\.count).max() ?? 0
    // SAFETY: freed in `deinit`.
    unsafe target = UnsafeMutableRawBufferPointer.allocate(
      byteCount: largest + LZF.slack, alignment: 64)
  }

  deinit { unsafe target.deallocate() }

  private struct Collector: RecordConsumer {
    var blobs: [Blob] = []

    mutating func take(
      _ records: Span<RDBRecord>, in bytes: RawSpan, _ context: ValueContext
    ) throws(RDBError) {
      for index in records.indices {
        switch records[index].type.rawValue {
        case 0, 11, 16, 17: break
        default: continue
        }
        guard case .lzf(let place, let count) = try records[index].stringValue(in: bytes) else {
          continue
        }
        blobs.append(Blob(place: place, count: count))
      }
    }
  }

  /// Unpacks all of them; the bytes that came, or their checksum.
  func unpack(_ way: Way, sums: Bool = false) throws(Trouble) -> UInt64 {
    var total: UInt64 = 0
    for blob in blobs {
      let count = try unpack(blob, way)
      guard count == blob.count else { throw Trouble("LZF data did not unpack") }
      if sums {
        // SAFETY: `count` bytes of the target were written.
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: target[..<count]).bytes
        total = CRC64.update(total, bytes)
      } else {
        total += UInt64(count)
      }
    }
    return total
  }

  private func unpack(_ blob: Blob, _ way: Way) throws(Trouble) -> Int {
    switch way {
    case .ours:
      try sound { () throws(RDBError) in
        try file.withBytes { bytes throws(RDBError) in
          // SAFETY: the target has the room of the largest, and the slack.
          try unsafe LZF.unpack(
            bytes.extracting(blob.place.range), into: target, count: blob.count)
        }
      }
      return blob.count
    case .plain:
      return Int(
        unsafe file.withPlace(blob.place) {
          unsafe limits_lzf($0, blob.place.count, target.baseAddress, blob.count)
        })
    case .liblzf:
      return Int(
        unsafe file.withPlace(blob.place) {
          unsafe limits_liblzf($0, blob.place.count, target.baseAddress, blob.count)
        })
    }
  }
}
