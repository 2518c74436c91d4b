// The commands that servers write into a log, and where their keys are.

import RDB

/// A command that is known: what it does and where its keys are.
struct CommandSpec: BitwiseCopyable, Sendable {
  let verb: Verb
  let keys: KeyShape
  /// The number of its words as servers spell it; 0 if it is not known.
  var arity: Int8 = 0
}

/// Commands by name.
struct CommandTable: Sendable {
  /// The one table.
  static let shared = CommandTable()

  private var names: [CommandName?]
  private var specs: [CommandSpec]
  private let mask: Int

  private init() {
    let rows = CommandTable.rows
    var size = 256
    while size < rows.count * 4 { size *= 2 }
    mask = size - 1
    names = Array(repeating: nil, count: size)
    specs = Array(repeating: CommandSpec(verb: .ignored, keys: .none), count: size)
    for (name, spec) in rows {
      let bytes = Array(name.utf8)
      guard let packed = bytes.withRawSpan({ CommandName($0) }) else { continue }
      var slot = packed.hash & mask
      while names[slot] != nil { slot = (slot + 1) & mask }
      names[slot] = packed
      specs[slot] = spec
      specs[slot].arity = CommandTable.arities[name] ?? 0
    }
  }

  /// The command of a name in letters of any case; nil if it is not known.
  @inline(__always)
  func find(_ name: RawSpan) -> CommandSpec? {
    guard let packed = CommandName(name) else { return nil }
    var slot = packed.hash & mask
    while let known = names[slot] {
      if known == packed { return specs[slot] }
      slot = (slot &+ 1) & mask
    }
    return nil
  }

  /// The names of all commands that are known.
  static var knownNames: [String] { rows.map(\.0) }

  private static let rows: [(String, CommandSpec)] =
    server + keys + strings + collections + streams + modules

  private static func row(_ name: String, _ verb: Verb, _ keys: KeyShape) -> (String, CommandSpec) {
    (name, CommandSpec(verb: verb, keys: keys))
  }

  private static func rows(
    _ keys: KeyShape, _ names: [(String, Verb)]
  ) -> [(String, CommandSpec)] {
    names.map { row($0.0, $0.1, keys) }
  }

  private static let server =
    rows(
      .none,
      [
        ("SELECT", .select), ("MULTI", .multi), ("EXEC", .exec), ("FLUSHALL", .flushAll),
        ("FLUSHDB", .flushDB), ("SWAPDB", .swapDB), ("FUNCTION", .function),
      ])
    + rows(
      .none,
      [
        "PING", "ECHO", "PUBLISH", "SPUBLISH", "SCRIPT", "REPLCONF", "DISCARD", "WATCH", "UNWATCH",
        "CONFIG", "ACL", "CLIENT", "COMMAND", "WAIT", "WAITAOF",
      ].map { ($0, Verb.ignored) })
    + rows(
      .scriptCounted, ["EVAL", "EVALSHA", "FCALL"].map { ($0, Verb.script) })

  private static let keys =
    rows(.all, [("DEL", .del), ("UNLINK", .del)])
    + rows(
      .first,
      [
        ("EXPIRE", .expire), ("PEXPIRE", .pexpire), ("EXPIREAT", .expireAt),
        ("PEXPIREAT", .pexpireAt), ("PERSIST", .persist), ("MOVE", .move), ("RESTORE", .restore),
        ("RESTORE-ASKING", .restore),
      ])
    + rows(.transfer, [("RENAME", .rename), ("RENAMENX", .rename), ("COPY", .copy)])
    + rows(.sort, [("SORT", .sort)])

  private static let strings =
    rows(
      .first,
      [
        ("SET", .set), ("SETEX", .setEx), ("PSETEX", .psetEx), ("SETNX", .setNX),
        ("GETSET", .getSet), ("GETDEL", .getDel), ("GETEX", .getEx), ("APPEND", .append),
        ("SETRANGE", .setRange), ("INCR", .incr), ("DECR", .decr), ("INCRBY", .incrBy),
        ("DECRBY", .decrBy), ("SETBIT", .setBit), ("BITFIELD", .bitField), ("PFADD", .pfadd),
        ("INCRBYFLOAT", .opaque), ("INCREX", .opaque), ("DELEX", .opaque), ("DELIFEQ", .opaque),
      ])
    + rows(.pairs, [("MSET", .mset), ("MSETNX", .mset)])
    + rows(.countedPairs, [("MSETEX", .msetEx)])
    + rows(.storeBits, [("BITOP", .bitOp)])
    + rows(.storeRest, [("PFMERGE", .pfmerge)])
    + rows(.all, [("PFCOUNT", .pfcount)])
    + rows(.second, [("PFDEBUG", .opaque), ("HIMPORT", .opaque)])

