// Bytes that come one after the other. A container is a stream that takes its bytes from another, so
// containers stand in each other in whatever order a file has them.

/// A source of bytes that is read from its first to its last.
///
/// One thread at a time may use it.
protocol ByteStream: AnyObject {
  /// Puts bytes at the beginning of a buffer that is not empty.
  ///
  /// Returns how many there are; 0 only at the end. What came before an error was returned before.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int

  /// Steps over bytes, if that is possible without reading them.
  ///
  /// Returns how many were stepped over; it may be none.
  func advance(by wanted: Int) -> Int

  /// What is to be told, as far as it was read.
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

  /// Reads a part of a file, and lets its bytes be summed on their way.
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

/// The bytes of a pipe, which come once; what came can be kept.
@safe
final class PipeStream: ByteStream {
  private var pipe: InputPipe
  private var spool: SpillFile?
  private let hasher: InputHasher?
  private var offset = 0
  private var isAtEnd = false

  /// Reads a pipe, keeps what comes in a file if there is one, and lets it be summed on its way.
  init(
    _ pipe: consuming InputPipe, keepingIn spool: consuming SpillFile? = nil,
    hashing hasher: InputHasher? = nil
  ) {
    self.pipe = pipe
    self.spool = spool
    self.hasher = hasher
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
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

  /// Reads all that still comes.
  func drain() throws(InputError) {
    // SAFETY: freed below; filled within its count.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { unsafe buffer.deallocate() }
    while !isAtEnd { _ = try unsafe read(into: buffer) }
  }

  /// Keeps nothing any more.
  func keepNothing() { spool = nil }

  /// The file that holds all that came, to be read again; nil where nothing was kept or more was to
  /// come.
  func kept() throws(SystemError) -> InputFile? {
    guard isAtEnd, let spool = spool.take() else { return nil }
    return try spool.reopened()
  }
}
