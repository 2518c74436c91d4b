// The table, and how cost grows.

import Corpora

/// Runs groups and prints what they say.
struct Report {
  private let arguments: Arguments
  private let inputs = Inputs()

  init(_ arguments: Arguments) { self.arguments = arguments }

  private static let prefixes = [
    "strings": "key:00000007", "mixed": "shop:prod:session:", "bigvals": "blob:json:",
  ]

  /// Every group on every corpus.
  func table() throws -> Bool {
    begin()
    var isRight = true
    var known: [String: KnownOutputs] = [:]
    // Files first, since a child's peak of memory begins with that of its parent.
    let shapes = try Corpus.shapes.map { try inputs.input($0, scale: arguments.scale) }
    for input in shapes where isWanted("\(input.name), process") {
      var process = WholeProcess(input, binary: arguments.binary)
      isRight = try show(try process.group(), process: true) && isRight
      known[input.name] = process.known
    }
    for input in shapes where isWanted("\(input.name), containers") {
      let group = try Containers(input, binary: arguments.binary).group()
      isRight = try show(group, process: true) && isRight
    }
    for corpus in LogCorpus.allCases where isWanted("\(corpus.rawValue), log") {
      let input = try inputs.log(corpus, scale: arguments.scale)
      isRight = try show(Logs(input, binary: arguments.binary).group(), process: true) && isRight
    }
    for input in shapes {
      isRight = try inProcess(input, known[input.name] ?? KnownOutputs()) && isRight
    }
    return try layouts() && isRight
  }

  private func inProcess(_ input: Input, _ known: KnownOutputs) throws -> Bool {
    var isRight = true
    let inside = try InProcess(input)
    if isWanted("\(input.name), scan") {
      let prefix = Report.prefixes[input.name] ?? ""
      isRight = try show(try inside.scans(prefix: prefix)) && isRight
    }
    if isWanted("\(input.name), output") {
      isRight = try show(try inside.outputs(known: known)) && isRight
    }
    if isWanted("\(input.name), walk") { isRight = try show(try inside.walk()) && isRight }
    if isWanted("\(input.name), LZF"), let group = try inside.unpacking() {
      isRight = try show(group) && isRight
    }
    return isRight
  }

  /// Every layout by itself, one line each.
  private func layouts() throws -> Bool {
    guard isWanted("layouts") else { return true }
    var measures: [Measure] = []
    for layout in Layout.allCases {
      let input = try inputs.input(.layout(layout), scale: min(arguments.scale, 1))
      let inside = try InProcess(input)
      measures.append(
        Measure(
          name: layout.rawValue, bytes: input.facts.bytes, items: input.facts.elements,
          answer: UInt64(input.facts.elements),
          run: { (try inside.walkAll(), nil) }))
    }
    return try show(Group(title: "layouts, walk", item: "element", measures: measures))
  }

  /// The same work on files from 1 MB to 1 GB.
  func growth() throws -> Bool {
    begin()
    var isRight = true
    for (corpus, whole) in [(Corpus.strings, 0.528), (.mixed, 1.45)] {
      let scales = [0.001, 0.01, 0.1, 1].map { $0 / whole * arguments.scale }
      let files = try scales.map { try inputs.input(corpus, scale: $0) }
      let group = Group(
        title: "\(corpus.name), growth",
        measures: files.flatMap { input in
          ["verify", "keys", "export"].map { growthMeasure($0, input) }
        })
      isRight = try show(group, process: true) && isRight
    }
    return isRight
  }

  private func growthMeasure(_ verb: String, _ input: Input) -> Measure {
    var command = Command(arguments.binary, verb, input.path, "--threads", "1")
    if verb == "verify" { command.words.append("--quick") }
    return Measure(
      name: "\(verb), \(fixed(Double(input.facts.bytes) / 1e6, 0)) MB", bytes: input.facts.bytes,
      items: input.facts.keys, answer: 0,
      run: {
        let cost = try command.run()
        return (UInt64(bitPattern: Int64(cost.status)), cost)
      })
  }

  private func begin() {
    print(
      "\(System.processors()) processors, load \(fixed(System.load(), 1)), scale "
        + "\(fixed(arguments.scale, 3)), \(arguments.rounds) rounds; files in the page cache\n")
  }

  private func isWanted(_ title: String) -> Bool {
    arguments.only.isEmpty || title.contains(arguments.only)
  }

  /// Runs a group and prints its table; whether every answer was right.
  private func show(_ group: Group, process: Bool = false) throws -> Bool {
    let timings = try group.run(rounds: arguments.rounds)
    print(process ? group.processTable(timings) : group.table(timings))
    System.flush()
    return timings.allSatisfy(\.isRight)
  }
}
