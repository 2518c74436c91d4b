// Values of newer and of other servers.
//
//   28 ARRAY (Redis 8.8)   len n, len flag, [len insert index], n × (len index, len tag, data);
//                          tag 0 and 3 string, 1 int64, 2 double; indexes ascend
//   33 GCRA (Redis)        len
//   64 CRON (KeyDB)        string script, int64 start, int64 interval, len n, n strings (keys),
//                          len m, m strings (arguments)

func walkArray<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  let count = try bytes.readCount(&at, eachAtLeast: 3)
  sink.begin(.array, count: count)
  let insertIndex = try bytes.readLength(&at) == 1 ? try bytes.readLength(&at) : nil
  guard Sink.accepts(.arrays) else {
    for _ in 0..<count {
      _ = try bytes.readLength(&at)
      _ = try readArrayElement(in: bytes, &at)
    }
    return
  }
  try sink.array(.insertIndex(insertIndex), in: bytes)
  var previous: UInt64?
  for _ in 0..<count {
    let place = at
    let index = try bytes.readLength(&at)
    if Sink.checks, let previous, previous >= index {
      throw RDBError(.badArray, .order, at: place, number: index)
    }
    previous = index
    switch try readArrayElement(in: bytes, &at) {
    case .double(let number): try sink.array(.double(number, at: index), in: bytes)
    case .string(let string): try sink.array(.string(string, at: index), in: bytes)
    }
  }
}

private enum ArrayElement {
  case string(StringObject)
  case double(Double)
}

private func readArrayElement(
  in bytes: RawSpan, _ at: inout Int
) throws(RDBError) -> ArrayElement {
  let place = at
  switch try bytes.readLength(&at) {
  case 0, 3: return .string(try bytes.readString(&at))
  case 1: return .string(.integer(try bytes.read(&at, littleEndian: Int64.self)))
  case 2: return .double(try bytes.readDouble(&at))
  case let tag: throw RDBError(.badArray, .entry, at: place, number: tag)
  }
}

func walkGCRA<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  sink.begin(.gcra, count: nil)
  let number = try bytes.readLength(&at)
  if Sink.accepts(.numbers) { try sink.number(number) }
}

func walkCron<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  sink.begin(.cron, count: nil)
  let script = try bytes.readString(&at)
  let start = UnixMilliseconds(try bytes.read(&at, littleEndian: Int64.self))
  let interval = try bytes.read(&at, littleEndian: Int64.self)
  guard Sink.accepts(.crons) else {
    try bytes.skipStrings(try bytes.readLength(&at), &at)
    return try bytes.skipStrings(try bytes.readLength(&at), &at)
  }
  try sink.cron(.job(script: script, start: start, interval: interval), in: bytes)
  for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 1)) {
    try sink.cron(.key(try bytes.readString(&at)), in: bytes)
  }
  for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 1)) {
    try sink.cron(.argument(try bytes.readString(&at)), in: bytes)
  }
}
