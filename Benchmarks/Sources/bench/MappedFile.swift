// A file in memory, and what plain C does with it.

import CLimits
import RDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file mapped whole.
@safe final class MappedFile {
  let path: String
  let count: Int
  private let base: UnsafeMutableRawPointer
  private let descriptor: Int32
  private let buffer: UnsafeMutableRawPointer

  static let step = 1 << 18

  /// Maps a file; every line is read once unless instructions are counted.
  init(_ path: String, warm: Bool = true) throws(Trouble) {
    self.path = path
    descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { throw Trouble("cannot open \(path)") }
    count = Int(lseek(descriptor, 0, SEEK_END))
    guard count > 0,
      let mapped = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe mapped != MAP_FAILED
    else { throw Trouble("cannot map \(path)") }
    unsafe base = mapped
    // SAFETY: freed in `deinit`.
    unsafe buffer = UnsafeMutableRawPointer.allocate(byteCount: MappedFile.step, alignment: 4096)
    if warm { _ = sum() }
  }

  deinit {
    unsafe munmap(base, count)
    unsafe buffer.deallocate()
    close(descriptor)
  }

  /// Lends the bytes.
  func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: the mapping is `count` bytes and lives as long as `self`; the span for the call only.
    try body(unsafe UnsafeRawBufferPointer(start: base, count: count).bytes)
  }

  /// Lends a place of the file to C.
  func withPlace<Result>(_ place: ByteRange, _ body: (UnsafeRawPointer) -> Result) -> Result {
    precondition(place.offset >= 0 && place.end <= count)
    // SAFETY: the place is inside the mapping.
    return unsafe body(UnsafeRawPointer(base) + place.offset)
  }

  /// Reads every line of the mapping.
  func sum() -> UInt64 { unsafe limits_sum(base, count) }

  /// Walks a file of strings without checking anything.
  func walkStrings() -> limits_walk { unsafe limits_walk_strings(base) }

  /// Reads the file through a reused buffer; how many bytes.
  func readThrough() -> UInt64 {
    UInt64(bitPattern: unsafe limits_read(descriptor, buffer, MappedFile.step))
  }

  /// Copies the file step by step to a buffer of a few steps.
  func copy(to target: UnsafeMutableRawBufferPointer) -> UInt64 {
    var at = 0
    while at < count {
      let piece = min(target.count, count - at)
      unsafe target.baseAddress?.copyMemory(from: base + at, byteCount: piece)
      at += piece
    }
    return UInt64(at)
  }
}
