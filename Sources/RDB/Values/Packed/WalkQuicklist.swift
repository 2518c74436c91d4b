// Lists as chains of nodes.
//
//   14 QUICKLIST     len n, n strings, each a ziplist
//   18 QUICKLIST_2   len n, n × (len container, string): 1 = the string is the element itself,
//                    2 = the string is a listpack

func walkQuicklist<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  let nodes = try bytes.readCount(&at, eachAtLeast: 1)
  let first = at
  var total: Int? = 0
  for _ in 0..<nodes {
    let node = try bytes.readString(&at)
    total = sum(total, headCount(node, Ziplist.self, in: bytes))
  }
  sink.begin(.list, count: total)
  guard Sink.decodes else { return }
  at = first
  var row = scratch.takeRow()
  for _ in 0..<nodes {
    let place = at
    let node = try bytes.readString(&at)
    guard sink.container(node) else { continue }
    try withPacked(node, Ziplist.self, at: place, in: bytes, &scratch) {
      blob, padded, packed throws(RDBError) in
      try pourItems(.list, of: &packed, in: blob, padded, &row, into: &sink)
    }
  }
  scratch.giveBack(row)
}

func walkQuicklist2<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  let nodes = try bytes.readCount(&at, eachAtLeast: 2)
  let first = at
  var total: Int? = 0
  for _ in 0..<nodes {
    let isPacked = try readContainer(in: bytes, &at)
    let node = try bytes.readString(&at)
    total = sum(total, isPacked ? headCount(node, Listpack.self, in: bytes) : 1)
  }
  sink.begin(.list, count: total)
  guard Sink.decodes else { return }
  at = first
  var row = scratch.takeRow()
  for _ in 0..<nodes {
    let isPacked = try readContainer(in: bytes, &at)
    let place = at
    let node = try bytes.readString(&at)
    guard sink.container(node) else { continue }
    guard isPacked else {
      // Only what is too large for a listpack has a node of its own.
      guard !Sink.checks || node.count > 0 else { throw RDBError(.badQuicklist, .entry, at: place) }
      try sink.item(node, in: bytes)
      continue
    }
    try withPacked(node, Listpack.self, at: place, in: bytes, &scratch) {
      blob, padded, packed throws(RDBError) in
      try pourItems(.list, of: &packed, in: blob, padded, &row, into: &sink)
    }
  }
  scratch.giveBack(row)
}

/// Whether a node is a listpack, and not an element by itself.
private func readContainer(in bytes: RawSpan, _ at: inout Int) throws(RDBError) -> Bool {
  let place = at
  switch try bytes.readLength(&at) {
  case 1: return false
  case 2: return true
  case let other: throw RDBError(.badQuicklist, at: place, number: other)
  }
}

/// A total stays known only while every part is; parts are bounded by bytes, so it cannot wrap.
private func sum(_ total: Int?, _ part: Int?) -> Int? {
  guard let total, let part else { return nil }
  return total &+ part
}
