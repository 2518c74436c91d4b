// Values of newer and of other servers, stepped over.
//
//   28 ARRAY (Redis 8.8)   len n, len flag, [len insert index], n × (len index, len tag, data);
//                          tag 0 and 3 string, 1 int64, 2 double
//   33 GCRA (Redis)        len
//   64 CRON (KeyDB)        string script, int64 start, int64 interval, len n, n strings (keys),
//                          len m, m strings (arguments)
//   Dragonfly              30 JSON: string; 31 hash: len n, n × 3 strings; 32 set: len n, n × 2
//                          strings; 33, 34 Bloom filters; 35 count-min sketch; 36 top-k

func walkArray<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  let count = try bytes.readCount(&at, eachAtLeast: 3)
  sink.begin(.array, count: count)
  if try bytes.readLength(&at) == 1 { _ = try bytes.readLength(&at) }
  for _ in 0..<count {
    _ = try bytes.readLength(&at)
    let place = at
    switch try bytes.readLength(&at) {
    case 0, 3: try bytes.skipString(&at)
    case 1, 2: _ = try bytes.take(8, &at)
    case let tag: throw RDBError(.badLength, at: place, number: tag)
    }
  }
}

func walkGCRA<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  sink.begin(.gcra, count: nil)
  _ = try bytes.readLength(&at)
}

func walkCron<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  sink.begin(.cron, count: nil)
  try bytes.skipString(&at)
  _ = try bytes.take(16, &at)
  try bytes.skipStrings(try bytes.readLength(&at), &at)
  try bytes.skipStrings(try bytes.readLength(&at), &at)
}

func walkDragonfly<Sink: ValueSink & ~Copyable>(
  _ type: RDBType, in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  switch type.rawValue {
  case 30:
    sink.begin(.json, count: nil)
    try bytes.skipString(&at)
  case 31, 32:
    let strings: UInt64 = type.rawValue == 31 ? 3 : 2
    let count = try bytes.readCount(&at, eachAtLeast: strings)
    sink.begin(type.rawValue == 31 ? .hash : .set, count: count)
    try bytes.skipStrings(UInt64(count) * strings, &at)  // readCount checked the product
  case 33, 34:
    sink.begin(.sketch, count: nil)
    _ = try bytes.readLength(&at)
    _ = try bytes.take(16, &at)
    try bytes.skipLengths(3, &at)
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
      _ = try bytes.readLength(&at)
      if type.rawValue == 33 { try bytes.skipString(&at) } else { try bytes.skipChunks(&at) }
    }
  case 35:
    sink.begin(.sketch, count: nil)
    let place = at
    let width = try bytes.readLength(&at)
    let depth = try bytes.readLength(&at)
    _ = try bytes.readLength(&at)
    let (cells, tooMany) = width.multipliedReportingOverflow(by: depth)
    let (size, tooLarge) = cells.multipliedReportingOverflow(by: 8)
    guard !tooMany, !tooLarge else { throw RDBError(.badLength, at: place, number: width) }
    _ = try bytes.take(size, &at)
  case 36:
    sink.begin(.sketch, count: nil)
    try bytes.skipLengths(4, &at)
    _ = try bytes.take(8, &at)
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
      try bytes.skipString(&at)
      _ = try bytes.readLength(&at)
    }
    _ = try bytes.take(try bytes.readLength(&at), &at)
  case 37: throw RDBError(.unskippable, at: at, number: 37)
  default: throw RDBError(.unknownType, at: at, number: UInt64(type.rawValue))
  }
}

extension RawSpan {
  /// Steps over bytes in chunks: a length of all, then strings that make it up.
  fileprivate func skipChunks(_ at: inout Int) throws(RDBError) {
    let place = at
    let total = try readLength(&at)
    var seen: UInt64 = 0
    while seen < total {
      let before = at
      let chunk = try readLength(&at)
      _ = try take(chunk, &at)
      // A chunk of nothing would never end; the sum is bounded by the bytes of the span.
      guard chunk > 0, seen &+ chunk <= total else {
        throw RDBError(.badLength, at: before, number: chunk)
      }
      seen &+= chunk
    }
    guard seen == total else { throw RDBError(.badLength, at: place, number: total) }
  }
}
