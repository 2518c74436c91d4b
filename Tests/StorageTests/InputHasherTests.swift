// The digest of an input that is read in pieces, in part, or more than once; and how inputs are opened.

import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite("Sums of inputs")
struct InputHasherTests {
  @Test("bytes that come by in any pieces, some of them again, have the digest of all of them")
  func pieces() throws {
    var random = SeededRandom(for: "pieces of an input")
    for count in [0, 1, 63, 64, 1000, 300_000] {
      let bytes = random.bytes(count)
      let sum = InputHasher(try SHA256())
      var reach = 0
      while reach < count {
        // Begin anywhere before what was seen, as a second pass does; go on for a bit.
        let start = random.below(reach + 1)
        let end = min(count, start + 1 + random.below(max(1, count / 3)))
        unsafe bytes[start..<end].withUnsafeBytes { unsafe sum.take($0, at: start) }
        reach = max(reach, end)
        #expect(sum.count == reach)
      }
      #expect(sum.finished() == InputDigest(size: count, modified: nil, sha256: sha256(bytes)))
    }
  }

  @Test("what nobody read of a file is read at the end")
  func rest() throws {
    let directory = try TemporaryDirectory()
    var random = SeededRandom(for: "the rest of an input")
    let bytes = random.bytes(700_000)
    let path = try directory.make("a", bytes)
    for seen in [0, 1, 262_144, 700_000] {
      let file = try InputFile(path)
      let sum = InputHasher(try SHA256())
      unsafe bytes[..<seen].withUnsafeBytes { unsafe sum.take($0, at: 0) }
      try sum.takeRest(of: file)
      let digest = sum.finished(file)
      #expect(digest.sha256 == sha256(bytes) && digest.size == bytes.count)
      #expect(digest.modified != nil)
    }
    #expect(try InputDigest(ofFile: path).sha256 == sha256(bytes))
  }

  #if os(Linux)
    @Test("inputs are opened for reading only, and their times of access are left alone")
    func flags() throws {
      let directory = try TemporaryDirectory()
      let path = try directory.make("evidence", [1, 2, 3])
      let file = try InputFile(path)
      let mapped = try MappedFile(path)
      let folder = "/proc/self/fd"
      let numbers = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == path
      }
      #expect(numbers.count == 2)
      for number in numbers {
        let status = try String(contentsOfFile: "/proc/self/fdinfo/\(number)", encoding: .utf8)
        let octal = status.split(separator: "\n").first { $0.hasPrefix("flags:") }?
          .split(whereSeparator: { $0.isWhitespace }).last
        let flags = try #require(octal.flatMap { Int($0, radix: 8) })
        #expect(flags & 0o3 == 0)
        // O_NOATIME: the file is ours.
        #expect(flags & 0o1_000_000 != 0)
      }
      #expect(file.size == 3 && mapped.file.size == 3)
    }
  #endif
}
