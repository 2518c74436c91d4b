/// What a command of a log does.
enum Verb: UInt8, Hashable, BitwiseCopyable, Sendable {
  // The server and its databases.
  case select, multi, exec, flushAll, flushDB, swapDB, function, ignored
  // Scripts and commands whose effect is not known: their keys become inexact.
  case script, opaque
  // Keys.
  case del, expire, pexpire, expireAt, pexpireAt, persist, rename, copy, move, restore, sort
  // Strings and bits.
  case set, setEx, psetEx, setNX, getSet, getDel, getEx, mset, msetEx, append, setRange
  case incr, decr, incrBy, decrBy, setBit, bitField, bitOp
  // Lists.
  case rpush, lpush, rpushX, lpushX, linsert, lset, lrem, ltrim, lpop, rpop, lmove, rpopLPush
  // Sets.
  case sadd, srem, smove, sinterStore, sunionStore, sdiffStore
  // Hashes.
  case hset, hsetNX, hdel, hgetDel, hincrBy, hexpireAt, hpexpireAt, hpersist, hsetEx
  // Sorted sets.
  case zadd, zincrBy, zrem, zpopMin, zpopMax, zremRangeByRank, zremRangeByScore, zremRangeByLex
  case zrangeStore, zunionStore, zinterStore, zdiffStore
  // Places on the globe.
  case geoAdd, geoSearchStore, geoRadius, geoRadiusByMember
  // Streams.
  case xadd, xtrim, xdel, xdelEx, xackDel, xsetID, xgroup, xack, xclaim, xcfgSet, xnack
  // HyperLogLogs.
  case pfadd, pfmerge, pfcount
  // Arrays.
  case arset, armset, ardel, ardelRange, arinsert, arring, arseek
}

/// Which arguments of a command are keys.
enum KeyShape: UInt8, Hashable, BitwiseCopyable, Sendable {
  /// None.
  case none
  /// The first argument.
  case first
  /// The second, behind a subcommand.
  case second
  /// All arguments.
  case all
  /// Every other argument, from the first.
  case pairs
  /// Every third argument, from the first.
  case triples
  /// As many pairs as the first argument says, behind it.
  case countedPairs
  /// As many as the first argument says, behind it.
  case counted
  /// As many as the second argument says, behind it.
  case scriptCounted
  /// The first from the second, and the second from the first: both change.
  case transfer
  /// The first is written from the second.
  case storeOne
  /// The first is written from all others.
  case storeRest
  /// The second is written from all behind it.
  case storeBits
  /// The first is written from as many as the second argument says, behind it.
  case storeCounted
  /// The first is read; the one behind STORE or STOREDIST is written from it.
  case radius
  /// The first is read, and what BY and GET describe; the one behind STORE is written.
  case sort
}
