// Maps types to walkers. Each layout is known to one function.

/// Walks one value and passes its elements to a sink.
///
/// Values that need more than the sink opens (`RDBType.opening`) are stepped over: it sees only
/// `begin`.
///
/// - Parameters:
///   - type: The type byte before the value.
///   - context: What the file says that the type's meaning depends on.
///   - bytes: Where the value is.
///   - at: The value's first byte; moved past its last.
///   - scratch: Where packed structures are unpacked.
///   - sink: What takes the elements.
/// - Throws: What is wrong, with its offset in `bytes`. `at` is then of no use.
public func walk<Sink: ValueSink & ~Copyable>(
  _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, at: inout Int,
  scratch: inout Scratch, into sink: inout Sink
) throws(RDBError) {
  // Up to 22 every dialect has the same numbers; the layout of 22 itself differs.
  guard type.rawValue <= RDBType.valkeyHash2.rawValue || type.shape(in: context.dialect) != nil
  else {
    throw RDBError(.unknownType, at: at, number: UInt64(type.rawValue))
  }
  switch type {
  case .string: try walkString(in: bytes, &at, &sink)
  case .list: try walkItems(.list, in: bytes, &at, &scratch, &sink)
  case .set: try walkItems(.set, in: bytes, &at, &scratch, &sink)
  case .zset: try walkScores(text: true, in: bytes, &at, &scratch, &sink)
  case .hash: try walkPairs(in: bytes, &at, &scratch, &sink)
  case .zset2: try walkScores(text: false, in: bytes, &at, &scratch, &sink)
  case .module2: try walkModule(in: bytes, &at, &sink)
  case .hashZipmap: try walkPackedPairs(Zipmap.self, in: bytes, &at, &scratch, &sink)
  case .listZiplist: try walkPackedItems(Ziplist.self, .list, in: bytes, &at, &scratch, &sink)
  case .setIntset: try walkPackedItems(Intset.self, .set, in: bytes, &at, &scratch, &sink)
  case .zsetZiplist: try walkPackedScores(Ziplist.self, in: bytes, &at, &scratch, &sink)
  case .hashZiplist: try walkPackedPairs(Ziplist.self, in: bytes, &at, &scratch, &sink)
  case .listQuicklist: try walkQuicklist(in: bytes, &at, &scratch, &sink)
  case .streamListpacks, .streamListpacks2, .streamListpacks3, .streamListpacks4, .streamListpacks5:
    try walkStream(StreamLayout(type), in: bytes, &at, &scratch, &sink)
  case .hashListpack: try walkPackedPairs(Listpack.self, in: bytes, &at, &scratch, &sink)
  case .zsetListpack: try walkPackedScores(Listpack.self, in: bytes, &at, &scratch, &sink)
  case .listQuicklist2: try walkQuicklist2(in: bytes, &at, &scratch, &sink)
  case .setListpack: try walkPackedItems(Listpack.self, .set, in: bytes, &at, &scratch, &sink)
  case .hashMetadataPreGA, .hashListpackExPreGA, .hashMetadata, .hashListpackEx:
    try walkExpiringHash(type, context.dialect, in: bytes, &at, &scratch, &sink)
  case .array: try walkArray(in: bytes, &at, &sink)
  default: try walkRareType(type, context, in: bytes, &at, &scratch, &sink)
  }
}

/// Walks a value of a type that few files have.
@inline(never)
private func walkRareType<Sink: ValueSink & ~Copyable>(
  _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, _ at: inout Int,
  _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  switch type {
  case .keyDBCron: try walkCron(in: bytes, &at, &sink)
  case .modulePreGA:
    throw RDBError(.unskippable, at: at, number: UInt64(type.rawValue))
  case _ where context.dialect == .dragonfly: try walkDragonfly(type, in: bytes, &at, &sink)
  case .hashTemplateListpack, .hashTemplateListpackRef, .hashTemplateArray, .hashTemplateArrayRef:
    try walkTemplateHash(type, context, in: bytes, &at, &scratch, &sink)
  case .gcra: try walkGCRA(in: bytes, &at, &sink)
  default: throw RDBError(.unknownType, at: at, number: UInt64(type.rawValue))
  }
}

