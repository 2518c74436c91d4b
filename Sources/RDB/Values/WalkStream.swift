// Streams, stepped over.
//
//   len nodes, nodes × (string of 16 bytes: the node's id, string: listpack)
//   len length, len last.ms, len last.seq
//   from 19:  len first.ms, first.seq, maxdeleted.ms, maxdeleted.seq, entries added
//   len groups, groups ×
//     string name, len last.ms, len last.seq, from 19: len entries read
//     len pending, pending × (16 bytes id, int64 delivery time, len delivery count)
//     len consumers, consumers ×
//       string name, int64 seen time, from 21: int64 active time, len n, n × 16 bytes id
//     from 27: len n, n × 16 bytes id
//   from 26: len duration, len maximum, len producers, producers ×
//              (string, len n, n × (string, len ms, len seq)), len added, len duplicates

/// Which parts a stream of one type has.
struct StreamLayout {
  let hasEntriesRead: Bool
  let hasActiveTime: Bool
  let hasProducers: Bool
  let hasNacked: Bool

  init(_ type: RDBType) {
    hasEntriesRead = type.rawValue >= 19
    hasActiveTime = type.rawValue >= 21
    hasProducers = type.rawValue >= 26
    hasNacked = type.rawValue >= 27
  }
}

func walkStream<Sink: ValueSink & ~Copyable>(
  _ layout: StreamLayout, in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
    try bytes.skipString(&at)
    try bytes.skipString(&at)
  }
  let length = try bytes.readLength(&at)
  sink.begin(.stream, count: Int(exactly: length))
  try bytes.skipLengths(layout.hasEntriesRead ? 7 : 2, &at)
  for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 5)) {
    try skipGroup(layout, in: bytes, &at)
  }
  if layout.hasProducers { try skipProducers(in: bytes, &at) }
}

private func skipGroup(
  _ layout: StreamLayout, in bytes: RawSpan, _ at: inout Int
) throws(RDBError) {
  try bytes.skipString(&at)
  try bytes.skipLengths(layout.hasEntriesRead ? 3 : 2, &at)
  for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 25)) {
    _ = try bytes.take(24, &at)
    _ = try bytes.readLength(&at)
  }
  for _ in 0..<(try bytes.readCount(&at, eachAtLeast: layout.hasActiveTime ? 18 : 10)) {
    try bytes.skipString(&at)
    _ = try bytes.take(layout.hasActiveTime ? 16 : 8, &at)
    try bytes.skipIDs(&at)
  }
  if layout.hasNacked { try bytes.skipIDs(&at) }
}

private func skipProducers(in bytes: RawSpan, _ at: inout Int) throws(RDBError) {
  try bytes.skipLengths(2, &at)
  for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
    try bytes.skipString(&at)
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 3)) {
      try bytes.skipString(&at)
      try bytes.skipLengths(2, &at)
    }
  }
  try bytes.skipLengths(2, &at)
}

extension RawSpan {
  /// Steps over lengths.
  func skipLengths(_ count: Int, _ at: inout Int) throws(RDBError) {
    for _ in 0..<count { _ = try readLength(&at) }
  }

  /// Steps over a count and as many 16-byte stream ids.
  fileprivate func skipIDs(_ at: inout Int) throws(RDBError) {
    let count = try readCount(&at, eachAtLeast: 16)
    _ = try take(UInt64(count) * 16, &at)  // readCount checked the product
  }
}
