// Signals change or end a process, so each of these tests runs in one of its own.

import Foundation
import Storage
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("ProcessSignals")
struct ProcessSignalsTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("a file that shrinks under the map ends the process with one line, and no output is left")
  func shrinking() async throws {
    let path = try directory.make("in\u{1b}[31m", [UInt8](repeating: 1, count: 100_000))
    let output = directory.file("out")
    let result = try await #require(
      processExitsWith: .exitCode(7), observing: [\.standardErrorContent]
    ) { [path = path as String, output = output as String] in
      ProcessSignals.prepare(faultStatus: 7)
      let mapped = try MappedFile(path)
      var file = try OutputFile(output, inputs: [mapped.file.identity])
      try write([1], to: &file)
      truncate(path, to: 10)
      print(sum(mapped))
      try file.commit()
    }
    let line = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(line.hasSuffix("in?[31m: the file became shorter while it was being read\n"))
    #expect(line.hasPrefix("error: /"))
    #expect(line.split(separator: "\n").count == 1)
    #expect(try directory.names == ["in\u{1b}[31m"])
  }

  @Test("a fault in a mapping that has been given back is nobody's, and kills as it would have")
  func notOurs() async throws {
    let path = try directory.make("in", [UInt8](repeating: 1, count: 100_000))
    await #expect(processExitsWith: .signal(SIGBUS)) { [path = path as String] in
      ProcessSignals.prepare(faultStatus: 7)
      _ = try MappedFile(path)
      let descriptor = unsafe open(path, O_RDONLY)
      // SAFETY: none; the load is meant to fault.
      let place = unsafe mmap(nil, 100_000, PROT_READ, MAP_PRIVATE, descriptor, 0)
      truncate(path, to: 10)
      if let place = unsafe place {
        print(unsafe place.load(fromByteOffset: 50_000, as: UInt8.self))
      }
    }
  }

  @Test("several faults at once give one line")
  func severalThreads() async throws {
    let path = try directory.make("in", [UInt8](repeating: 1, count: 1_000_000))
    let result = try await #require(
      processExitsWith: .exitCode(2), observing: [\.standardErrorContent]
    ) { [path = path as String] in
      ProcessSignals.prepare(faultStatus: 2)
      let mapped = Shared(try MappedFile(path))
      truncate(path, to: 10)
      DispatchQueue.concurrentPerform(iterations: 4) { _ in print(sum(mapped.file)) }
    }
    #expect(result.standardErrorContent.split(separator: 0x0a).count == 1)
  }

  @Test(
    "a signal that ends the process removes unfinished output",
    arguments: [SIGINT, SIGTERM, SIGHUP])
  func ended(by signal: Int32) async throws {
    let finished = directory.file("finished")
    let unfinished = directory.file("unfinished")
    // Exit tests cannot say `.signal(signal)` of a value they do not know before they run.
    await #expect(processExitsWith: .failure) {
      [signal = signal as Int32, finished = finished as String, unfinished = unfinished as String]
      in
      ProcessSignals.prepare(faultStatus: 2)
      try OutputFile(finished, inputs: []).commit()
      var file = try OutputFile(unfinished, inputs: [])
      try write([1], to: &file)
      _ = kill(getpid(), signal)
      while true { _ = pause() }
    }
    #expect(try directory.names == ["finished"])
  }

  @Test("a signal that was ignored stays ignored")
  func ignored() async {
    await #expect(processExitsWith: .exitCode(5)) {
      _ = signal(SIGHUP, SIG_IGN)
      ProcessSignals.prepare(faultStatus: 2)
      // To the process: the thread that runs a test may have its signals blocked.
      _ = kill(getpid(), SIGHUP)
      usleep(100_000)
      exit(5)
    }
  }

  @Test("the file size limit is an error, and no output is left")
  func fileSizeLimit() async throws {
    let output = directory.file("out")
    await #expect(processExitsWith: .exitCode(5)) { [output = output as String] in
      ProcessSignals.prepare(faultStatus: 2)
      var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
      #if canImport(Glibc)
        try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      #else
        try #require(unsafe setrlimit(RLIMIT_FSIZE, &limit) == 0)
      #endif
      do {
        var file = try OutputFile(output, inputs: [])
        for _ in 0..<10 { try write([UInt8](repeating: 0, count: 1000), to: &file) }
        try file.commit()
      } catch let error as SystemError {
        exit(error.isOutOfSpace ? 5 : 6)
      }
    }
    #expect(try directory.names.isEmpty)
  }
}

private final class Shared: Sendable {
  let file: MappedFile
  init(_ file: consuming MappedFile) { self.file = file }
}

private func truncate(_ path: String, to count: Int) {
  // SAFETY: the C string lives through the call.
  precondition(unsafe truncate(path, off_t(count)) == 0)
}

private func sum(_ mapped: borrowing MappedFile) -> Int {
  mapped.withBytes { (span) in
    // SAFETY: the pointer is used only inside the closure.
    unsafe span.withUnsafeBytes { unsafe $0.reduce(0) { $0 &+ Int($1) } }
  }
}
