// Measures of whole processes, from exec to exit: our program, cat, and peers.
//
// They come before anything is mapped here: a child's peak of resident memory begins with ours.

import Corpora

/// What the program wrote when its output was looked at.
struct KnownOutputs {
  var rows: Output?
  var commands: Output?

  /// Compares with what this process writes of the same file.
  func compare(
    _ sink: CountingSink, with output: Output?, _ what: String, _ input: Input
  ) throws(Trouble) {
    guard let output else { return }
    guard output.bytes == sink.bytes, output.checksum == sink.checksum else {
      throw Trouble("the program's \(what) of \(input.name) are not those of its library")
    }
  }
}

/// Makes the group of one file.
struct WholeProcess {
  let input: Input
  let binary: String
  private(set) var known = KnownOutputs()

  init(_ input: Input, binary: String) {
    self.input = input
    self.binary = binary
  }

  private func measure(
    _ name: String, _ command: Command, of others: [String] = ["cat"], status: Int = 0,
    most: Int = .max
  ) -> Measure {
    Measure(
      name: name, bytes: input.facts.bytes, items: input.facts.keys, against: others,
      answer: UInt64(status), most: most,
      run: {
        let cost = try command.run()
        return (UInt64(bitPattern: Int64(cost.status)), cost)
      })
  }

  private func program(_ words: String...) -> Command {
    var command = Command(binary)
    command.words += [words[0], input.path] + words.dropFirst()
    return command
  }

  /// Looks at every output once, then measures without looking.
  mutating func group() throws -> Group {
    var measures = [measure("cat", Command("cat", input.path), of: [])]
    for threads in ["1", "2"] {
      measures.append(
        measure(named("verify --quick", threads), try verify("--quick", "--threads", threads)))
    }
    let unchecked = try verify("--quick", "--no-checksum", "--threads", "1")
    measures.append(measure("verify --quick --no-checksum", unchecked))
    for threads in ["1", "2"] {
      measures.append(measure(named("verify", threads), try verify("--threads", threads)))
    }
    for threads in ["1", "2"] {
      let command = program("keys", "--format", "tsv", "--threads", threads)
      try remember(command, \.rows, lines: input.facts.keys + 1)
      measures.append(measure(named("keys", threads), command))
    }
    for threads in ["1", "2"] {
      let command = program("export", "--threads", threads)
      try remember(command, \.commands)
      measures.append(measure(named("export", threads), command))
    }
    return Group(title: "\(input.name), process", measures: measures + (try peers()))
  }

  private func named(_ name: String, _ threads: String) -> String {
    "\(name), \(threads) thread\(threads == "1" ? "" : "s")"
  }

  private func both(_ name: String) -> [String] { [named(name, "1"), named(name, "2")] }

  /// A verification that was seen to find all keys.
  private func verify(_ words: String...) throws(Trouble) -> Command {
    var command = program("verify")
    command.words += words
    let (cost, output) = try command.capture()
    let count = output.head.split(separator: " ").dropLast().last ?? ""
    guard cost.status == 0, Int(String(count.filter { $0 != "," })) == input.facts.keys else {
      throw Trouble("\(command.words) did not find \(input.facts.keys) keys")
    }
    return command
  }

  /// Looks at an output, which must be the same as at any other number of threads.
  private mutating func remember(
    _ command: Command, _ place: WritableKeyPath<KnownOutputs, Output?>, lines: Int? = nil,
    status: Int = 0
  ) throws(Trouble) {
    let (cost, output) = try command.capture()
    guard cost.status == status, lines == nil || output.lines == lines else {
      throw Trouble("\(command.words) ended with \(cost.status) after \(output.lines) lines")
    }
    guard known[keyPath: place] == nil || known[keyPath: place] == output else {
      throw Trouble("\(command.words) wrote other bytes than one thread")
    }
    known[keyPath: place] = output
  }

  /// Peers that are there; `times` says how much longer they take than we, on one thread and two.
  private func peers() throws -> [Measure] {
    var measures: [Measure] = []
    if let path = peer("RDBSIFT_PEER_INJINJ", "rdbp") {
      let keys = Command(path, "-f", input.path, "-l")
      let ours = both("keys")
      if try lists(keys) { measures.append(measure("injinj keys", keys, of: ours, most: 5)) }
    }
    if let path = peer("RDBSIFT_PEER_LIBRDB", "rdb-cli") {
      var keys = Command(path, input.path, "-l", "/dev/null")
      var commands = keys
      keys.words += ["print", "-k", "%k"]
      commands.words += ["resp", "-o", "/dev/null"]
      let ours = both("keys")
      if try lists(keys) { measures.append(measure("librdb keys", keys, of: ours, most: 3)) }
      measures.append(measure("librdb resp", commands, of: both("export"), most: 3))
    }
    return measures
  }

  /// Whether a peer lists as many keys as there are; one that does not is left out.
  private func lists(_ command: Command) throws(Trouble) -> Bool {
    let (_, output) = try command.capture()
    guard output.lines != input.facts.keys else { return true }
    // The name alone: what is told ends up in a document, and a path is of one machine.
    let name = command.words[0].split(separator: "/").last ?? ""
    System.tell("left out: \(name) lists \(output.lines) of \(input.facts.keys) keys")
    return false
  }

  private func peer(_ variable: String, _ name: String) -> String? {
    if let path = System.environment(variable) { return path }
    let places = (System.environment("PATH") ?? "").split(separator: ":")
    return places.map { "\($0)/\(name)" }.first { System.exists($0) }
  }
}
