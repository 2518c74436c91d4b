// Zstandard containers, made by libzstd.

import CZstd
import TestSupport
import Testing

@testable import Storage

extension Packed {
  /// One Zstandard frame.
  static func zstd(_ bytes: [UInt8], checksum: Bool = true) -> [UInt8] {
    // SAFETY: the context is used here only; the output has the room that the library asks for.
    let context = unsafe ZSTD_createCCtx()
    defer { _ = unsafe ZSTD_freeCCtx(context) }
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum ? 1 : 0)
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = unsafe output.withUnsafeMutableBytes { output in
      unsafe bytes.withUnsafeBytes {
        unsafe ZSTD_compress2(context, output.baseAddress, output.count, $0.baseAddress, $0.count)
      }
    }
    return Array(output.prefix(count))
  }
}

@Suite("Zstandard containers")
struct ZstdTests {
  private func sample(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededRandom(seed: seed)
    var bytes = Array("REDIS0011".utf8)
    while bytes.count < count { bytes.append(UInt8.random(in: 0...20, using: &random)) }
    return bytes
  }

  @Test("frames, empty and skippable ones among them, give their contents for reads of any size")
  func frames() {
    let (first, second) = (sample(300_000), sample(5000, seed: 2))
    let packed =
      Packed.skippable([1, 2, 3]) + Packed.zstd(first) + Packed.zstd([]) + Packed.skippable([])
      + Packed.zstd(second, checksum: false)
    for (step, room) in [(Int.max, 1 << 20), (1000, 70_000), (77, 999)] {
      let result = unpack(packed, sourceStep: step, room: room)
      let isSame = result.bytes == first + second
      #expect(isSame, "steps of \(step), \(room)")
      #expect(result.error == nil && result.remarks.isEmpty)
      #expect(result.layers == [.zstd])
    }
  }

  @Test("containers inside each other are opened")
  func nested() {
    let bytes = sample(2000)
    let result = unpack(Packed.zstd(Packed.tar([.init("dump.rdb", bytes)])))
    #expect(result.layers == [.zstd, .tar] && result.bytes == bytes)
    #expect(unpack(Packed.gzip(Packed.zstd(bytes))).layers == [.gzip, .zstd])
  }

  @Test("a truncated frame gives a prefix and the offset of its end")
  func truncated() {
    let bytes = sample(200_000)
    let packed = Packed.zstd(bytes)
    for count in stride(from: 5, to: packed.count, by: 4999) {
      let result = unpack(Array(packed[..<count]))
      let isPrefix = bytes.starts(with: result.bytes)
      #expect(isPrefix)
      #expect(result.reason == .truncated, "\(count)")
      #expect(result.damage?.offset == count)
      #expect(result.damage?.unpacked == result.bytes.count)
    }
  }

  @Test("a wrong checksum, bytes after the end and unknown forms are told apart")
  func errors() {
    let bytes = sample(1000)
    var packed = Packed.zstd(bytes)
    packed[packed.count - 1] ^= 1
    #expect(unpack(packed).reason == .badFrameChecksum)
    let whole = Packed.zstd(bytes)
    let trailing = unpack(whole + [9])
    #expect(trailing.bytes == bytes && trailing.error == nil)
    #expect(trailing.remarks == [.trailingBytes(.zstd, offset: whole.count)])
    // A header without a content size, and a window of 2^(10 + 18) bytes.
    let wide: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0, 18 << 3, 1, 0, 0]
    #expect(
      unpack(wide).reason == .unsupported("a window of more than 128 MiB (zstd --long)"))
  }

  @Test("damage gives the same bytes and error for reads of any size, and is never missed")
  func damaged() {
    var random = SeededRandom(seed: 5)
    let bytes = sample(300_000)
    let packed = Packed.zstd(bytes)
    for _ in 0..<150 {
      var broken = packed
      broken[.random(in: 4..<broken.count, using: &random)] ^= .random(in: 1...255, using: &random)
      let result = unpack(broken)
      #expect(result.error != nil || result.bytes == bytes)
      for (step, room) in [(5000, 1 << 20), (Int.max, 3001)] {
        let again = unpack(broken, sourceStep: step, room: room)
        let isSame = again == result
        #expect(isSame, "\(String(describing: again.error)) \(String(describing: result.error))")
      }
    }
  }

  @Test("a container of more than the limit is refused")
  func limit() {
    var options = Unpacker.Options()
    options.limit = 10_000
    let result = unpack(Packed.zstd([UInt8](repeating: 7, count: 1 << 20)), options)
    #expect(result.reason == .tooLarge(limit: 10_000) && result.bytes.count == 10_000)
  }
}
