// What an application keeps, in two databases: everything in one, its counters in the other.

private let apps = ["shop", "auth", "billing", "search", "feed"].map { Array($0.utf8) }

func writeMixed(to path: String, scale: Double) throws(CorpusError) -> CorpusFacts {
  var mixed = MixedCorpus(scale: scale, file: try CorpusWriter(path: path))
  mixed.writeEverything()
  return try mixed.file.finish()
}

/// The writer of the mixed corpus.
struct MixedCorpus: ~Copyable {
  let scale: Double
  var file: CorpusWriter
  var dice = Dice(seed: 2)
  var pack = ListpackBytes()
  var key: [UInt8] = []

  init(scale: Double, file: consuming CorpusWriter) {
    self.scale = scale
    self.file = file
  }

  func count(_ whole: Int) -> Int { Int(Double(whole) * scale) }

  mutating func writeEverything() {
    file.select(0, keys: count(1_344_200), expiring: count(944_000))
    for _ in 0..<count(1_000_000) { writeSession() }
    for index in 0..<count(2500) { writeProfile(index) }
    for index in 0..<count(15000) { writeQueue(index) }
    for index in 0..<count(1500) { writeLeaderboard(index) }
    for index in 0..<count(150_000) { writeRecent(index) }
    for index in 0..<count(60000) { writeTag(index) }
    for index in 0..<count(4000) { writeFollowers(index) }
    for index in 0..<count(1200) { writeEvents(index) }
    for _ in 0..<count(110_000) { writeDocument() }
    file.select(3, keys: count(1_200_000), expiring: count(600_000))
    for index in 0..<count(1_200_000) { writeCounter(index) }
  }

  /// Starts a key.
  private mutating func begin(_ name: String) {
    key.removeAll(keepingCapacity: true)
    key.append(name)
  }

  private mutating func writeSession() {
    key.removeAll(keepingCapacity: true)
    key.append(contentsOf: dice.pick(apps))
    key.append(dice.oneIn(10) ? ":staging:session:" : ":prod:session:")
    for (index, digits) in [8, 4, 4, 4, 12].enumerated() {
      if index > 0 { key.append(0x2d) }
      key.appendHex(digits, &dice)
    }
    pack.removeAll()
    appendSessionFields()
    pack.finish()
    let deadline = dice.below(10) < 8 ? dice.deadline() : nil
    file.record(16, key, deadline: deadline, elements: 7)
    file.string(pack.bytes)
  }

  private mutating func appendSessionFields() {
    pack.append("uid")
    pack.append(dice.below(5_000_000))
    pack.append("ip")
    pack.append(
      "\(dice.below(256)).\(dice.below(256)).\(dice.below(256)).\(dice.below(256))")
    pack.append("created")
    pack.append(1_700_000_000 + dice.below(30_000_000))
    pack.append("csrf")
    var text: [UInt8] = []
    text.appendHex(32, &dice)
    pack.append(text)
    text.removeAll(keepingCapacity: true)
    text.appendLetters(43, &dice)
    pack.append("token")
    pack.append(text)
    pack.append("ua")
    pack.append("Mozilla/5.0 (X11; Linux x86_64; rv:\(dice.below(140)).0)")
    pack.append("admin")
    pack.append(dice.oneIn(50) ? 1 : 0)
  }

  private mutating func writeDocument() {
    let value = json(dice.roll(1000...20000), &dice)
    key.removeAll(keepingCapacity: true)
    key.append(dice.oneIn(10) ? "cache:staging:doc:" : "cache:prod:doc:")
    key.append(contentsOf: dice.pick(words))
    key.append(":")
    // The number of the key keeps documents apart.
    key.append(decimal: file.facts.keys, width: 8)
    let deadline = dice.below(10) < 6 ? dice.deadline() : nil
    file.record(0, key, deadline: deadline, elements: 1)
    file.string(value)
  }

