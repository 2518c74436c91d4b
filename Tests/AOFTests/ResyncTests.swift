import RDB
import TestSupport
import Testing

@testable import AOF

@Suite("Behind damage of a log")
struct ResyncTests {
  private func holes(_ bytes: [UInt8]) throws -> [[Int]] {
    try withLog([("a", bytes)]) { input in
      input.holes(of: 0).map { [$0.start, $0.error.offset, $0.end] }
    }
  }

  private let head = LogText("SELECT 0", "SET a 1", "SET b 1").bytes
  private let rest = LogText("SET b 2", "SET c 3", "SET a 2", "#TS:5", "DEL c").bytes

  @Test("a sound log has no holes")
  func sound() throws {
    #expect(try holes(head + rest) == [])
  }

  @Test(
    "what an editor leaves is a hole as long as it is",
    arguments: ["*\r\n", "\r\n", "FLUSHALL\r\n", "\u{feff}", "*1\r\n"])
  func editors(left: String) throws {
    let odd = Array(left.utf8)
    let found = try holes(head + odd + rest)
    #expect(found.count == 1)
    #expect(found.first?.first == head.count)
    #expect(found.first?.last == head.count + odd.count)
  }

  @Test("zeros in the middle swallow the commands that they are in, and no more")
  func zeros() throws {
    var bytes = head + rest
    let first = head.count + 12
    for index in first..<(first + 30) { bytes[index] = 0 }
    let found = try holes(bytes)
    #expect(found.count == 1)
    #expect(found[0][0] == head.count)
    let boundary = LogText("SET b 2", "SET c 3").bytes.count
    #expect(found[0][2] == head.count + boundary)
  }

  @Test("a length that is too large hides what follows from servers, not from us")
  func longLength() throws {
    var bytes = LogText("SET a 1").bytes
    let odd = Array("*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$9999\r\nx\r\n".utf8)
    bytes += odd + rest
    let found = try holes(bytes)
    #expect(found.map(\.last) == [bytes.count - rest.count])
  }

  @Test("a log inside a value is not taken for one")
  func nested() throws {
    var text = LogText("SET a 1")
    text.append([Array("SET".utf8), Array("v".utf8), [13, 10] + rest + [13, 10]])
    text.append("SET z 1")
    #expect(try holes(text.bytes) == [])
  }

  @Test("a cut tail is a hole to the end")
  func tail() throws {
    let bytes = head + Array(LogText("SET b 2").bytes.dropLast(4))
    let found = try holes(bytes)
    #expect(found.count == 1)
    #expect(found[0][0] == head.count)
    #expect(found[0][2] == bytes.count)
  }

  @Test("bytes that ask for much are answered soon")
  func hostile() throws {
    let line = Array("*1024\r\n$1\r\nx\r\n".utf8)
    var bytes: [UInt8] = [0]
    for _ in 0..<20_000 { bytes += line }
    #expect(try holes(bytes).count == 1)
  }
}
