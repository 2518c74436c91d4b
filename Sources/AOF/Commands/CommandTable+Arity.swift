// How many words a command has, its name included. Redis applies a command of a log without looking and
// may crash where a word is missing; Valkey refuses the log.

import RDB

/// The number of words of a command.
package struct CommandArity: Hashable, BitwiseCopyable, Sendable {
  /// The least.
  package let least: Int
  /// Whether more may follow.
  package let isOpen: Bool

  /// Spelled as servers do: a negative number is the least.
  init(_ number: Int8) {
    least = Int(number.magnitude)
    isOpen = number < 0
  }

  func allows(_ count: Int) -> Bool { isOpen ? count >= least : count == least }
}

extension CommandTable {
  /// The number of words of a command that has a wrong one; nil if it is right, or not known.
  func violatedArity(of spec: CommandSpec, _ arguments: Arguments) -> CommandArity? {
    var number = spec.arity
    if spec.verb == .xgroup || spec.verb == .function, arguments.count > 1 {
      let known = CommandTable.subcommands.first { arguments.isWord(1, $0.name) }
      number = known?.arity ?? number
    }
    let arity = CommandArity(number)
    return number == 0 || arity.allows(arguments.count) ? nil : arity
  }

  /// Subcommands of XGROUP and FUNCTION.
  private static let subcommands: [(name: StaticString, arity: Int8)] = [
    ("CREATE", -5), ("SETID", -5), ("DESTROY", 4), ("CREATECONSUMER", 5), ("DELCONSUMER", 5),
    ("LOAD", -3), ("DELETE", 3), ("FLUSH", -2), ("RESTORE", -3),
  ]

  /// Arities by name, as the newest servers have them: each of them took in more over time.
  static let arities: [String: Int8] = {
    var arities: [String: Int8] = [:]
    for (arity, names) in words {
      for name in names.split(separator: " ") { arities[String(name)] = arity }
    }
    return arities
  }()

  private static let words: [(arity: Int8, names: String)] = [
    (1, "MULTI EXEC"),
    (-1, "FLUSHALL FLUSHDB"),
    (2, "DECR GETDEL INCR PERSIST SELECT"),
    (
      -2,
      """
      BITFIELD DEL DELEX FUNCTION GETEX INCREX LPOP PFADD PFCOUNT PFMERGE RPOP SORT SPOP UNLINK XCFGSET \
      XGROUP ZPOPMAX ZPOPMIN
      """
    ),
    (
      3,
      """
      APPEND ARSEEK DECRBY DELIFEQ GETSET INCRBY INCRBYFLOAT MOVE PFDEBUG PUBLISH RENAME RENAMENX \
      RPOPLPUSH SETNX SPUBLISH SWAPDB
      """
    ),
    (
      -3,
      """
      ARDEL ARINSERT COPY EVAL EVALSHA EXPIRE EXPIREAT FCALL HDEL LPUSH LPUSHX MSET MSETNX PEXPIRE \
      PEXPIREAT RPUSH RPUSHX SADD SDIFFSTORE SET SINTERSTORE SREM SUNIONSTORE XDEL XSETID ZREM
      """
    ),
    (
      4,
      """
      BRPOPLPUSH HINCRBY HINCRBYFLOAT HSETNX LREM LSET LTRIM PSETEX SETBIT SETEX SETRANGE SMOVE ZINCRBY \
      ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE
      """
    ),
    (
      -4,
      """
      ARDELRANGE ARMSET ARRING ARSET BITOP HMSET HSET LMPOP MSETEX RESTORE RESTORE-ASKING XACK XTRIM ZADD \
      ZDIFFSTORE ZINTERSTORE ZMPOP ZUNIONSTORE
      """
    ),
    (5, "LINSERT LMOVE XIDMPRECORD"),
    (-5, "GEOADD GEORADIUSBYMEMBER HGETDEL HGETEX HIMPORT HPERSIST LMOVEM XADD XDELEX ZRANGESTORE"),
    (6, "BLMOVE"),
    (
      -6,
      """
      BLMOVEM GEORADIUS HEXPIRE HEXPIREAT HPEXPIRE HPEXPIREAT HSETEX XACKDEL XAUTOCLAIM XCLAIM
      """
    ),
    (-7, "XNACK"),
    (-8, "GEOSEARCHSTORE"),
  ]
}
