// The checksum is summed in steps of 256 KiB, ahead of the scan. Wherever the file ends in a step, it
// is that of the bytes before the checksum.

import RDB
import Restore
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("The checksum of a sweep")
struct ChecksumTests {
  private static let step = 1 << 18

  /// A file whose end opcode stands at an offset.
  private func file(endingAt offset: Int) -> [UInt8] {
    var file = LargeFile(seed: 31)
    file.fill(to: min(offset - 200_000, offset / 2))
    file.pad(to: offset)
    return file.unsummed + [255]
  }

  private func state(_ file: [UInt8], threads: Int = 1) throws -> (ChecksumState, Int) {
    let result = try visit(file, .threads(threads)) { InspectionVisitor(moment: moment) }.result
    #expect(result.failure == nil)
    return (result.checksum, result.trailing)
  }

  private func bytes(of checksum: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: checksum)
    return bytes
  }

  @Test(
    "is right wherever the end stands in a step, and wrong if a bit of it or of the file is not",
    arguments: [1, 2, 4])
  func places(_ threads: Int) throws {
    let distances = [-9, -8, -2, -1, 0, 1, 100]
    let places = [1, 2, 5].flatMap { steps in distances.map { steps * ChecksumTests.step + $0 } }
    for place in places {
      let body = file(endingAt: place)
      #expect(body.count == place + 1)
      let sum = body.withRawSpan { CRC64.update(0, $0) }
      let whole = body + bytes(of: sum)
      #expect(try state(whole, threads: threads) == (.valid(sum), 0), "\(place)")
      #expect(
        try state(body + bytes(of: sum ^ 1), threads: threads)
          == (.mismatch(stored: sum ^ 1, computed: sum), 0))
      #expect(try state(whole + [1, 2, 3], threads: threads) == (.valid(sum), 3), "\(place)")
    }
  }

  @Test("of a small file is right, also before many steps of trailing bytes")
  func small() throws {
    var builder = RDBBuilder()
    builder.string(key: "a", value: "b")
    let whole = builder.ended()
    let sum = naiveCRC64(whole.dropLast(8))
    for trailing in [0, 1, 8, ChecksumTests.step, 3 * ChecksumTests.step] {
      let file = whole + [UInt8](repeating: 0x42, count: trailing)
      for threads in [1, 3] {
        #expect(try state(file, threads: threads) == (.valid(sum), trailing))
      }
    }
  }

  @Test("is off where the server wrote zeros, none in old versions, unchecked if nobody asks")
  func states() throws {
    var builder = RDBBuilder()
    builder.string(key: "a", value: "b")
    builder.byte(255)
    #expect(try state(builder.bytes + [UInt8](repeating: 0, count: 8)) == (.disabled, 0))
    #expect(try state(builder.bytes + [UInt8](repeating: 0, count: 10)) == (.disabled, 2))
    var old = RDBBuilder("REDIS0004")
    old.string(key: "a", value: "b")
    old.byte(255)
    #expect(try state(old.bytes) == (.none, 0))
    #expect(try state(old.bytes + [9, 9]) == (.none, 2))
    let unchecked = try visit(builder.bytes + bytes(of: 7), checksum: false) {
      InspectionVisitor(moment: moment)
    }
    #expect(unchecked.result.checksum == .unchecked)
  }

  @Test("is that of every fixture whose server wrote one")
  func fixtures() throws {
    var right = 0
    for fixture in Fixtures.all {
      guard let stored = try fixture.truth().scan?.checksum else { continue }
      let file = try fixture.bytes()
      guard scanFailure(file) == nil else { continue }
      let (state, _) = try state(file)
      #expect(state == (stored == 0 ? .disabled : .valid(stored)), "\(fixture)")
      if stored != 0 { right += 1 }
    }
    #expect(right > 50)
  }
}
