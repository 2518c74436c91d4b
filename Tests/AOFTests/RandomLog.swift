// Random logs of commands as servers log them, few keys and few elements, so that commands meet.

import TestSupport

/// Makes random commands.
struct RandomLog {
  private var random: SeededRandom
  private var nextID: UInt64 = 1
  /// Whether field TTLs are known to the server.
  private let hasFieldTTLs: Bool

  init(seed: UInt64, hasFieldTTLs: Bool) {
    random = SeededRandom(seed: seed)
    self.hasFieldTTLs = hasFieldTTLs
  }

  /// A log of so many commands.
  mutating func log(_ count: Int) -> [UInt8] {
    var text = LogText()
    for index in 0..<count {
      if index % 20 == 0 { text.append("#TS:\(1_700_000_000 + index / 20)") }
      text.append(command())
    }
    text.append("EXEC")
    return text.bytes
  }

  private mutating func one(_ choices: String...) -> String { choices[random.below(choices.count)] }

  private mutating func key(_ kind: String) -> String {
    let kinds = ["s", "l", "t", "h", "z", "x", "p", "g"]
    // Now and then of another type, so that servers refuse the command.
    return (random.below(25) == 0 ? kinds[random.below(kinds.count)] : kind) + "\(random.below(4))"
  }

  private mutating func element() -> String {
    let number = random.below(30)
    return one(
      "e\(number)", "e\(number % 6)", "\(number)", "-\(number)000000000",
      "long-\(number)-" + String(repeating: "x", count: 70))
  }

  private mutating func elements(_ most: Int) -> String {
    (0...random.below(most)).map { _ in element() }.joined(separator: " ")
  }

  private mutating func score() -> String {
    one(
      "\(random.below(9))", "0.1", "-1.5", "1e17", "inf", "-inf", "\(random.below(99)).25", "3e-5")
  }

  private mutating func command() -> String {
    switch random.below(20) {
    case 0...2: string()
    case 3...4: bits()
    case 5...6: list()
    case 7...8: set()
    case 9...10: hash()
    case 11...13: sortedSet()
    case 14: geo()
    case 15...16: stream()
    case 17: hyperLogLog()
    case 18: sort()
    default: keys()
    }
  }

  private mutating func string() -> String {
    let (key, other) = (key("s"), key("s"))
    return one(
      "SET \(key) \(element())", "SET \(key) 7 KEEPTTL",
      "SET \(key) \(random.below(100)) PXAT 99999999\(random.below(90000) + 10000)",
      "SETNX \(key) 3", "GETSET \(key) 11", "APPEND \(key) \(element())",
      "SETRANGE \(key) \(random.below(30)) zz", "INCR \(key)", "INCRBY \(key) \(random.below(99))",
      "DECR \(key)", "DECRBY \(key) 3", "MSET \(key) \(element()) \(other) 1", "GETDEL \(key)")
  }

  private mutating func bits() -> String {
    let (key, other) = (key("s"), key("s"))
    return one(
      "SETBIT \(key) \(random.below(300)) \(random.below(2))",
      "BITFIELD \(key) SET u8 8 200 INCRBY i5 3 \(random.below(20)) OVERFLOW \(one("SAT", "FAIL", "WRAP")) INCRBY i8 #2 100 GET u4 0",
      "BITFIELD \(key) INCRBY u\(random.below(63) + 1) \(random.below(100)) \(random.below(1000)) SET i64 5 -\(random.below(99999))",
      "BITOP \(one("AND", "OR", "XOR")) \(key) \(other) \(self.key("s"))",
      "BITOP NOT \(key) \(other)")
  }

  private mutating func list() -> String {
    let (key, other) = (key("l"), key("l"))
    return one(
      "RPUSH \(key) \(elements(5))", "LPUSH \(key) \(elements(5))", "RPUSHX \(key) 1",
      "LPUSHX \(key) 2 3", "LINSERT \(key) \(one("BEFORE", "AFTER")) \(element()) ins",
      "LSET \(key) \(one("0", "-1", "2", "99")) set",
      "LREM \(key) \(one("0", "1", "-2")) \(element())",
      "LTRIM \(key) \(one("0", "1", "-3")) \(one("-1", "5", "-2", "9"))", "LPOP \(key)",
      "RPOP \(key) 2", "LMOVE \(key) \(other) \(one("LEFT", "RIGHT")) \(one("LEFT", "RIGHT"))",
      "RPOPLPUSH \(key) \(other)")
  }

  private mutating func set() -> String {
    let (key, other) = (key("t"), key("t"))
    return one(
      "SADD \(key) \(elements(8))", "SADD \(key) \(elements(8))", "SREM \(key) \(elements(3))",
      "SMOVE \(key) \(other) \(element())",
      "\(one("SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE")) \(key) \(other) \(self.key("t"))")
  }

  private mutating func hash() -> String {
    let key = key("h")
    let field = "f\(random.below(6))"
    if hasFieldTTLs, random.below(3) == 0 {
      let moment = "99999999\(random.below(90000) + 10000)"
      return one(
        "HPEXPIREAT \(key) \(moment) \(one("NX", "XX", "GT", "LT")) FIELDS 2 \(field) f0",
        "HPEXPIREAT \(key) \(moment) FIELDS 1 \(field)", "HPERSIST \(key) FIELDS 1 \(field)")
    }
    return one(
      "HSET \(key) \(field) \(element()) \(element()) 5", "HSETNX \(key) \(field) 1",
      "HDEL \(key) \(field) f1", "HINCRBY \(key) n 3", "HINCRBY \(key) \(field) 3",
      "HMSET \(key) \(field) 1")
  }

