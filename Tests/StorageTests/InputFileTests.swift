import Foundation
import Storage
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("InputFile")
struct InputFileTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func reason(opening path: String) -> SystemError.Reason? {
    do {
      _ = try InputFile(path)
      return nil
    } catch {
      #expect(error.path == path)
      return error.reason
    }
  }

  @Test("a file tells its path, size and identity")
  func facts() throws {
    let path = try directory.make("a", [1, 2, 3])
    let file = try InputFile(path)
    let (told, size, isEmpty) = (file.path, file.size, file.isEmpty)
    #expect(told == path)
    #expect(size == 3)
    #expect(!isEmpty)
  }

  @Test("two names of one file have one identity, two files have two")
  func identity() throws {
    let path = try directory.make("a", [1])
    try FileManager.default.linkItem(atPath: path, toPath: directory.file("b"))
    let (a, b) = (try InputFile(path).identity, try InputFile(directory.file("b")).identity)
    let other = try InputFile(directory.make("c", [1])).identity
    #expect(a == b)
    #expect(a != other)
  }

  @Test("the time of writing is told in milliseconds")
  func modified() throws {
    let path = try directory.make("a", [1])
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000.5)], ofItemAtPath: path)
    let modified = try InputFile(path).modifiedMilliseconds
    #expect(modified == 1_700_000_000_500)
  }

  @Test("a missing file is not found")
  func missing() throws {
    let path = directory.file("nothing")
    let error = try #require(throws: SystemError.self) { _ = try InputFile(path) }
    #expect(error.isNotFound)
    #expect(error.message == "cannot open: No such file or directory")
  }

  @Test("a directory is refused")
  func aDirectory() {
    #expect(reason(opening: directory.path) == .isDirectory)
  }

  @Test("a pipe is refused and not waited for")
  func aPipe() throws {
    let path = directory.file("pipe")
    try #require(unsafe mkfifo(path, 0o600) == 0)
    #expect(reason(opening: path) == .isPipe)
  }

  @Test("a device is refused")
  func aDevice() {
    #expect(reason(opening: "/dev/null") == .isDevice)
  }

  @Test("a socket is refused")
  func aSocket() throws {
    let path = directory.file("socket")
    #if canImport(Glibc)
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
    #endif
    defer { _ = close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    try #require(path.utf8.count < room)
    // SAFETY: the path and its zero fit, as was just asked; the size is of the struct itself.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let bound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    #expect(reason(opening: path) == .isSocket)
  }

  @Test("a link to a file is that file")
  func aLink() throws {
    let path = try directory.make("a", [1, 2])
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("link"), withDestinationPath: path)
    let identity = try InputFile(path).identity
    let linked = try InputFile(directory.file("link")).identity
    #expect(linked == identity)
  }

  // Root may read everything, so these two go on as somebody else in a process of their own.

  @Test("a file that may not be read says so")
  func unreadable() async throws {
    let path = try directory.make("a", [1])
    try #require(unsafe chmod(path, 0) == 0)
    await #expect(processExitsWith: .exitCode(5)) { [path = path as String] in
      try leaveRoot()
      do {
        _ = try InputFile(path)
      } catch let error as SystemError {
        exit(error.isPermissionDenied && error.message == "cannot open: Permission denied" ? 5 : 6)
      }
    }
  }

  @Test("a file of somebody else, whose access time we must touch, can be read")
  func notOurs() async throws {
    let path = try directory.make("a", [1, 2])
    try #require(unsafe chmod(path, 0o644) == 0)
    await #expect(processExitsWith: .exitCode(2)) { [path = path as String] in
      try leaveRoot()
      exit(Int32(try InputFile(path).size))
    }
  }

  @Test("a file that has not been touched is unchanged")
  func unchanged() throws {
    let file = try InputFile(directory.make("a", [1]))
    let isUnchanged = try file.isUnchanged()
    #expect(isUnchanged)
  }

  private func setTime(_ path: String, _ seconds: Double) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: path)
  }

  @Test("a file of another size is changed, whatever its time says")
  func grown() throws {
    let path = try directory.make("a", [1])
    try setTime(path, 1_700_000_000)
    let file = try InputFile(path)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data([2]))
    try handle.close()
    try setTime(path, 1_700_000_000)
    let isUnchanged = try file.isUnchanged()
    #expect(!isUnchanged)
  }

  @Test(
    "a file that was written again at the same size is changed",
    arguments: [1_700_000_001, 1_700_000_000.5])
  func rewritten(time: Double) throws {
    let path = try directory.make("a", [1])
    try setTime(path, 1_700_000_000)
    let file = try InputFile(path)
    try setTime(path, time)
    let isUnchanged = try file.isUnchanged()
    #expect(!isUnchanged)
  }

  @Test("reading at an offset fills the buffer, or as much as the file has")
  func reading() throws {
    let file = try InputFile(directory.make("a", Array(0..<10)))
    var buffer = [UInt8](repeating: 99, count: 4)
    var count = try read(file, at: 3, into: &buffer)
    #expect(count == 4)
    #expect(buffer == [3, 4, 5, 6])
    count = try read(file, at: 8, into: &buffer)
    #expect(count == 2)
    #expect(buffer == [8, 9, 5, 6])
    count = try read(file, at: 10, into: &buffer)
    #expect(count == 0)
  }

  private func read(
    _ file: borrowing InputFile, at offset: Int, into buffer: inout [UInt8]
  ) throws -> Int {
    var span = buffer.mutableSpan
    // SAFETY: any byte is a UInt8.
    var bytes = unsafe span.mutableBytes
    return try file.read(into: &bytes, at: offset)
  }
}

private func leaveRoot() throws {
  if geteuid() == 0 { try #require(setuid(65534) == 0) }
}
