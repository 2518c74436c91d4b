// Instructions per key. Time wanders on a shared machine, instructions do not: the same work on two
// files of one corpus, under callgrind, and the difference spread over the difference in keys.
// Opening, mapping and starting up cancel out.

import Corpora

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Counts, and compares with what was recorded.
struct Instructions {
  private let arguments: Arguments
  private let inputs = Inputs()

  /// What may be lost, or is worth telling as won.
  private static let tolerance = 0.05

  init(_ arguments: Arguments) { self.arguments = arguments }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }

  private var path: String { "\(arguments.thresholds)/\(Instructions.architecture).json" }

  /// This program without what debuggers want, which valgrind cannot always read.
  private var program: String { "\(inputs.directory)/bench-bare" }

  /// Whether nothing became worse.
  func run() throws -> Bool {
    guard let valgrind = try? Command("valgrind", "--version").capture(), valgrind.cost.status == 0
    else { throw Trouble("instructions are counted by valgrind, which is not here") }
    let bare = try Command("strip", "-g", "-o", program, CommandLine.arguments[0]).run()
    guard bare.status == 0 else { throw Trouble("strip cannot make \(program)") }
    let counts = try count()
    if arguments.records {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      let text = String(decoding: try encoder.encode(counts), as: UTF8.self)
      try System.save(text + "\n", to: path)
      print("recorded in \(path)")
      return true
    }
    guard let text = System.read(path) else {
      throw Trouble("no thresholds in \(path); --record makes them")
    }
    return compare(counts, try JSONDecoder().decode([String: Double].self, from: Data(text.utf8)))
  }

  private func count() throws -> [String: Double] {
    // 100,000 and 300,000 strings; 25,000 and 76,000 mixed keys.
    let strings = try [0.01, 0.03].map { try inputs.input(.strings, scale: $0) }
    let mixed = try [0.01, 0.03].map { try inputs.input(.mixed, scale: $0) }
    var counts: [String: Double] = [:]
    for work in Workload.allCases where work != .walk {
      counts["strings, \(work.rawValue)"] = try perKey(work, strings[0], strings[1])
    }
    for work in [Workload.scan, .batches, .rows, .commands, .walk] {
      counts["mixed, \(work.rawValue)"] = try perKey(work, mixed[0], mixed[1])
    }
    return counts
  }

  private func perKey(_ work: Workload, _ small: Input, _ large: Input) throws -> Double {
    System.tell("counting \(small.name), \(work.rawValue)")
    let difference = try instructions(work, large) - instructions(work, small)
    let count = Double(difference) / Double(large.facts.keys - small.facts.keys)
    return (count * 10).rounded() / 10
  }

  private func instructions(_ work: Workload, _ input: Input) throws -> Int {
    let command = Command(
      "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-fd=1",
      program, "workload", work.rawValue, input.path)
    let (cost, output) = try command.capture()
    let line = output.head.split(separator: "\n").first { $0.contains("Collected") }
    guard cost.status == 0, let word = line?.split(separator: " ").last, let count = Int(word)
    else { throw Trouble("valgrind said nothing about \(work.rawValue)") }
    return count
  }

  private func compare(_ counts: [String: Double], _ thresholds: [String: Double]) -> Bool {
    var table = Table("instructions per key", "now", "recorded", "change", "verdict")
    var isGood = true
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
      guard let threshold = thresholds[name] else {
        table.append(name, fixed(count, 1), "", "", "not recorded")
        isGood = false
        continue
      }
      let change = count / threshold - 1
      let isWorse = change > Instructions.tolerance
      let isBetter = change < -Instructions.tolerance
      if isWorse { isGood = false }
      table.append(
        name, fixed(count, 1), fixed(threshold, 1), fixed(change * 100, 1) + " %",
        isWorse ? "WORSE" : isBetter ? "better: --record" : "ok")
    }
    print(table.text)
    return isGood
  }
}
