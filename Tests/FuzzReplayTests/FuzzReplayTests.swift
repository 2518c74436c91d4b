// Every seed and every input that ever crashed a fuzzer, replayed. A body traps where something does
// not hold, which ends the test run; FUZZ_VERBOSE=1 in the environment names each input before it.

import Foundation
import FuzzBodies
import Testing

@Suite("The fuzzers' inputs") struct FuzzReplayTests {
  /// A fuzzer: the name of its folders, and what it does.
  enum Target: String, CaseIterable, CustomTestStringConvertible {
    case scan = "FuzzScan"
    case values = "FuzzValues"
    case lzf = "FuzzLZF"
    case filterKey = "FuzzFilterKey"
    case roundTrip = "FuzzRoundTrip"
    case containers = "FuzzContainers"
    case salvage = "FuzzSalvage"
    case zstd = "FuzzZstd"
    case kinds = "FuzzKinds"
    case chunks = "FuzzChunks"
    case keyList = "FuzzKeyList"
    case log = "FuzzLog"
    case logModel = "FuzzLogModel"

    var testDescription: String { rawValue }

    func run(_ bytes: RawSpan) {
      switch self {
      case .scan: fuzzScan(bytes)
      case .values: fuzzValues(bytes)
      case .lzf: fuzzLZF(bytes)
      case .filterKey: fuzzFilterKey(bytes)
      case .roundTrip: fuzzRoundTrip(bytes)
      case .containers: fuzzContainers(bytes)
      case .salvage: fuzzSalvage(bytes)
      case .zstd: fuzzZstd(bytes)
      case .kinds: fuzzKinds(bytes)
      case .chunks: fuzzChunks(bytes)
      case .keyList: fuzzKeyList(bytes)
      case .log: fuzzLog(bytes)
      case .logModel: fuzzLogModel(bytes)
      }
    }

    /// The files in one of the target's folders, in the order of their names.
    func inputs(_ folder: String) throws -> [URL] {
      let fuzz = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Fuzz").standardizedFileURL
      return try FileManager.default.contentsOfDirectory(
        at: fuzz.appending(path: folder).appending(path: rawValue),
        includingPropertiesForKeys: nil, options: .skipsHiddenFiles
      ).sorted { $0.path < $1.path }
    }

    func replay(_ folder: String) throws -> Int {
      let inputs = try inputs(folder)
      for input in inputs {
        let bytes = [UInt8](try Data(contentsOf: input))
        // Written at once, so that it is read when a body traps.
        if ProcessInfo.processInfo.environment["FUZZ_VERBOSE"] != nil {
          FileHandle.standardError.write(Data("\(input.path)\n".utf8))
        }
        // SAFETY: bytes have no padding, which is all that `bytes` fears.
        run(unsafe bytes.span.bytes)
      }
      return inputs.count
    }
  }

  @Test("every seed keeps what its fuzzer promises", arguments: Target.allCases)
  func corpus(target: Target) throws {
    #expect(try target.replay("Corpus") >= 20)
  }

  @Test("nothing that ever crashed crashes again", arguments: Target.allCases)
  func failCases(target: Target) throws {
    _ = try target.replay("FailCases")
  }

  @Test("a body that is given no bytes ends", arguments: Target.allCases)
  func nothing(target: Target) {
    let bytes: [UInt8] = []
    // SAFETY: bytes have no padding, which is all that `bytes` fears.
    target.run(unsafe bytes.span.bytes)
  }
}
