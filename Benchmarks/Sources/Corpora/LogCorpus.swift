// Logs (append-only files) as servers with time stamps write them: a directory with a manifest and one
// incremental file. The same name and scale give the same bytes, everywhere.

/// A log that can be made.
public enum LogCorpus: String, CaseIterable, Sendable {
  /// Fifteen million small SETs, HSETs and PEXPIREATs on a million and a half keys, about 1 GB.
  case small = "small-log"
  /// Nine million commands of all common types, some in transactions, many keys with a deadline.
  case mixed = "mixed-log"

  /// The pattern of the keys of one shard in a hundred.
  public static let onePercent = "[a-z]+:42:.*"
  /// The name of the manifest in the directory, which servers give it by default.
  public static let manifest = "appendonly.aof.manifest"
  /// The name of the incremental file.
  public static let part = "appendonly.aof.1.incr.aof"
  /// What the manifest says.
  public static let manifestText = "file \(part) seq 1 type i\n"

  /// Writes the incremental file.
  /// - Throws: What the system answered.
  public func write(to path: String, scale: Double) throws(CorpusError) -> LogFacts {
    var log = try LogWriter(path: path)
    var dice = Dice(seed: self == .small ? 11 : 12)
    switch self {
    case .small: log.writeSmall(commands: Int(15_000_000 * scale), &dice)
    case .mixed: log.writeMixed(commands: Int(9_000_000 * scale), &dice)
    }
    return try log.finish()
  }
}

/// What is known about a log without reading it.
public struct LogFacts: Hashable, Sendable {
  /// Commands.
  public var commands = 0
  /// Bytes of the incremental file.
  public var bytes = 0
  /// The last stamp, in seconds since the epoch.
  public var lastSecond = 0

  /// Makes facts about nothing.
  public init() {}
}

/// Writes the commands of a log.
private struct LogWriter: ~Copyable {
  private var file: CorpusFile
  private var facts = LogFacts()

  /// Commands that a server writes in a second.
  private static let rate = 20_000
  private static let firstSecond = 1_795_000_000

  init(path: String) throws(CorpusError) { file = try CorpusFile(path: path) }

  consuming func finish() throws(CorpusError) -> LogFacts {
    try file.finish()
    facts.bytes = file.bytes
    return facts
  }

  private mutating func command(_ words: [UInt8]...) {
    if facts.commands % LogWriter.rate == 0 { stamp() }
    if file.isLarge { file.flush() }
    facts.commands += 1
    file.buffer.append("*")
    file.buffer.append(decimal: words.count)
    for word in words {
      file.buffer.append("\r\n$")
      file.buffer.append(decimal: word.count)
      file.buffer.append("\r\n")
      file.buffer.append(contentsOf: word)
    }
    file.buffer.append("\r\n")
  }

  private mutating func stamp() {
    facts.lastSecond = LogWriter.firstSecond + facts.commands / LogWriter.rate
    file.buffer.append("#TS:")
    file.buffer.append(decimal: facts.lastSecond)
    file.buffer.append("\r\n")
  }

  mutating func writeSmall(commands count: Int, _ dice: inout Dice) {
    command(text("SELECT"), text("0"))
    let keys = max(1, count / 10)
    while facts.commands < count {
      let (kind, key) = dice.oneIn(3) ? ("cart", cart(keys, &dice)) : ("user", user(keys, &dice))
      if kind == "cart" {
        command(text("HSET"), key, text("f\(dice.below(8))"), letters(8...24, &dice))
      } else {
        command(text("SET"), key, letters(8...32, &dice))
      }
      if dice.oneIn(10) { command(text("PEXPIREAT"), key, text("\(dice.deadline())")) }
    }
  }

  mutating func writeMixed(commands count: Int, _ dice: inout Dice) {
    command(text("SELECT"), text("0"))
    let keys = max(1, count / 30)
    while facts.commands < count {
      let isTransaction = dice.oneIn(50)
      if isTransaction { command(text("MULTI")) }
      for _ in 0..<(isTransaction ? 3 : 1) { mixed(keys, &dice) }
      if isTransaction { command(text("EXEC")) }
    }
  }

  private mutating func mixed(_ keys: Int, _ dice: inout Dice) {
    switch dice.below(16) {
    case 0...3:
      command(
        text("SET"), user(keys, &dice), letters(8...64, &dice), text("PXAT"),
        text("\(dice.deadline())"))
    case 4...6:
      command(
        text("HSET"), cart(keys, &dice), text("f\(dice.below(20))"), letters(4...32, &dice),
        text("seen"), text("\(dice.below(1_000_000))"))
    case 7: command(text("HDEL"), cart(keys, &dice), text("f\(dice.below(20))"))
    case 8...9: command(text("RPUSH"), name("queue", keys, &dice), json(120, &dice))
    case 10: command(text("LPOP"), name("queue", keys, &dice))
    case 11...12:
      command(
        text("ZADD"), name("board", keys / 20 + 1, &dice), text("\(dice.below(100_000))"),
        text("player:\(dice.below(500))"))
    case 13: command(text("SADD"), name("tags", keys, &dice), dice.pick(words), dice.pick(words))
    case 14: command(text("INCRBY"), name("count", keys, &dice), text("\(dice.below(100))"))
    default: command(text("DEL"), user(keys, &dice))
    }
  }

  private func user(_ keys: Int, _ dice: inout Dice) -> [UInt8] { name("user", keys, &dice) }
  private func cart(_ keys: Int, _ dice: inout Dice) -> [UInt8] { name("cart", keys, &dice) }

  /// A kind, one shard of a hundred, and a number.
  private func name(_ kind: String, _ keys: Int, _ dice: inout Dice) -> [UInt8] {
    let number = dice.below(keys)
    return text("\(kind):\(number % 100):\(number / 100)")
  }

  private func letters(_ count: ClosedRange<Int>, _ dice: inout Dice) -> [UInt8] {
    var word: [UInt8] = []
    word.appendLetters(dice.roll(count), &dice)
    return word
  }

  private func text(_ text: String) -> [UInt8] { Array(text.utf8) }
}
