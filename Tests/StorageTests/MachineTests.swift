import Foundation
import Storage
import Testing

@Suite("Machine, clocks and libraries")
struct MachineTests {
  @Test("there are as many processors as Foundation sees, at least one")
  func processors() {
    #expect(Machine.usableProcessors() >= 1)
    #expect(Machine.usableProcessors() >= ProcessInfo.processInfo.activeProcessorCount)
  }

  @Test("the environment is told, and what is not set is nothing")
  func environment() {
    #expect(Machine.environment("PATH") == ProcessInfo.processInfo.environment["PATH"])
    #expect(Machine.environment("RDBSIFT_NOT_SET") == nil)
  }

  @Test("the wall's clock agrees with Foundation's")
  func realtime() {
    let before = Int64(Date().timeIntervalSince1970 * 1000) - 1
    let now = SystemClock.realtimeMilliseconds()
    let after = Int64(Date().timeIntervalSince1970 * 1000) + 1
    #expect((before...after).contains(now))
  }

  @Test("the other clock never goes back, and counts nanoseconds")
  func monotonic() {
    let first = SystemClock.monotonicNanoseconds()
    Thread.sleep(forTimeInterval: 0.01)
    let second = SystemClock.monotonicNanoseconds()
    #expect(second - first >= 10_000_000)
    #expect(second - first < 10_000_000_000)
  }

  @Test(
    "the libraries tell their versions",
    arguments: [LibraryVersions.zlib, LibraryVersions.lz4])
  func libraries(version: String) {
    #expect(version.split(separator: ".").count >= 3)
    #expect(version.first?.isNumber == true)
  }
}