  private mutating func writeCounter(_ index: Int) {
    key.removeAll(keepingCapacity: true)
    key.append("rate:")
    key.append(contentsOf: apps[index % apps.count])
    key.append(":")
    key.append(decimal: dice.below(5_000_000))
    key.append(":")
    key.append(decimal: index)
    let limit = dice.pick([100, 100_000, 3_000_000_000, 0xffff_ffff_ffff])
    var value: [UInt8] = []
    value.append(decimal: dice.below(limit))
    file.record(0, key, deadline: dice.oneIn(2) ? dice.deadline() : nil, elements: 1)
    file.string(value)
  }
}

extension MixedCorpus {
  private mutating func writeTag(_ index: Int) {
    begin("idx:tag:\(index):ids")
    let numbers = (0..<dice.roll(1...300)).map { _ in dice.below(50_000_000) }
    file.record(11, key, elements: Set(numbers).count)
    file.string(intset(numbers))
  }

  private mutating func writeFollowers(_ index: Int) {
    begin("followers:\(index * 11)")
    let members = dice.roll(10...2500)
    file.record(2, key, elements: members)
    file.length(members)
    for place in 0..<members {
      // The low digits are the place, so that no member comes twice.
      file.string(Array("u_\(String(dice.below(1 << 28) << 12 | place, radix: 16))".utf8))
    }
  }

  private mutating func writeProfile(_ index: Int) {
    begin("user:\(1000 + index * 37):profile")
    let fields = dice.roll(200...1800)
    file.record(4, key, deadline: dice.oneIn(10) ? dice.deadline() : nil, elements: fields)
    file.length(fields)
    var text: [UInt8] = []
    for place in 0..<fields {
      text.removeAll(keepingCapacity: true)
      text.append("pref:")
      text.append(contentsOf: words[place % words.count])
      text.append(":")
      text.append(decimal: place)
      file.string(text)
      text.removeAll(keepingCapacity: true)
      text.appendLetters(dice.roll(4...70), &dice)
      file.string(text)
    }
  }

  /// A quicklist of listpacks of at most 8 KiB, as servers make them.
  private mutating func writeQueue(_ index: Int) {
    begin("queue:jobs:\(index)")
    let jobs = dice.roll(1...500)
    var nodes: [[UInt8]] = []
    pack.removeAll()
    var text: [UInt8] = []
    for _ in 0..<jobs {
      text.removeAll(keepingCapacity: true)
      text.append("{\"job\":\"")
      text.append(contentsOf: dice.pick(words))
      text.append("\",\"id\":\"")
      text.appendHex(24, &dice)
      text.append("\",\"try\":\(dice.below(4))}")
      if pack.bytes.count + text.count > 8100 { close(&nodes) }
      pack.append(text)
    }
    close(&nodes)
    file.record(18, key, elements: jobs)
    file.length(nodes.count)
    for node in nodes {
      file.length(2)  // a packed node
      file.string(node)
    }
  }

  private mutating func close(_ nodes: inout [[UInt8]]) {
    pack.finish()
    nodes.append(pack.bytes)
    pack.removeAll()
  }

  private mutating func writeLeaderboard(_ index: Int) {
    begin("leaderboard:season:\(index)")
    let members = dice.roll(200...5000)
    file.record(5, key, deadline: dice.oneIn(4) ? dice.deadline() : nil, elements: members)
    file.length(members)
    // Servers write from the highest score to the lowest.
    let scores = (0..<members).map { _ in
      dice.oneIn(2) ? Double(dice.below(1_000_000)) : Double(dice.next() >> 11) / 1e7
    }
    for (place, score) in scores.sorted(by: >).enumerated() {
      file.string(Array("player:\(place * 20000 + dice.below(20000))".utf8))
      file.double(score)
    }
  }

  /// A small sorted set: a listpack of members and scores, the lowest first.
  private mutating func writeRecent(_ index: Int) {
    begin("recent:\(index)")
    let scores = (0..<dice.roll(1...30)).map { _ in 1_700_000_000 + dice.below(30_000_000) }
    pack.removeAll()
    for (place, score) in scores.sorted().enumerated() {
      pack.append("p\(place * 300_000 + dice.below(300_000))")
      pack.append(score)
    }
    pack.finish()
    let deadline = dice.oneIn(2) ? dice.deadline() : nil
    file.record(17, key, deadline: deadline, elements: scores.count)
    file.string(pack.bytes)
  }
}
