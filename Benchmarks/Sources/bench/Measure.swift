// The harness. Measures of a group take turns, round after round, so that a machine that slows down
// slows all of them; best and median are told, and every round's answer is compared.
//
// Time in this process is the thread's own, so that strangers on the machine count for less; time of
// a whole process is what the clock on the wall says.

/// Something whose time is taken.
struct Measure {
  var name: String
  /// What the cost is spread over.
  var bytes: Int
  var items: Int
  /// The measures to compare with: a limit, or our own where a peer is measured.
  var against: [String] = []
  /// What every round must answer.
  var answer: UInt64
  /// Rounds at most.
  var most = Int.max
  var run: () throws -> (answer: UInt64, cost: Cost?)
}

/// What was measured.
struct Timing {
  var measure: Measure
  var seconds: [Double] = []
  var costs: [Cost] = []
  var isRight = true
  /// How often the work is done in a round, so that a round is long enough for the clock.
  private var repeats = 1

  /// Seconds that a round in this process takes at least.
  private static let shortest = 0.02

  init(_ measure: Measure) { self.measure = measure }

  var best: Double { seconds.min() ?? .infinity }

  var median: Double {
    let sorted = seconds.sorted()
    let middle = sorted.count / 2
    guard !sorted.isEmpty else { return .infinity }
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// What the best round of a whole process cost.
  var cost: Cost? { costs.min { $0.wall < $1.wall } }

  /// Does the work once, to warm up and to see how long it takes.
  mutating func warmUp() throws {
    let start = System.threadSeconds()
    let (_, cost) = try measure.run()
    guard cost == nil else { return }
    let once = System.threadSeconds() - start
    repeats = max(1, min(10_000, Int(Timing.shortest / max(once, 1e-7))))
  }

  mutating func round() throws {
    let start = System.threadSeconds()
    var last: Cost?
    for _ in 0..<repeats {
      let (answer, cost) = try measure.run()
      if answer != measure.answer { isRight = false }
      last = cost
    }
    seconds.append(last?.wall ?? (System.threadSeconds() - start) / Double(repeats))
    if let last { costs.append(last) }
  }
}

/// Measures that take turns.
struct Group {
  var title: String
  /// What the items of its measures are.
  var item = "key"
  var measures: [Measure]

  func run(rounds: Int) throws -> [Timing] {
    System.tell("measuring \(title)")
    var timings = measures.map { Timing($0) }
    for index in timings.indices where timings[index].measure.most == .max {
      try timings[index].warmUp()
    }
    for round in 0..<rounds {
      for index in timings.indices where round < timings[index].measure.most {
        try timings[index].round()
      }
    }
    return timings
  }
}
