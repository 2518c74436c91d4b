// Hashes whose fields have expiries.
//
//   22 Redis    len n, n × (len expiry, string, string); 0 = none
//   22 Valkey   len n, n × (string, string, int64 expiry); −1 = none
//   23 Valkey   len n, n × (string path, len m, m × (string, string)); skipped only
//   23 Redis    string: a listpack of field, value, expiry; 0 = none
//   24          int64 least expiry, len n, n × (len t, string, string);
//               0 = none, else the field expires at least + t − 1
//   25          int64 least expiry (not needed), string: a listpack as in 23

func walkExpiringHash<Sink: ValueSink & ~Copyable>(
  _ type: RDBType, _ dialect: RDBDialect, in bytes: RawSpan, _ at: inout Int,
  _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  if type.isPathHash(in: dialect) { return try walkPathHash(in: bytes, &at, &sink) }
  if dialect == .valkey { return try walkValkeyHash(in: bytes, &at, &sink) }
  var least: Int64?
  if type == .hashMetadata || type == .hashListpackEx {
    least = try bytes.read(&at, littleEndian: Int64.self)
  }
  guard !type.isListpackEx else {
    return try walkTriples(in: bytes, &at, &scratch, &sink)
  }
  let count = try bytes.readCount(&at, eachAtLeast: 3)
  sink.begin(.hash, count: count)
  guard Sink.accepts(.fieldExpiries) else {
    for _ in 0..<count {
      _ = try bytes.readLength(&at)
      try bytes.skipString(&at)
      try bytes.skipString(&at)
    }
    return
  }
  for _ in 0..<count {
    let place = at
    let expiry = try fieldExpiry(try bytes.readLength(&at), after: least, at: place)
    let field = try bytes.readString(&at)
    try sink.pair(field, try bytes.readString(&at), expiry: expiry, in: bytes)
  }
}

/// The expiry for a stored offset, counted from one before `least` where there is one.
private func fieldExpiry(
  _ number: UInt64, after least: Int64?, at place: Int
) throws(RDBError) -> UnixMilliseconds? {
  guard number > 0 else { return nil }
  // The minimum itself is stored as 1.
  let base = least.map { $0.subtractingReportingOverflow(1) } ?? (0, false)
  let (sum, overflow) = base.0.addingReportingOverflow(Int64(clamping: number))
  guard number <= UInt64(Int64.max), !base.1, !overflow else {
    throw RDBError(.badExpiry, at: place, number: number)
  }
  return UnixMilliseconds(sum)
}

private func walkValkeyHash<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  let count = try bytes.readCount(&at, eachAtLeast: 10)
  sink.begin(.hash, count: count)
  guard Sink.accepts(.fieldExpiries) else {
    for _ in 0..<count {
      try bytes.skipString(&at)
      try bytes.skipString(&at)
      _ = try bytes.take(8, &at)
    }
    return
  }
  for _ in 0..<count {
    let field = try bytes.readString(&at)
    let value = try bytes.readString(&at)
    let expiry = try bytes.read(&at, littleEndian: Int64.self)
    try sink.pair(
      field, value, expiry: expiry == -1 ? nil : UnixMilliseconds(expiry), in: bytes)
  }
}

private func walkPathHash<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  let paths = try bytes.readCount(&at, eachAtLeast: 2)
  sink.begin(.hash, count: nil)
  for _ in 0..<paths {
    try bytes.skipString(&at)
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
      try bytes.skipString(&at)
      try bytes.skipString(&at)
    }
  }
}

private func walkTriples<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  let place = at
  let triples = try bytes.readString(&at)
  guard Sink.accepts(.fieldExpiries), sink.container(triples) else {
    return sink.begin(.hash, count: headCount(triples, Listpack.self, in: bytes).map { $0 / 3 })
  }
  try withPacked(triples, Listpack.self, at: place, in: bytes, &scratch) {
    blob, padded, packed throws(RDBError) in
    sink.begin(.hash, count: packed.count.map { $0 / 3 })
    while let field = try packed.next(in: blob, checked: Sink.checks) {
      let value = try packed.entry(in: blob, checked: Sink.checks)
      let expiryAt = packed.at
      guard case .integer(let expiry) = try packed.entry(in: blob, checked: Sink.checks) else {
        throw RDBError(.badExpiry, at: expiryAt)
      }
      try sink.pair(
        field, value, expiry: expiry == 0 ? nil : UnixMilliseconds(expiry), in: padded)
    }
  }
}