  private static let collections =
    rows(
      .first,
      [
        ("RPUSH", .rpush), ("LPUSH", .lpush), ("RPUSHX", .rpushX), ("LPUSHX", .lpushX),
        ("LINSERT", .linsert), ("LSET", .lset), ("LREM", .lrem), ("LTRIM", .ltrim),
        ("LPOP", .lpop), ("RPOP", .rpop), ("SADD", .sadd), ("SREM", .srem), ("SPOP", .opaque),
        ("HSET", .hset), ("HMSET", .hset), ("HSETNX", .hsetNX), ("HDEL", .hdel),
        ("HGETDEL", .hgetDel), ("HINCRBY", .hincrBy), ("HINCRBYFLOAT", .opaque),
        ("HEXPIRE", .opaque), ("HPEXPIRE", .opaque), ("HEXPIREAT", .hexpireAt),
        ("HPEXPIREAT", .hpexpireAt), ("HPERSIST", .hpersist), ("HSETEX", .hsetEx),
        ("HGETEX", .opaque), ("ZADD", .zadd), ("ZINCRBY", .zincrBy), ("ZREM", .zrem),
        ("ZPOPMIN", .zpopMin), ("ZPOPMAX", .zpopMax), ("ZREMRANGEBYRANK", .zremRangeByRank),
        ("ZREMRANGEBYSCORE", .zremRangeByScore), ("ZREMRANGEBYLEX", .zremRangeByLex),
        ("GEOADD", .geoAdd), ("ARSET", .arset), ("ARMSET", .armset), ("ARDEL", .ardel),
        ("ARDELRANGE", .ardelRange), ("ARINSERT", .arinsert), ("ARRING", .arring),
        ("ARSEEK", .arseek),
      ])
    + rows(
      .transfer,
      [
        ("LMOVE", .lmove), ("BLMOVE", .lmove), ("RPOPLPUSH", .rpopLPush),
        ("BRPOPLPUSH", .rpopLPush), ("SMOVE", .smove), ("LMOVEM", .opaque), ("BLMOVEM", .opaque),
      ])
    + rows(
      .storeRest,
      [("SINTERSTORE", .sinterStore), ("SUNIONSTORE", .sunionStore), ("SDIFFSTORE", .sdiffStore)])
    + rows(.storeOne, [("ZRANGESTORE", .zrangeStore), ("GEOSEARCHSTORE", .geoSearchStore)])
    + rows(
      .storeCounted,
      [("ZUNIONSTORE", .zunionStore), ("ZINTERSTORE", .zinterStore), ("ZDIFFSTORE", .zdiffStore)])
    + rows(.radius, [("GEORADIUS", .geoRadius), ("GEORADIUSBYMEMBER", .geoRadiusByMember)])
    + rows(.counted, [("LMPOP", .opaque), ("ZMPOP", .opaque)])

  private static let streams =
    rows(
      .first,
      [
        ("XADD", .xadd), ("XTRIM", .xtrim), ("XDEL", .xdel), ("XDELEX", .xdelEx),
        ("XACKDEL", .xackDel), ("XSETID", .xsetID), ("XACK", .xack), ("XCLAIM", .xclaim),
        ("XCFGSET", .xcfgSet), ("XNACK", .xnack), ("XAUTOCLAIM", .opaque), ("XIDMPRECORD", .opaque),
      ])
    + rows(.second, [("XGROUP", .xgroup)])

  /// Commands of modules that have more keys than the first argument, or no dot in their names.
  private static let modules =
    rows(.triples, [("JSON.MSET", .opaque), ("TS.MADD", .opaque)])
    + rows(.transfer, [("TS.CREATERULE", .opaque), ("TS.DELETERULE", .opaque)])
    + rows(
      .first,
      [
        "EXHSET", "EXHDEL", "EXHDELREPL", "EXHDELWITHVER", "EXHINCRBY", "EXHINCRBYFLOAT",
        "EXHSETNX", "EXHMSET", "EXHMSETWITHOPTS", "EXHSETVER", "EXHEXPIRE", "EXHEXPIREAT",
        "EXHPEXPIRE", "EXHPEXPIREAT", "EXHPERSIST", "EXSET", "EXINCRBY", "EXINCRBYFLOAT",
        "EXSETVER", "EXCAS", "EXCAD", "EXPREPEND", "EXAPPEND", "EXGAE", "CAS", "CAD", "EXZADD",
        "EXZINCRBY", "EXZREM", "EXZREMRANGEBYSCORE", "EXZREMRANGEBYRANK", "EXZREMRANGEBYLEX",
        "EXZPOPMIN", "EXZPOPMAX", "EXZUNIONSTORE", "EXZINTERSTORE", "EXZDIFFSTORE",
      ].map { ($0, Verb.opaque) })
}
