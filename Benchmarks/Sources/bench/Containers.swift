// A backup in gzip and in LZ4: what the program needs to say what is in it, beside the tools that only
// unpack it and the libraries alone. Whole processes, so that all count the same.

import CLimits
import Corpora

/// A library that unpacks, alone in a process of its own: a workload of `bench` by this name.
enum UnpackingLibrary: String {
  case isal = "unpack-isal"
  case zlib = "unpack-zlib"
  case lz4 = "unpack-lz4"

  private var number: Int32 {
    switch self {
    case .isal: 0
    case .zlib: 1
    case .lz4: 2
    }
  }

  func unpack(_ path: String) throws(Trouble) {
    // SAFETY: the C string lives through the call.
    guard unsafe limits_unpack(path, number) > 0 else { throw Trouble("\(path) is not whole") }
  }
}

/// Makes the group of one file.
struct Containers {
  let input: Input
  let binary: String
  private let own = CommandLine.arguments[0]

  init(_ input: Input, binary: String) {
    self.input = input
    self.binary = binary
  }

  func group() throws -> Group {
    let gzip = try packed("gz", "gzip -c")
    let lz4 = try packed("lz4", "lz4 -qc")
    var measures = [
      measure("gzip -dc", Command("gzip", "-dc", gzip), of: []),
      measure("zlib alone", alone(.zlib, gzip), of: []),
      measure("ISA-L alone", alone(.isal, gzip), of: []),
    ]
    let gzipped = ["gzip -dc", "ISA-L alone"]
    measures += try program("gz", gzip, of: gzipped)
    measures.append(measure("lz4 -dc", Command("lz4", "-dc", lz4), of: []))
    measures.append(measure("LZ4 alone", alone(.lz4, lz4), of: []))
    measures += try program("lz4", lz4, of: ["lz4 -dc", "LZ4 alone"])
    return Group(title: "\(input.name), containers", measures: measures)
  }

  /// The commands whose memory is to stay small, and which find every key.
  private func program(
    _ form: String, _ path: String, of others: [String]
  ) throws -> [Measure] {
    let info = Command(binary, "info", path)
    let (cost, output) = try info.capture()
    guard cost.status == 0, output.head.contains(commas(input.facts.keys)) else {
      throw Trouble("info did not find \(input.facts.keys) keys in \(path)")
    }
    let preview = Command(binary, "preview", path, "--now", "2026-11-24T00:00:00Z")
    return [
      measure("info, .\(form)", info, of: others),
      measure("preview, .\(form)", preview, of: others),
      measure("export, .\(form)", Command(binary, "export", path), of: others),
    ]
  }

  private func alone(_ library: UnpackingLibrary, _ path: String) -> Command {
    Command(own, "workload", library.rawValue, path)
  }

  private func measure(_ name: String, _ command: Command, of others: [String]) -> Measure {
    Measure(
      name: name, bytes: input.facts.bytes, items: input.facts.keys, against: others, answer: 0,
      most: 5,
      run: {
        let cost = try command.run()
        return (UInt64(bitPattern: Int64(cost.status)), cost)
      })
  }

  /// The file in a container, made when it is missing.
  private func packed(_ ending: String, _ tool: String) throws -> String {
    let path = "\(input.path).\(ending)"
    guard !System.exists(path) else { return path }
    System.tell("making \(path)")
    let cost = try Command("sh", "-c", "\(tool) '\(input.path)' > '\(path).part'").run()
    guard cost.status == 0 else { throw Trouble("\(tool) did not make \(path)") }
    try System.move(path + ".part", to: path)
    if unsafe limits_settle(path) != 0 { System.tell("\(path) is as it was written") }
    return path
  }

  private func commas(_ number: Int) -> String {
    var digits = String(number)
    var text = ""
    while digits.count > 3 {
      text = "," + digits.suffix(3) + text
      digits.removeLast(3)
    }
    return digits + text
  }
}
