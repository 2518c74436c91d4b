// The thread that unpacks, and the one that waits for it.

import Dispatch
import TestSupport
import Testing

@testable import RDBSift
@testable import Storage

/// A stream that gives a few bytes and then waits until it is let go.
private final class StuckStream: ByteStream, @unchecked Sendable {
  static let count = 1000
  private let gate = DispatchSemaphore(value: 0)
  private var isAfterFirst = false

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    if isAfterFirst { gate.wait() }
    defer { isAfterFirst = true }
    unsafe buffer.copyBytes(from: [UInt8](repeating: 0x52, count: StuckStream.count))
    return isAfterFirst ? 0 : StuckStream.count
  }

  func letGo() { gate.signal() }
}

@Suite("Unpacking")
struct UnpackingTests {
  @Test(
    "who waits for bytes gets what is there when nobody wants any more", .timeLimit(.minutes(1)))
  func stopped() throws {
    let stream = StuckStream()
    let unpacking = try Unpacking(try Unpacker(stream, Unpacker.Options()), path: "test")
    #expect(unpacking.wait(for: 9).count == StuckStream.count)
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.05) { unpacking.stop() }
    let arrived = unpacking.wait(for: 1 << 20)
    #expect(arrived.isWhole && arrived.count == StuckStream.count)
    // Nor does a second one wait.
    #expect(unpacking.wait(for: 1 << 30).isWhole)
    #expect(!unpacking.isUntouched && !unpacking.hasEnded)
    stream.letGo()
  }
}
