// Logs: what it takes to find what matters, and to have the state at a moment, beside the tools of the
// server. Whole processes, so that all count the same.

import Corpora

/// A log on disk: the directory that a server loads.
struct LogInput {
  var name: String
  var directory: String
  var facts: LogFacts
  var manifest: String { "\(directory)/\(LogCorpus.manifest)" }
}

extension Inputs {
  /// A log at a scale.
  func log(_ corpus: LogCorpus, scale: Double) throws -> LogInput {
    let directory = "\(directory)/\(corpus.rawValue)-x\(fixed(scale, 5))"
    var input = LogInput(name: corpus.rawValue, directory: directory, facts: LogFacts())
    let known = (System.read(directory + ".facts") ?? "").split { $0 == " " || $0 == "\n" }
      .compactMap { Int($0) }
    if known.count == 3, System.exists(input.manifest) {
      (input.facts.commands, input.facts.bytes, input.facts.lastSecond) =
        (known[0], known[1], known[2])
      return input
    }
    System.tell("making \(directory)")
    System.makeDirectory(directory)
    input.facts = try corpus.write(to: "\(directory)/\(LogCorpus.part)", scale: scale)
    try System.save(LogCorpus.manifestText, to: input.manifest)
    let facts = input.facts
    try System.save(
      "\(facts.commands) \(facts.bytes) \(facts.lastSecond)\n", to: directory + ".facts")
    return input
  }
}

/// Makes the group of one log.
struct Logs {
  let input: LogInput
  let binary: String

  init(_ input: LogInput, binary: String) {
    self.input = input
    self.binary = binary
  }

  private static let check = "redis-check-aof"
  private static let load = "redis-server loads it"

  func group() throws -> Group {
    var measures = [measure("cat", Command("cat", "\(input.directory)/\(LogCorpus.part)"), of: [])]
    var others = ["cat"]
    let check = Command("redis-check-aof", input.manifest)
    if try isThere("redis-check-aof") {
      measures.append(measure(Logs.check, check, of: others, most: 3))
      others.append(Logs.check)
    }
    if try isThere("redis-server") {
      try compareCounts()
      measures.append(measure(Logs.load, loading(), of: others, most: 3))
      others.append(Logs.load)
    }
    measures += [
      // Nothing is found, which is status 1.
      measure("finding: no key is selected", export("nothing"), of: others, status: 1),
      measure("state at a moment, 1 %", export(LogCorpus.onePercent), of: others),
      measure("state at a moment, all keys", export(nil), of: others),
      measure("info", Command(binary, "info", input.directory), of: others),
    ]
    return Group(title: "\(input.name), log", item: "command", measures: measures)
  }

  /// The export of the keys that a pattern selects, at the log's last second.
  private func export(_ pattern: String?) -> Command {
    var command = Command(binary, "export", input.directory)
    command.words += ["--restore-time", "\(input.facts.lastSecond)"]
    if let pattern { command.words += ["--filter-key", pattern] }
    return command
  }

  /// A server that loads the log, says how many keys it has, and ends.
  ///
  /// It adds a file of its own, so it gets a directory with links to the files.
  private func loading() -> Command {
    let script = """
      place=$(mktemp -d "\(input.directory).XXXXXX")
      cp -al "\(input.directory)" "$place/appendonlydir"
      redis-server --port 0 --unixsocket "$place/socket" --dir "$place" --save '' --appendonly yes \
        --logfile /dev/null &
      until keys=$(redis-cli -s "$place/socket" dbsize 2>/dev/null) && [ "${keys%%[!0-9]*}" ]; do
        sleep 0.05
      done
      echo "$keys"
      redis-cli -s "$place/socket" shutdown nosave
      wait
      rm -r "$place"
      """
    return Command("bash", "-c", script)
  }

  /// Both have the same number of keys, none of which has expired.
  private func compareCounts() throws {
    let (_, theirs) = try loading().capture()
    let list = Command(
      binary, "keys", input.directory, "--restore-time", "\(input.facts.lastSecond)", "--format",
      "tsv")
    let (_, ours) = try list.capture()
    guard Int(theirs.head.filter(\.isNumber)) == ours.lines - 1 else {
      throw Trouble("\(input.name): \(theirs.head) keys in a server, \(ours.lines - 1) here")
    }
  }

  private func isThere(_ program: String) throws -> Bool {
    try Command("bash", "-c", "command -v \(program)").run().status == 0
  }

  private func measure(
    _ name: String, _ command: Command, of others: [String], status: Int = 0, most: Int = 5
  ) -> Measure {
    Measure(
      name: name, bytes: input.facts.bytes, items: input.facts.commands, against: others,
      answer: UInt64(status), most: most,
      run: {
        let cost = try command.run()
        return (UInt64(bitPattern: Int64(cost.status)), cost)
      })
  }
}
