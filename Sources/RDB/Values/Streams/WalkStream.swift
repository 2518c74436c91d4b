// Streams.
//
//   len nodes, nodes × (string of 16 bytes: the node's id, string: listpack)
//   len length, len last.ms, len last.seq
//   from 19:  len first.ms, first.seq, maxdeleted.ms, maxdeleted.seq, entries added
//   len groups, groups × (WalkStreamGroup.swift)
//   from 26:  len duration, len maximum, len producers, producers ×
//               (string, len n, n × (string, len ms, len seq)), len added, len duplicates
//
// Everything after the nodes is read before their entries: an exporter needs it first.

/// Which parts a stream of one type has.
struct StreamLayout {
  let hasEntriesRead: Bool
  let hasActiveTime: Bool
  let hasProducers: Bool
  let hasNacked: Bool

  init(_ type: RDBType) {
    hasEntriesRead = type.rawValue >= RDBType.streamListpacks2.rawValue
    hasActiveTime = type.rawValue >= RDBType.streamListpacks3.rawValue
    hasProducers = type.rawValue >= RDBType.streamListpacks4.rawValue
    hasNacked = type.rawValue >= RDBType.streamListpacks5.rawValue
  }
}

func walkStream<Sink: ValueSink & ~Copyable>(
  _ layout: StreamLayout, in bytes: RawSpan, _ at: inout Int, _ scratch: inout Scratch,
  _ sink: inout Sink
) throws(RDBError) {
  let nodes = try bytes.readCount(&at, eachAtLeast: 2)
  let first = at
  for _ in 0..<nodes {
    try bytes.skipString(&at)
    try bytes.skipString(&at)
  }
  let lengthAt = at
  let length = try bytes.readLength(&at)
  sink.begin(.stream, count: Int(exactly: length))
  guard Sink.accepts(.streams) else {
    try bytes.skipLengths(layout.hasEntriesRead ? 7 : 2, &at)
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 5)) {
      try skipGroup(layout, in: bytes, &at)
    }
    if layout.hasProducers { try skipProducers(in: bytes, &at) }
    return
  }
  let info = try readInfo(layout, length: length, in: bytes, &at)
  try sink.stream(.info(info), in: bytes)
  var damage: RDBError?
  if Sink.takesEntriesLast {
    do throws(RDBError) {
      try walkGroups(info.groups, layout, in: bytes, &at, &scratch, &sink)
    } catch {
      // An error in an entry is reported first, since it comes first in the file.
      damage = error
    }
  }
  var nodeAt = first
  var progress = StreamProgress()
  for _ in 0..<nodes { try walkNode(in: bytes, &nodeAt, &progress, &scratch, &sink) }
  if Sink.checks {
    guard progress.live == length else {
      throw RDBError(.badStream, .length, at: lengthAt, number: length)
    }
    guard progress.lastLive.map({ $0 <= info.lastID }) ?? true else {
      throw RDBError(.badStream, .lastID, at: lengthAt, number: length)
    }
  }
  if let damage { throw damage }
  if !Sink.takesEntriesLast {
    try walkGroups(info.groups, layout, in: bytes, &at, &scratch, &sink)
  }
}

private func walkGroups<Sink: ValueSink & ~Copyable>(
  _ count: Int, _ layout: StreamLayout, in bytes: RawSpan, _ at: inout Int,
  _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  if count > 0 {
    var pending = scratch.takePending()
    for _ in 0..<count { try walkGroup(layout, in: bytes, &at, &pending, &sink) }
    scratch.giveBack(pending)
  }
  if layout.hasProducers { try walkProducers(in: bytes, &at, &sink) }
}

private func readInfo(
  _ layout: StreamLayout, length: UInt64, in bytes: RawSpan, _ at: inout Int
) throws(RDBError) -> StreamInfo {
  var info = StreamInfo(length: length, lastID: try bytes.readStreamID(&at), groups: 0)
  if layout.hasEntriesRead {
    info.firstID = try bytes.readStreamID(&at)
    info.maxDeletedID = try bytes.readStreamID(&at)
    info.entriesAdded = try bytes.readLength(&at)
  }
  info.groups = try bytes.readCount(&at, eachAtLeast: 5)
  return info
}

func skipProducers(in bytes: RawSpan, _ at: inout Int) throws(RDBError) {
  try bytes.skipLengths(2, &at)
  for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) { try skipProducer(in: bytes, &at) }
  try bytes.skipLengths(2, &at)
}

private func skipProducer(in bytes: RawSpan, _ at: inout Int) throws(RDBError) {
  try bytes.skipString(&at)
  for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 3)) {
    try bytes.skipString(&at)
    try bytes.skipLengths(2, &at)
  }
}

private func walkProducers<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  let duration = try bytes.readLength(&at)
  let maximum = try bytes.readLength(&at)
  let producers = try bytes.readCount(&at, eachAtLeast: 2)
  var producerAt = at
  for _ in 0..<producers { try skipProducer(in: bytes, &at) }
  let added = try bytes.readLength(&at)
  let idmp = StreamIDMP(
    duration: duration, maximum: maximum, producers: producers, added: added,
    duplicates: try bytes.readLength(&at))
  try sink.stream(.idmp(idmp), in: bytes)
  for _ in 0..<producers {
    let name = try bytes.readString(&producerAt)
    let messages = try bytes.readCount(&producerAt, eachAtLeast: 3)
    try sink.stream(.producer(name, messages: messages), in: bytes)
    for _ in 0..<messages {
      let message = try bytes.readString(&producerAt)
      try sink.stream(.message(message, try bytes.readStreamID(&producerAt)), in: bytes)
    }
  }
}

extension RawSpan {
  /// Steps over lengths.
  func skipLengths(_ count: Int, _ at: inout Int) throws(RDBError) {
    for _ in 0..<count { _ = try readLength(&at) }
  }

  /// A stream id as two lengths.
  func readStreamID(_ at: inout Int) throws(RDBError) -> StreamID {
    let ms = try readLength(&at)
    return StreamID(ms: ms, seq: try readLength(&at))
  }

  /// A stream id as 16 bytes.
  func readRawStreamID(_ at: inout Int) throws(RDBError) -> StreamID {
    let ms = try read(&at, bigEndian: UInt64.self)
    return StreamID(ms: ms, seq: try read(&at, bigEndian: UInt64.self))
  }
}
