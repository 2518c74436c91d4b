import TestSupport
import Testing

@testable import RDB

@Suite("reading numbers")
struct ReadingTests {
  let bytes: [UInt8] = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0xf8]

  @Test("integers are read in either order")
  func orders() throws {
    let little = try read(bytes) { (span, at) throws(RDBError) in
      try span.read(&at, littleEndian: Int64.self)
    }
    #expect(little.value == -0x07f8_f9fa_fbfc_fdff)
    #expect(little.end == 8)
    let big = try read(bytes, from: 1) { (span, at) throws(RDBError) in
      try span.read(&at, bigEndian: UInt32.self)
    }
    #expect(big.value == 0x0203_0405)
    #expect(big.end == 5)
  }

  @Test("a double is read from its bits")
  func double() throws {
    var builder = RDBBuilder.bare
    builder.double(-1.5)
    let value = try read(builder.bytes) { (span, at) throws(RDBError) in
      try span.readDouble(&at)
    }
    #expect(value.value == -1.5)
  }

  @Test("a read over the end is truncated and leaves the cursor", arguments: 0..<8)
  func truncated(_ count: Int) {
    let result = readFailure(Array(bytes.prefix(count))) { (span, at) throws(RDBError) in
      try span.read(&at, littleEndian: UInt64.self)
    }
    #expect(result.error == RDBError(.truncated, at: 0, number: 8))
    #expect(result.end == 0)
  }

  @Test("no byte can be read behind the last")
  func noByte() {
    let result = readFailure([]) { (span, at) throws(RDBError) in try span.readByte(&at) }
    #expect(result.error == RDBError(.truncated, at: 0, number: 1))
  }

  @Test("as many bytes as are left can be taken, and not one more")
  func take() throws {
    let place = try read(bytes, from: 3) { (span, at) throws(RDBError) in try span.take(5, &at) }
    #expect(place.value == ByteRange(offset: 3, count: 5))
    #expect(place.end == 8)
    let result = readFailure(bytes) { (span, at) throws(RDBError) in try span.take(9, &at) }
    #expect(result.error == RDBError(.truncated, at: 0, number: 9))
    #expect(result.end == 0)
  }

  @Test(
    "a count that no file could hold is not a shortage",
    arguments: [
      (UInt64(Int64.max), RDBError.Reason.truncated), (UInt64(Int64.max) + 1, .badLength),
      (UInt64.max, .badLength),
    ])
  func hugeTake(_ count: UInt64, _ reason: RDBError.Reason) {
    let result = readFailure(bytes) { (span, at) throws(RDBError) in try span.take(count, &at) }
    #expect(result.error == RDBError(reason, at: 0, number: count))
  }

  @Test("a count of items is compared with the bytes they need")
  func counts() throws {
    let enough = try read([2, 0, 0, 0, 0]) { (span, at) throws(RDBError) in
      try span.readCount(&at, eachAtLeast: 2)
    }
    #expect(enough.value == 2)
    let short = readFailure([2, 0, 0, 0]) { (span, at) throws(RDBError) in
      try span.readCount(&at, eachAtLeast: 2)
    }
    #expect(short.error == RDBError(.truncated, at: 1, number: 4))
  }

  @Test(
    "a count whose bytes do not fit 64 bits is no count",
    arguments: [
      UInt64.max, UInt64(Int64.max), UInt64(Int64.max) / 2 + 1,
    ])
  func overflow(_ count: UInt64) {
    var builder = RDBBuilder.bare
    builder.length(count, as: .sixtyFour)
    let result = readFailure(builder.bytes) { (span, at) throws(RDBError) in
      try span.readCount(&at, eachAtLeast: 2)
    }
    #expect(result.error == RDBError(.badLength, at: 0, number: count))
  }
}

@Suite("small values")
struct SmallValueTests {
  @Test(
    "the digits of a number are counted",
    arguments: [
      0, 9, 10, 99, 100, -1, -9, -10, 999_999_999, 1_000_000_000, Int64.max, Int64.min,
    ])
  func digits(_ number: Int64) {
    #expect(Decimal.digits(number) == String(number).utf8.count)
  }

  @Test("the digits of an unsigned number are counted", arguments: [0, 10, UInt64.max])
  func unsignedDigits(_ number: UInt64) {
    #expect(Decimal.digits(number) == String(number).utf8.count)
  }

  @Test("an error seen from the file stands further in")
  func movedError() {
    let error = RDBError(.badString, at: 3, number: 7).moved(by: 100)
    #expect(error == RDBError(.badString, at: 103, number: 7))
  }

  @Test("an error in unpacked bytes tells both places")
  func unpackedError() {
    let error = RDBError(.badListpack, at: 12, number: 1).unpacked(from: 40)
    #expect(error.offset == 40 && error.inside == 12 && error.reason == .badListpack)
    #expect(RDBError(.truncated, at: 12).unpacked(from: 40).reason == .badLZF)
  }

  @Test("instants are ordered")
  func instants() {
    #expect(UnixMilliseconds(-1) < UnixMilliseconds(0))
    #expect(!(UnixMilliseconds(0) < UnixMilliseconds(0)))
  }

  @Test(
    "a module's name and version are in its 64 bits",
    arguments: [
      (0xb5a8_ab85_ab21_f800, "tairhash-", 0), (0x7b1b_2dae_dca9_7800, "exstrtype", 0),
      (0xb5a8_abce_c7ad_fc00, "tairzset_", 0), (0x45e2_5238_df91_2c03, "ReJSON-RL", 3),
      (0x4d20_c1f9_360f_1008, "TSDB-TYPE", 8),
    ] as [(UInt64, String, Int)])
  func modules(_ bits: UInt64, _ name: String, _ version: Int) {
    #expect(ModuleID(bits).name == name)
    #expect(ModuleID(bits).version == version)
  }
}
