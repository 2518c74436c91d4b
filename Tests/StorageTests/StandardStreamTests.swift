import Foundation
import Testing

@testable import Storage

#if canImport(Glibc)
  import Glibc
#endif

@Suite("StandardStream")
struct StandardStreamTests {
  #if os(Linux)
    @Test("a full device is out of space")
    func full() throws {
      let handle = try #require(FileHandle(forWritingAtPath: "/dev/full"))
      var stream = StandardStream(descriptor: handle.fileDescriptor, name: "standard output")
      let error = try #require(throws: SystemError.self) { try write([1], to: &stream) }
      #expect(error.isOutOfSpace)
      #expect(error.message == "cannot write: No space left on device")
    }
  #endif

  @Test("bytes and text come out at the other end of a pipe")
  func pipe() throws {
    let pipe = Pipe()
    var stream = StandardStream(descriptor: pipe.fileHandleForWriting.fileDescriptor, name: "p")
    try write([0x61, 0], to: &stream)
    try stream.write(text: "é\n")
    try pipe.fileHandleForWriting.close()
    #expect(try pipe.fileHandleForReading.readToEnd() == Data([0x61, 0, 0xc3, 0xa9, 0x0a]))
  }

  @Test("a pipe that nobody reads is a closed pipe")
  func closed() throws {
    ProcessSignals.ignoreClosedPipes()
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    var stream = StandardStream(descriptor: pipe.fileHandleForWriting.fileDescriptor, name: "p")
    let error = try #require(throws: SystemError.self) { try write([1], to: &stream) }
    #expect(error == SystemError(.closedPipe, .write, "p"))
  }

  @Test("a pipe that does not block is waited for and loses nothing")
  func nonBlocking() throws {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    try #require(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
    let content = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    // A thread of its own: on a machine with one processor, a task would wait for this one.
    let reader = Reader(pipe.fileHandleForReading)
    var stream = StandardStream(descriptor: descriptor, name: "p")
    try write(content, to: &stream)
    try pipe.fileHandleForWriting.close()
    reader.finished.wait()
    let isWhole = reader.bytes == content  // apart: a difference of this size is not to be printed
    #expect(isWhole)
  }

  @Test("a pipe is no terminal and has no width")
  func noTerminal() {
    let pipe = Pipe()
    let stream = StandardStream(descriptor: pipe.fileHandleForWriting.fileDescriptor, name: "p")
    #expect(!stream.isTerminal)
    #expect(stream.windowWidth == nil)
  }

  #if os(Linux)
    @Test("a terminal tells its width")
    func terminal() throws {
      // The controlling end of a pseudo-terminal is a terminal itself.
      let descriptor = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
      try #require(descriptor >= 0)
      defer { _ = close(descriptor) }
      let stream = StandardStream(descriptor: descriptor, name: "t")
      #expect(stream.isTerminal)
      #expect(stream.windowWidth == nil)
      var size = winsize(ws_row: 24, ws_col: 93, ws_xpixel: 0, ws_ypixel: 0)
      try #require(unsafe ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0)
      #expect(stream.windowWidth == 93)
    }
  #endif
}

/// Reads a pipe to its end, on a thread of its own.
private final class Reader: @unchecked Sendable {
  let finished = DispatchSemaphore(value: 0)
  // Written before the semaphore is signalled, read after it was waited for.
  private(set) var bytes: [UInt8] = []

  init(_ handle: FileHandle) {
    Thread.detachNewThread {
      self.bytes = [UInt8](handle.readDataToEndOfFile())
      self.finished.signal()
    }
  }
}
