// Allocations per record. A preloaded library counts those of the whole program, on two files of one
// corpus; what starting up and the report need cancels out.

import Corpora

/// Counts allocations, and compares with the limit.
struct Allocations {
  private let arguments: Arguments
  private let inputs = Inputs()

  /// The most allocations per record: what grows with the file grows in steps.
  private static let limit = 0.01

  /// Commands without their file, which comes last.
  private static let commands: [[String]] = [
    ["info"], ["keys"], ["keys", "--format", "tsv"], ["verify"], ["preview"],
    ["preview", "--filter-key", "key:.*7"], ["export"], ["export", "--as", "restore"],
    ["export", "--as", "rdb"], ["export", "--as", "json"], ["export", "--as", "ndjson"],
    ["salvage"], ["salvage", "--as", "rdb"], ["threats"], ["map"],
    ["timeline"], ["stats"], ["diff"],
  ]

  init(_ arguments: Arguments) { self.arguments = arguments }

  /// The library beside this program.
  private var library: String {
    let folder = CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false)
      .dropLast().joined(separator: "/")
    return (folder.isEmpty ? "." : folder) + "/libCAllocations.so"
  }

  /// Whether no command allocates per record.
  func run() throws -> Bool {
    guard System.exists(library) else {
      throw Trouble("\(library) is missing; allocations are counted on Linux only")
    }
    var table = Table("allocations per record", "strings", "mixed", "limit", "verdict")
    var isGood = true
    for words in Allocations.commands {
      let counts = try [Corpus.strings, .mixed].map { try perRecord(words, $0) }
      let isKept = counts.allSatisfy { $0 <= Allocations.limit }
      isGood = isGood && isKept
      table.append(
        words.joined(separator: " "), fixed(counts[0], 4), fixed(counts[1], 4),
        fixed(Allocations.limit, 2), isKept ? "ok" : "TOO MANY")
    }
    print(table.text)
    return isGood
  }

  private func perRecord(_ words: [String], _ corpus: Corpus) throws -> Double {
    let small = try inputs.input(corpus, scale: 0.05)
    let large = try inputs.input(corpus, scale: 0.2)
    let more = try count(words, large) - count(words, small)
    return Double(more) / Double(large.facts.keys - small.facts.keys)
  }

  private func count(_ words: [String], _ input: Input) throws -> Int {
    let file = "\(inputs.directory)/allocations"
    System.remove(file)
    // A comparison takes the file twice.
    let paths = words == ["diff"] ? [input.path, input.path] : [input.path]
    let cost = try Command(
      words: ["env", "LD_PRELOAD=\(library)", "RDBSIFT_ALLOCATIONS=\(file)", arguments.binary]
        + words + paths + ["--threads", "2"]
    ).run()
    guard cost.status == 0 || cost.status == 1,
      let text = System.read(file), let count = Int(text.dropLast())
    else { throw Trouble("\(words.joined(separator: " ")) ended with \(cost.status), uncounted") }
    return count
  }
}