  private mutating func sortedSet() -> String {
    let (key, other) = (key("z"), key("z"))
    return one(
      "ZADD \(key) \(score()) \(element()) \(score()) \(element())",
      "ZADD \(key) \(score()) \(element()) \(score()) \(element()) \(score()) \(element())",
      "ZADD \(key) \(one("NX", "XX", "GT", "LT", "GT CH")) \(score()) \(element())",
      "ZINCRBY \(key) 1.5 \(element())", "ZREM \(key) \(element())", "ZPOPMIN \(key)",
      "ZPOPMAX \(key) 2", "ZREMRANGEBYRANK \(key) \(one("0", "-2", "1")) \(one("0", "-1"))",
      "ZREMRANGEBYSCORE \(key) (1 2", "ZREMRANGEBYLEX \(key) [e1 (e2",
      "ZUNIONSTORE \(key) 3 \(other) \(self.key("z")) \(self.key("t")) WEIGHTS 2 1 0.5 AGGREGATE \(one("SUM", "MIN", "MAX"))",
      "ZINTERSTORE \(key) 2 \(other) \(self.key("z"))",
      "ZDIFFSTORE \(key) 2 \(other) \(self.key("z"))",
      "ZRANGESTORE \(key) \(other) 0 3\(one("", " REV"))",
      "ZRANGESTORE \(key) \(other) 5 -inf BYSCORE REV LIMIT 1 2",
      "ZRANGESTORE \(key) \(other) -inf (7 BYSCORE LIMIT 0 4")
  }

  private mutating func geo() -> String {
    let (key, other) = (key("g"), key("g"))
    let (x, y) = ("\(random.below(340) - 170).\(random.below(99))", "\(random.below(160) - 80).3")
    return one(
      "GEOADD \(key) \(x) \(y) \(element()) 15.08 37.5 \(element())",
      "GEOADD \(key) 2.35 48.85 paris",
      "GEOSEARCHSTORE \(other) \(key) FROMLONLAT 15 37 BYRADIUS 9000 km ASC\(one("", " STOREDIST"))",
      "GEOSEARCHSTORE \(other) \(key) FROMMEMBER paris BYBOX 5000 9000 mi COUNT 3",
      "GEORADIUS \(key) 15 37 300 km \(one("STORE", "STOREDIST")) \(other)",
      "GEORADIUSBYMEMBER \(key) paris 9000000 ft STORE \(other)")
  }

  private mutating func stream() -> String {
    let key = "x\(random.below(2))"
    let (group, consumer) = (one("g1", "g2"), one("c1", "c2"))
    nextID += UInt64(random.below(3))
    let id = "\(nextID)-\(random.below(2))"
    let old = "\(max(1, Int(nextID) - random.below(12)))-\(random.below(2))"
    return one(
      "XADD \(key) \(id) f \(element())", "XADD \(key) \(id) f \(element()) g 2",
      "XADD \(key) MAXLEN = 6 \(id) f 1", "XADD \(key) NOMKSTREAM MINID = \(old) \(id) g 1",
      "XDEL \(key) \(old) \(id)", "XTRIM \(key) MAXLEN = 4", "XSETID \(key) 99999-1",
      "XGROUP CREATE \(key) \(group) \(one("0", "$", old)) MKSTREAM",
      "XGROUP SETID \(key) \(group) \(old) ENTRIESREAD 3", "XGROUP DESTROY \(key) g2",
      "XGROUP CREATECONSUMER \(key) \(group) c9", "XGROUP DELCONSUMER \(key) \(group) \(consumer)",
      "XACK \(key) \(group) \(old)",
      "XCLAIM \(key) \(group) \(consumer) 0 \(old) TIME 1700000000123 RETRYCOUNT 3 FORCE JUSTID LASTID \(old)",
      "XCLAIM \(key) \(group) \(consumer) 0 \(id) TIME 1700000000456 RETRYCOUNT 1 FORCE JUSTID LASTID \(id)"
    )
  }

  private mutating func hyperLogLog() -> String {
    let (key, other) = (key("p"), key("p"))
    let many = (0...random.below(200)).map { _ in "m\(random.below(20000))" }
    return one(
      "PFADD \(key) \(elements(6))", "PFADD \(key) \(many.joined(separator: " "))", "PFADD \(key)",
      "PFMERGE \(key) \(other) \(self.key("p"))", "PFCOUNT \(key)")
  }

  private mutating func sort() -> String {
    let source = one(key("l"), key("t"), key("z"))
    return one(
      "SORT \(source) ALPHA STORE \(key("l"))",
      "SORT \(source) ALPHA DESC LIMIT 0 3 STORE \(key("l"))",
      "SORT \(source) BY nosort GET h1->f1 GET # STORE \(key("l"))",
      "SORT \(source) STORE \(key("l"))",
      "SORT \(source) BY s* GET s* GET h*->f1 STORE \(key("l"))",
      "RPUSH l\(random.below(4)) 1 2 3 0", "SADD t\(random.below(4)) 0 1 2 3")
  }

  private mutating func keys() -> String {
    let kind = one("s", "l", "t", "h", "z", "x", "p", "g")
    let (a, b) = (key(kind), key(kind))
    let moment = "99999999\(random.below(90000) + 10000)"
    return one(
      "DEL \(a)", "UNLINK \(a) \(b)", "RENAME \(a) \(b)", "COPY \(a) \(b) REPLACE",
      "COPY \(a) \(b) DB \(random.below(3)) REPLACE", "MOVE \(a) \(random.below(3))",
      "SELECT \(random.below(3))", "SELECT 0", "SWAPDB 0 \(random.below(3))", "FLUSHDB",
      "PEXPIREAT \(a) \(moment)", "PEXPIREAT \(a) \(moment) \(one("NX", "XX", "GT", "LT"))",
      "PERSIST \(a)", "MULTI", "EXEC")
  }
}
