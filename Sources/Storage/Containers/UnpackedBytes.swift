// Unpacking of bytes in memory, for tests and fuzzers.

/// The contents of a container in memory.
package struct UnpackedBytes: Sendable {
  /// The contents, up to the damage if there is any.
  package private(set) var bytes: [UInt8] = []
  /// Whether every container was read to its end without damage.
  package private(set) var isWhole = false
  /// The containers from the outermost to the innermost.
  package private(set) var layers: [String] = []
  /// The offset of the damage in the damaged container; nil if there is none.
  package private(set) var damage: Int?

  /// Unpacks bytes.
  ///
  /// - Parameters:
  ///   - packed: The bytes; those in no container stay as they are.
  ///   - limit: The most bytes a container may hold.
  ///   - step: Bytes read from the source at once.
  ///   - usesZlib: Whether gzip is decompressed by zlib instead of ISA-L.
  package init(_ packed: [UInt8], limit: Int, step: Int = .max, usesZlib: Bool = false) {
    var options = Unpacker.Options()
    options.limit = limit
    options.library = usesZlib ? .zlib : .isal
    do throws(InputError) {
      let unpacker = try Unpacker(MemoryStream(packed, step: max(1, step)), options)
      layers = unpacker.layers.map(\.rawValue)
      try take(from: unpacker)
      isWhole = true
    } catch {
      if case .container(let error) = error { damage = error.offset }
    }
  }

  private mutating func take(from unpacker: Unpacker) throws(InputError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 14, alignment: 16)
    // SAFETY: filled and copied within its count, and freed here.
    defer { unsafe buffer.deallocate() }
    while true {
      let count = try unsafe unpacker.read(into: buffer)
      guard count > 0 else { return }
      unsafe bytes.append(contentsOf: buffer.prefix(count))
    }
  }
}

/// Bytes in memory as a stream.
final class MemoryStream: ByteStream {
  private let bytes: [UInt8]
  private let step: Int
  private var offset = 0

  init(_ bytes: [UInt8], step: Int = .max) {
    self.bytes = bytes
    self.step = step
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let count = min(bytes.count - offset, buffer.count, step)
    // SAFETY: `count` bytes are in both.
    unsafe buffer.copyBytes(from: bytes[offset..<(offset + count)])
    offset += count
    return count
  }
}
