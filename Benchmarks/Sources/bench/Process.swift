// A program as a whole, from exec to exit: what a user waits for.

import CLimits
import RDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What came out of a program.
struct Output: Equatable {
  var bytes = 0
  var lines = 0
  var checksum: UInt64 = 0
  /// The first bytes of it.
  var start: [UInt8] = []

  /// The same as text.
  var head: String { String(decoding: start, as: UTF8.self) }
}

/// What a run cost.
struct Cost {
  var wall: Double
  var user: Double
  var system: Double
  var resident: Int
  var status: Int
}

/// A program and its arguments.
struct Command {
  var words: [String]

  init(_ words: String...) { self.words = words }

  init(words: [String]) { self.words = words }

  /// Runs it with its output thrown away.
  func run() throws(Trouble) -> Cost {
    let null = unsafe open("/dev/null", O_WRONLY)
    defer { close(null) }
    let start = ContinuousClock.now
    let process = try begin(null)
    return conclude(process, start)
  }

  /// Runs it and looks at its output.
  func capture() throws(Trouble) -> (cost: Cost, output: Output) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw Trouble("no pipe") }
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    let start = ContinuousClock.now
    let process = try begin(ends[1])
    close(ends[1])
    defer { close(ends[0]) }
    let output = Command.drain(ends[0])
    return (conclude(process, start), output)
  }

  private func begin(_ output: Int32) throws(Trouble) -> Int32 {
    // SAFETY: each text is copied for C and freed when the program was started.
    var texts = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe texts.forEach { unsafe free($0) } }
    let process = unsafe limits_start(&texts, output)
    guard process > 0 else { throw Trouble("cannot run \(words[0])") }
    return process
  }

  private func conclude(_ process: Int32, _ start: ContinuousClock.Instant) -> Cost {
    let cost = limits_wait(process)
    return Cost(
      wall: seconds(since: start), user: cost.user, system: cost.system,
      resident: Int(cost.resident), status: Int(cost.status))
  }

  private static func drain(_ descriptor: Int32) -> Output {
    var output = Output()
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe read(descriptor, bytes.baseAddress, bytes.count)
      }
      guard count > 0 else { return output }
      output.start += buffer[..<min(count, (1 << 14) - output.start.count)]
      output.bytes += count
      // SAFETY: bytes are plain bits; the span is used in these two lines only.
      let bytes = unsafe buffer.span.bytes.extracting(first: count)
      output.checksum = CRC64.update(output.checksum, bytes)
      output.lines += buffer[..<count].reduce(0) { $0 + ($1 == 0x0a ? 1 : 0) }
    }
  }
}

/// Seconds since an instant.
func seconds(since start: ContinuousClock.Instant) -> Double {
  (ContinuousClock.now - start) / .seconds(1)
}
