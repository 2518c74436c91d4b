// Values of Dragonfly that no other server has.
//
//   30 JSON   string: the text
//   31 hash   len n, n × (string field, string value, string expiry)
//   32 set    len n, n × (string member, string expiry)
//   33, 34    Bloom filters        35 count-min sketch        36 top-k (stepped over)
//
// An expiry is the decimal text of seconds since 2023-02-01T00:00:00Z, −1 for none.

/// Seconds from 1970 to the instant that Dragonfly counts from.
private let dragonflyEpoch: Int64 = 1_675_209_600

private func walkDragonflyHash<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  let count = try bytes.readCount(&at, eachAtLeast: 3)
  sink.begin(.hash, count: count)
  guard Sink.accepts(.fieldExpiries) else {
    return try bytes.skipStrings(UInt64(count) * 3, &at)  // readCount checked the product
  }
  for _ in 0..<count {
    let field = try bytes.readString(&at)
    let value = try bytes.readString(&at)
    try sink.pair(field, value, expiry: try readDragonflyExpiry(in: bytes, &at), in: bytes)
  }
}

private func walkDragonflySet<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  let count = try bytes.readCount(&at, eachAtLeast: 2)
  sink.begin(.set, count: count)
  guard Sink.accepts(.fieldExpiries) else {
    return try bytes.skipStrings(UInt64(count) * 2, &at)  // readCount checked the product
  }
  for _ in 0..<count {
    let member = try bytes.readString(&at)
    try sink.item(member, expiry: try readDragonflyExpiry(in: bytes, &at), in: bytes)
  }
}

private func readDragonflyExpiry(
  in bytes: RawSpan, _ at: inout Int
) throws(RDBError) -> UnixMilliseconds? {
  let place = at
  let text = try bytes.readString(&at)
  guard let seconds = text.decimal(in: bytes) else { throw RDBError(.badExpiry, at: place) }
  guard seconds != -1 else { return nil }
  let (sum, tooLate) = seconds.addingReportingOverflow(dragonflyEpoch)
  let (milliseconds, tooLarge) = sum.multipliedReportingOverflow(by: 1000)
  guard !tooLate, !tooLarge else {
    throw RDBError(.badExpiry, at: place, number: UInt64(bitPattern: seconds))
  }
  return UnixMilliseconds(milliseconds)
}

extension StringObject {
  /// The number that the string is the decimal text of; nil if it is none of 64 bits.
  fileprivate func decimal(in bytes: RawSpan) -> Int64? {
    switch self {
    case .integer(let value): return value
    case .lzf: return nil
    case .raw(let place):
      guard place.count <= 20 else { return nil }
      let text = (0..<place.count).map { bytes.byte(at: place.offset &+ $0) }
      return text.first == 0x2b ? nil : Int64(String(decoding: text, as: UTF8.self))
    }
  }
}

func walkDragonfly<Sink: ValueSink & ~Copyable>(
  _ type: RDBType, in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  switch type {
  case .dragonflyJSON:
    sink.begin(.json, count: nil)
    let text = try bytes.readString(&at)
    if Sink.accepts(.documents) { try sink.item(text, in: bytes) }
  case .dragonflyHash: try walkDragonflyHash(in: bytes, &at, &sink)
  case .dragonflySet: try walkDragonflySet(in: bytes, &at, &sink)
  case .dragonflyBloomFilter, .dragonflyBloomFilter2:
    sink.begin(.sketch, count: nil)
    _ = try bytes.readLength(&at)
    _ = try bytes.take(16, &at)
    try bytes.skipLengths(3, &at)
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
      _ = try bytes.readLength(&at)
      if type == .dragonflyBloomFilter {
        try bytes.skipString(&at)
      } else {
        try bytes.skipChunks(&at)
      }
    }
  case .dragonflyCountMinSketch:
    sink.begin(.sketch, count: nil)
    let place = at
    let width = try bytes.readLength(&at)
    let depth = try bytes.readLength(&at)
    _ = try bytes.readLength(&at)
    let (cells, tooMany) = width.multipliedReportingOverflow(by: depth)
    let (size, tooLarge) = cells.multipliedReportingOverflow(by: 8)
    guard !tooMany, !tooLarge else { throw RDBError(.badLength, at: place, number: width) }
    _ = try bytes.take(size, &at)
  case .dragonflyTopK:
    sink.begin(.sketch, count: nil)
    try bytes.skipLengths(4, &at)
    _ = try bytes.take(8, &at)
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
      try bytes.skipString(&at)
      _ = try bytes.readLength(&at)
    }
    _ = try bytes.take(try bytes.readLength(&at), &at)
  case .dragonflyCuckooFilter:
    throw RDBError(.unskippable, at: at, number: UInt64(type.rawValue))
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