func walkString<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  sink.begin(.string, count: 1)
  let string = try bytes.readString(&at)
  if Sink.decodes { try sink.item(string, in: bytes) }
}

/// A list or set with one string per element.
private func walkItems<Sink: ValueSink & ~Copyable>(
  _ shape: ValueShape, in bytes: RawSpan, _ at: inout Int, _ scratch: inout Scratch,
  _ sink: inout Sink
) throws(RDBError) {
  var left = try bytes.readCount(&at, eachAtLeast: 1)
  sink.begin(shape, count: left)
  guard Sink.decodes else {
    for _ in 0..<left { try bytes.skipString(&at) }
    return
  }
  var row = scratch.takeRow()
  try pour(shape, in: bytes, &row, into: &sink) { row throws(RDBError) in
    try row.appendStrings(in: bytes, &at, &left)
    return left > 0
  }
  scratch.giveBack(row)
}

/// A hash with two strings per field.
private func walkPairs<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  var left = try bytes.readCount(&at, eachAtLeast: 2)
  sink.begin(.hash, count: left)
  guard Sink.decodes else {
    for _ in 0..<left {
      try bytes.skipString(&at)
      try bytes.skipString(&at)
    }
    return
  }
  var row = scratch.takeRow()
  // Each string is a byte at least, so that the double is a count of bytes too.
  left &*= 2
  try pour(.hash, in: bytes, &row, into: &sink) { row throws(RDBError) in
    try row.appendStrings(in: bytes, &at, &left)
    return left > 0
  }
  scratch.giveBack(row)
}

/// A sorted set with a string and a score per member.
private func walkScores<Sink: ValueSink & ~Copyable>(
  text: Bool, in bytes: RawSpan, _ at: inout Int, _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  var left = try bytes.readCount(&at, eachAtLeast: text ? 2 : 9)
  sink.begin(.sortedSet, count: left)
  guard Sink.decodes else {
    for _ in 0..<left {
      try bytes.skipString(&at)
      if text { try bytes.skipTextScore(&at) } else { _ = try bytes.take(8, &at) }
    }
    return
  }
  var row = scratch.takeRow()
  try pour(.sortedSet, in: bytes, &row, into: &sink) { row throws(RDBError) in
    while left > 0, !row.isFull {
      if !text {
        left &-= row.appendScored(in: bytes, &at, atMost: left)
        guard left > 0, !row.isFull else { break }
      }
      let member = try bytes.readString(&at)
      row.append(member, score: try bytes.readScore(text: text, &at))
      left &-= 1
    }
    return left > 0
  }
  scratch.giveBack(row)
}

extension ElementBuffer {
  /// Appends strings until the row is full or none of `left` are left.
  @inline(__always)
  fileprivate mutating func appendStrings(
    in bytes: RawSpan, _ at: inout Int, _ left: inout Int
  ) throws(RDBError) {
    while left > 0, !isFull {
      left &-= appendShort(in: bytes, &at, atMost: left)
      guard left > 0, !isFull else { return }
      append(try bytes.readString(&at))
      left &-= 1
    }
  }
}

extension RawSpan {
  /// A score, as text or as a double; NaN is refused as servers do.
  @inline(__always)
  fileprivate func readScore(text: Bool, _ at: inout Int) throws(RDBError) -> Double {
    let place = at
    let score = text ? try readTextScore(&at) : try readDouble(&at)
    guard !score.isNaN else { throw RDBError(.badScore, at: place) }
    return score
  }

  /// Steps over a textual score.
  fileprivate func skipTextScore(_ at: inout Int) throws(RDBError) {
    let length = try readByte(&at)
    if length < 253 { _ = try take(UInt64(length), &at) }
  }
}
