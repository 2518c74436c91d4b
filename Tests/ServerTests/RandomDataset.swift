// Random commands that fill a server with every type in every encoding: numbers and text, packed and
// large collections, deleted stream entries, groups, pending entries, expiring keys and fields.

import Export
import TestSupport

/// Makes the commands of a random dataset.
struct RandomDataset {
  private var random: SeededRandom
  private let version: ServerVersion

  /// A dataset for a server, the same for the same seed.
  init(seed: UInt64, _ version: ServerVersion) {
    random = SeededRandom(seed: seed)
    self.version = version
  }

  /// The configuration that the dataset is written with.
  mutating func configuration() -> [[String]] {
    let entries = pick([0, 2, 16, 128, 512])
    return [
      ["hash-max-listpack-entries", "\(entries)"], ["zset-max-listpack-entries", "\(entries)"],
      ["set-max-intset-entries", "\(entries)"],
      ["list-max-listpack-size", "\(pick([-2, 1, 3, 64]))"],
      ["list-compress-depth", "\(pick([0, 0, 1, 2]))"],
      ["stream-node-max-entries", "\(pick([1, 3, 10, 100]))"],
      ["rdbcompression", pick(["yes", "no"])],
    ].map { ["CONFIG", "SET"] + $0 }
  }

  /// Commands that make `count` keys in several databases.
  mutating func commands(keys count: Int) -> [[[UInt8]]] {
    var commands: [[[UInt8]]] = []
    for number in 0..<count {
      if random.below(12) == 0 { commands.append(words("SELECT", "\(random.below(9))")) }
      let key = [UInt8](Array("key:\(number)".utf8)) + (random.below(4) == 0 ? text() : [])
      commands += value(of: key)
      if random.below(3) == 0 {
        let time = 4_102_444_800_000 + random.below(1 << 30)
        commands.append(words("PEXPIREAT", key, "\(time)"))
      }
    }
    return commands
  }

  private mutating func value(of key: [UInt8]) -> [[[UInt8]]] {
    switch random.below(9) {
    case 0: [words("SET", key, text())]
    case 1: [words("SET", key, pick(["12", "-1", "70000", "9999999999", "007", "1e5"]))]
    case 2: bits(key)
    case 3: list(key)
    case 4: [words("SADD", key) + items(integers: random.below(2) == 0)]
    case 5: sortedSet(key)
    case 6: hash(key)
    default: stream(key)
    }
  }

  private mutating func bits(_ key: [UInt8]) -> [[[UInt8]]] {
    if random.below(2) == 0 { return [words("PFADD", key) + items(integers: false)] }
    return (0..<3).map { _ in words("SETBIT", key, "\(random.below(3000))", "1") }
  }

  private mutating func list(_ key: [UInt8]) -> [[[UInt8]]] {
    var commands = (0..<(1 + random.below(3))).map { _ in
      words(pick(["RPUSH", "LPUSH"]), key) + items(integers: random.below(3) == 0)
    }
    if random.below(3) == 0 { commands.append(words("LTRIM", key, "1", "-2")) }
    return commands
  }

  private mutating func sortedSet(_ key: [UInt8]) -> [[[UInt8]]] {
    let members = items(integers: random.below(3) == 0)
    let scores = ["0", "1", "-1.5", "inf", "-inf", "3.14159265358979", "1e300", "17", "-0"]
    return [words("ZADD", key) + members.flatMap { [Array(pick(scores).utf8), $0] }]
  }

  private mutating func hash(_ key: [UInt8]) -> [[[UInt8]]] {
    let fields = items(integers: random.below(3) == 0)
    var commands = [words("HSET", key) + fields.flatMap { [$0, text()] }]
    let expires =
      version.product == .valkey ? version.major >= 9 : version.minor >= 4 || version.major > 7
    if expires, random.below(2) == 0 {
      for field in fields.prefix(1 + random.below(5)) {
        let time = 4_102_444_800_000 + random.below(1 << 30)
        commands.append(words("HPEXPIREAT", key, "\(time)", "FIELDS", "1", field))
      }
    }
    return commands
  }

  /// Entries, some of them deleted, and groups with consumers and pending entries.
  private mutating func stream(_ key: [UInt8]) -> [[[UInt8]]] {
    let count = 1 + random.below(40)
    var commands = (1...count).map { number in
      words("XADD", key, "\(number)-\(random.below(5) + 1)") + [Array("field".utf8), text()]
        + (random.below(3) == 0 ? [text(), text()] : [])
    }
    commands += groups(key)
    for _ in 0..<random.below(count + 1) {
      let number = 1 + random.below(count)
      commands += (1...5).map { words("XDEL", key, "\(number)-\($0)") }
    }
    switch random.below(4) {
    case 0: commands.append(words("XTRIM", key, "MINID", "\(random.below(count))"))
    case 1: commands.append(words("XTRIM", key, "MAXLEN", "\(random.below(count))"))
    default: break
    }
    return commands
  }

  private mutating func groups(_ key: [UInt8]) -> [[[UInt8]]] {
    var commands: [[[UInt8]]] = []
    for group in 0..<random.below(3) {
      let name = "group\(group)"
      commands.append(words("XGROUP", "CREATE", key, name, "0"))
      for consumer in 0..<random.below(3) {
        commands.append(
          words("XREADGROUP", "GROUP", name, "c\(consumer)", "COUNT", "\(1 + random.below(9))")
            + words("STREAMS", key, ">"))
      }
      commands.append(words("XGROUP", "CREATECONSUMER", key, name, "idle"))
      commands += (1...5).map { words("XACK", key, name, "2-\($0)") }
    }
    return commands
  }

  /// Different elements: few or many, short or long.
  private mutating func items(integers: Bool) -> [[UInt8]] {
    let count = 1 + (random.below(8) == 0 ? random.below(700) : random.below(20))
    return (0..<count).map { number in
      let start = Array("\(number * 37 - 500)".utf8)
      return integers ? start : start + [0x2e] + text()
    }
  }

  /// Text that may be empty, binary, long or compressible.
  private mutating func text() -> [UInt8] {
    switch random.below(7) {
    case 0: []
    case 1: random.bytes(random.below(80))
    case 2: Array(repeating: UInt8(ascii: "z"), count: random.below(6000))
    case 3: Array("\(random.below(1 << 40) - 1 << 39)".utf8)
    default: random.bytes(random.below(30), below: 26).map { $0 + 97 }
    }
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[random.below(elements.count)]
  }

  private func words(_ parts: Any...) -> [[UInt8]] {
    parts.map { ($0 as? [UInt8]) ?? Array("\($0)".utf8) }
  }
}
