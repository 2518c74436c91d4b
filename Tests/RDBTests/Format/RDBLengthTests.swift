import TestSupport
import Testing

@testable import RDB

private func length(_ bytes: [UInt8]) throws(RDBError) -> ReadResult<UInt64> {
  try read(bytes) { (span, at) throws(RDBError) in try span.readLength(&at) }
}

@Suite("length")
struct RDBLengthTests {
  @Test(
    "lengths at the edges of every form are read",
    arguments: [
      ([0x00], 0), ([0x3f], 63), ([0x40, 0x40], 64), ([0x7f, 0xff], 16383),
      ([0x80, 0, 0, 0x40, 0], 16384), ([0x80, 0xff, 0xff, 0xff, 0xff], 0xffff_ffff),
      ([0x81, 0, 0, 0, 1, 0, 0, 0, 0], 0x1_0000_0000),
      ([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], UInt64.max),
    ] as [([UInt8], UInt64)])
  func edges(_ bytes: [UInt8], _ value: UInt64) throws {
    let result = try length(bytes)
    #expect(result.value == value)
    #expect(result.end == bytes.count)
  }

  @Test(
    "a length may be longer than it needs to be",
    arguments: [
      [0x40, 0x05], [0x80, 0, 0, 0, 5], [0x81, 0, 0, 0, 0, 0, 0, 0, 5],
    ] as [[UInt8]])
  func longForms(_ bytes: [UInt8]) throws {
    #expect(try length(bytes).value == 5)
  }

  @Test(
    "the builder writes what the reader reads",
    arguments: [
      0, 63, 64, 16383, 16384, 0xffff_ffff, 0x1_0000_0000, UInt64.max,
    ])
  func roundTrip(_ value: UInt64) throws {
    var builder = RDBBuilder.bare
    builder.length(value)
    #expect(try length(builder.bytes).value == value)
  }

  @Test("no other byte begins a length", arguments: 0x82...0xff as ClosedRange<UInt8>)
  func badForms(_ byte: UInt8) {
    let result = readFailure([byte] + [UInt8](repeating: 0, count: 9)) {
      (span, at) throws(RDBError) in try span.readLength(&at)
    }
    #expect(result.error == RDBError(.badLength, at: 0, number: UInt64(byte)))
    #expect(result.end == 0)
  }

  @Test(
    "a length that is cut is truncated and leaves the cursor",
    arguments: [
      [], [0x40], [0x80], [0x80, 0, 0, 0], [0x81], [0x81, 0, 0, 0, 0, 0, 0, 0],
    ] as [[UInt8]])
  func cut(_ bytes: [UInt8]) {
    let result = readFailure(bytes) { (span, at) throws(RDBError) in try span.readLength(&at) }
    #expect(result.error?.reason == .truncated)
    #expect(result.end == 0)
  }
}
