// From command to family. Commands that fail change nothing, as on a server that loads the log; what
// depends on what is not known makes the keys that it writes unknown too.

import RDB

extension Keyspace {
  /// Applies a command.
  func apply(_ spec: CommandSpec, _ places: [StringPlace]) {
    let arguments = Arguments(places: places, parts: parts)
    doubt.begin()
    observer?.willApply(spec.verb, spec.keys, arguments, to: self)
    var succeeded = true
    do throws(CommandFailure) {
      try run(spec.verb, arguments)
    } catch {
      switch error {
      case .rejected:
        noteRejection(spec.keys, arguments)
        succeeded = false
      case .inexact(let cause): loseWritten(spec.keys, arguments, cause)
      }
    }
    observer?.didApply(spec.verb, spec.keys, arguments, to: self, succeeded: succeeded)
  }

  /// Nothing is known of the keys that a command writes.
  func loseWritten(_ shape: KeyShape, _ arguments: Arguments, _ cause: Inexactness) {
    let keys = CommandKeys(shape: shape, arguments: arguments.places, parts: parts)
    keys.forEach { index, role in
      guard role != .read || shape == .transfer, follows(arguments[index]) else { return }
      lose(entry(arguments[index]), cause)
    }
  }

  private func run(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    switch verb {
    case .select, .multi, .exec, .flushAll, .flushDB, .swapDB, .function, .ignored, .script,
      .opaque:
      try runServer(verb, arguments)
    case .del, .expire, .pexpire, .expireAt, .pexpireAt, .persist, .rename, .copy, .move, .restore,
      .sort:
      try runKeys(verb, arguments)
    case .set, .setEx, .psetEx, .setNX, .getSet, .getDel, .getEx, .mset, .msetEx, .append,
      .setRange, .incr, .decr, .incrBy, .decrBy:
      try runStrings(verb, arguments)
    case .setBit, .bitField, .bitOp: try runBits(verb, arguments)
    case .pfadd, .pfmerge, .pfcount: try runHyperLogLogs(verb, arguments)
    case .rpush, .lpush, .rpushX, .lpushX, .linsert, .lset, .lrem, .ltrim, .lpop, .rpop, .lmove,
      .rpopLPush:
      try runLists(verb, arguments)
    case .sadd, .srem, .smove, .sinterStore, .sunionStore, .sdiffStore:
      try runSets(verb, arguments)
    case .hset, .hsetNX, .hdel, .hgetDel, .hincrBy, .hexpireAt, .hpexpireAt, .hpersist, .hsetEx:
      try runHashes(verb, arguments)
    case .zadd, .zincrBy, .zrem, .zpopMin, .zpopMax, .zremRangeByRank, .zremRangeByScore,
      .zremRangeByLex:
      try runSortedSets(verb, arguments)
    case .zrangeStore, .zunionStore, .zinterStore, .zdiffStore:
      try runSortedSetStores(verb, arguments)
    case .geoAdd, .geoSearchStore, .geoRadius, .geoRadiusByMember: try runGeo(verb, arguments)
    case .xadd, .xtrim, .xdel, .xdelEx, .xackDel, .xsetID, .xcfgSet, .xnack:
      try runStreams(verb, arguments)
    case .xgroup, .xack, .xclaim: try runGroups(verb, arguments)
    case .arset, .armset, .ardel, .ardelRange, .arinsert, .arring, .arseek:
      try runArrays(verb, arguments)
    }
  }
}
