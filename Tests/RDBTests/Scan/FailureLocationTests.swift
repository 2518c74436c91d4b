import TestSupport
import Testing

@testable import RDB

@Suite("failureLocation of an error")
struct FailureLocationTests {
  /// Where a scan of bytes that cannot be read to the end stopped, and the key there as text.
  private func failureLocation(
    _ bytes: [UInt8]
  ) throws(RDBError) -> (start: Int, type: UInt8?, key: String?) {
    try bytes.withRawSpan { (span) throws(RDBError) in
      var scanner = try RDBScanner(headerOf: span)
      var batch = RecordBatch()
      let error = failure { () throws(RDBError) in try scanner.scan(span, into: &batch) }
      #expect(error != nil)
      let found = scanner.failureLocation(in: span)
      var key: String?
      if let stored = found.key {
        key = String(decoding: try spell(stored, in: span), as: UTF8.self)
      }
      return (found.start, found.type?.rawValue, key)
    }
  }

  @Test("a broken value is told with its type, its key and where the record begins")
  func brokenValue() throws {
    var builder = RDBBuilder()
    builder.string(key: "sound", value: "v")
    let start = builder.count
    builder.expireMS(5)
    builder.key(18, "broken")
    builder.raw([1, 7, 0])
    let found = try failureLocation(builder.ended())
    #expect(found == (start, 18, "broken"))
  }

  @Test("a broken key tells only its type")
  func brokenKey() throws {
    var builder = RDBBuilder()
    builder.raw([4, 0xc7, 0, 0, 0])
    #expect(try failureLocation(builder.ended()) == (9, 4, nil))
  }

  @Test("a type that nobody has is told, and its key is not guessed")
  func unknownType() throws {
    var builder = RDBBuilder()
    builder.key(60, "k")
    builder.string("v")
    #expect(try failureLocation(builder.ended()) == (9, 60, nil))
  }

  @Test("an unknown opcode and the end of the bytes are no record")
  func noRecord() throws {
    var builder = RDBBuilder()
    builder.byte(100)
    #expect(try failureLocation(builder.ended()) == (9, nil, nil))
    builder = RDBBuilder()
    builder.string(key: "k", value: "v")
    #expect(try failureLocation(builder.bytes) == (14, nil, nil))
  }
}
