// Inputs on disk: made when missing, kept for the next run, with what is known about them beside.

import CLimits
import Corpora

/// A corpus on disk.
struct Input {
  var name: String
  var path: String
  var facts: CorpusFacts
}

/// The directory of inputs.
struct Inputs {
  let directory: String

  /// Raised when a corpus changes, so that files of before are made anew.
  private static let generation = 1

  init() {
    let temporary = System.environment("TMPDIR") ?? "/tmp"
    directory = System.environment("RDBSIFT_BENCH_DIR") ?? "\(temporary)/rdbsift-bench"
    System.makeDirectory(directory)
  }

  /// A corpus at a scale.
  func input(_ corpus: Corpus, scale: Double) throws -> Input {
    let path = "\(directory)/\(corpus.name)-x\(fixed(scale, 5)).rdb"
    if System.exists(path), let facts = Inputs.facts(System.read(path + ".facts")) {
      return Input(name: corpus.name, path: path, facts: facts)
    }
    System.tell("making \(path)")
    let facts = try corpus.write(to: path + ".part", scale: scale)
    try System.move(path + ".part", to: path)
    if unsafe limits_settle(path) != 0 { System.tell("\(path) is as it was written") }
    try System.save(Inputs.text(facts), to: path + ".facts")
    return Input(name: corpus.name, path: path, facts: facts)
  }

  private static func text(_ facts: CorpusFacts) -> String {
    "\(generation) \(facts.keys) \(facts.expiring) \(facts.elements) \(facts.streams) "
      + "\(facts.bytes)\n"
  }

  private static func facts(_ text: String?) -> CorpusFacts? {
    let numbers = (text ?? "").split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
    guard numbers.count == 6, numbers[0] == generation else { return nil }
    var facts = CorpusFacts()
    facts.keys = numbers[1]
    facts.expiring = numbers[2]
    facts.elements = numbers[3]
    facts.streams = numbers[4]
    facts.bytes = numbers[5]
    return facts
  }
}
