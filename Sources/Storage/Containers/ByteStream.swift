// Byte streams. A container is a stream that reads from another, so containers nest in any order.

/// A source of bytes, read sequentially by one thread at a time.
protocol ByteStream: AnyObject {
  /// Reads bytes into a non-empty buffer.
  ///
  /// Returns how many; 0 only at the end. Bytes before an error are returned before it is thrown.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int

  /// Skips bytes if that is possible without reading them.
  ///
  /// Returns how many were skipped, possibly none.
  func advance(by wanted: Int) -> Int

  /// Remarks about the part that was read.
  var remarks: [InputRemark] { get }
}

extension ByteStream {
  var remarks: [InputRemark] { [] }

  func advance(by wanted: Int) -> Int { 0 }
}

/// The bytes of a part of a regular file.
@safe
final class FileStream: ByteStream {
  private let part: FilePart
  private let hasher: InputHasher?
  private var offset: Int

  /// Reads a part of a file; a hasher sees the bytes.
  init(_ part: FilePart, hashing hasher: InputHasher? = nil) {
    self.part = part
    self.hasher = hasher
    offset = part.range.lowerBound
  }

  var remarks: [InputRemark] { part.remarks }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let left = part.range.upperBound - offset
    guard left > 0 else {
      if let ending = part.ending { throw ending }
      return 0
    }
    do throws(SystemError) {
      // SAFETY: the buffer is the caller's for this call, and filled within its count.
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(left, buffer.count)])
      let count = try unsafe part.file.file.readOnce(into: room, at: offset)
      if count == 0 { throw SystemError(.becameShorter, .read, part.file.file.path) }
      // SAFETY: `count` bytes were filled.
      unsafe hasher?.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
      offset += count
      return count
    } catch {
      throw .system(error)
    }
  }

  func advance(by wanted: Int) -> Int {
    let count = min(wanted, part.range.upperBound - offset)
    offset += count
    return count
  }
}

/// The bytes of a pipe, optionally kept in a file.
@safe
final class PipeStream: ByteStream {
  private var pipe: InputPipe
  private var spool: SpillFile?
  private let hasher: InputHasher?
  private var offset = 0
  private var isAtEnd = false
  /// Bytes that are still to be passed over.
  private var skipped: Int

  /// Reads a pipe.
  ///
  /// - Parameters:
  ///   - pipe: The pipe.
  ///   - spool: Keeps all of its bytes, if there is one.
  ///   - hasher: Sees all of its bytes.
  ///   - skipped: The number of bytes before those that are read.
  init(
    _ pipe: consuming InputPipe, keepingIn spool: consuming SpillFile? = nil,
    hashing hasher: InputHasher? = nil, skipping skipped: Int = 0
  ) {
    self.pipe = pipe
    self.spool = spool
    self.hasher = hasher
    self.skipped = skipped
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    while skipped > 0, !isAtEnd {
      let some = unsafe UnsafeMutableRawBufferPointer(
        rebasing: buffer[..<min(skipped, buffer.count)])
      // SAFETY: a part of the caller's buffer, which is written over below.
      skipped -= try unsafe readNext(into: some)
    }
    return try unsafe readNext(into: buffer)
  }

  private func readNext(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    do throws(SystemError) {
      // SAFETY: the buffer is the caller's for this call; `count` bytes of it were filled.
      let count = try unsafe pipe.read(into: buffer)
      isAtEnd = count == 0
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
      unsafe hasher?.take(bytes, at: offset)
      offset += count
      try unsafe spool?.append(bytes)
      return count
    } catch {
      throw .system(error)
    }
  }

  /// Reads the rest of the pipe.
  func drain() throws(InputError) {
    // SAFETY: freed below; filled within its count.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { unsafe buffer.deallocate() }
    while !isAtEnd { _ = try unsafe readNext(into: buffer) }
  }

  /// Stops keeping bytes.
  func keepNothing() { spool = nil }

  /// The file with everything that was read; nil if nothing was kept or the pipe has not ended.
  func kept() throws(SystemError) -> InputFile? {
    guard isAtEnd, let spool = spool.take() else { return nil }
    return try spool.reopened()
  }
}
