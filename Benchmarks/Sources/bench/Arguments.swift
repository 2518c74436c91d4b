// The command line.

/// What to do, and how.
struct Arguments {
  enum Job: Equatable {
    case table
    case growth
    case instructions
    case allocations
    case write(corpus: String, path: String)
    case workload(name: String, path: String)
  }

  var job = Job.table
  var scale = 1.0
  var rounds = 9
  /// Only groups whose title has this in it.
  var only = ""
  /// Whether thresholds are written and not compared.
  var records = false
  /// The program to measure as a whole.
  var binary = ".build/release/rdbsift"
  /// Where thresholds are.
  var thresholds = "Benchmarks/Thresholds"

  static let usage = """
    usage: bench [table] [--quick] [--scale X] [--rounds N] [--only WORD]
           bench growth [--rounds N] [--scale X]        how cost grows from 1 MB to 1 GB
           bench instructions [--record]                instructions per key, by callgrind
           bench allocations                            allocations per record, on Linux
           bench write CORPUS FILE [--scale X]          one input

    --quick      a tenth of the size, five rounds: about a minute
    --binary F   the program to measure as a whole (.build/release/rdbsift)
    --thresholds D   where thresholds are (Benchmarks/Thresholds)

    Inputs are made in $RDBSIFT_BENCH_DIR, or in a directory for temporary files.
    $RDBSIFT_PEER_LIBRDB and $RDBSIFT_PEER_INJINJ are paths of rdb-cli and rdbp to compare with.
    """

  init(_ words: [String]) throws(Trouble) {
    var rest = words[...]
    var names: [String] = []
    while let word = rest.popFirst() {
      switch word {
      case "--quick": (scale, rounds) = (0.1, 5)
      case "--record": records = true
      case "--scale": scale = try Arguments.number(word, &rest)
      case "--rounds": rounds = max(1, Int(try Arguments.number(word, &rest)))
      case "--only": only = try Arguments.value(word, &rest)
      case "--binary": binary = try Arguments.value(word, &rest)
      case "--thresholds": thresholds = try Arguments.value(word, &rest)
      default:
        guard !word.hasPrefix("-") else { throw Trouble(Arguments.usage) }
        names.append(word)
      }
    }
    job = try Arguments.job(names)
  }

  private static func job(_ names: [String]) throws(Trouble) -> Job {
    switch (names.first ?? "table", names.count) {
    case ("table", 0...1): return .table
    case ("growth", 1): return .growth
    case ("instructions", 1): return .instructions
    case ("allocations", 1): return .allocations
    case ("write", 3): return .write(corpus: names[1], path: names[2])
    case ("workload", 3): return .workload(name: names[1], path: names[2])
    default: throw Trouble(usage)
    }
  }

  private static func value(
    _ option: String, _ rest: inout ArraySlice<String>
  ) throws(Trouble) -> String {
    guard let word = rest.popFirst() else { throw Trouble("\(option) takes a value") }
    return word
  }

  private static func number(
    _ option: String, _ rest: inout ArraySlice<String>
  ) throws(Trouble) -> Double {
    let word = try value(option, &rest)
    guard let number = Double(word), number > 0 else {
      throw Trouble("\(option) takes a number above zero, not '\(word)'")
    }
    return number
  }
}
