// Spells streams byte by byte, so that their parts can disagree.

import TestSupport

@testable import RDB

/// An entry of a stream's node.
struct SpelledEntry {
  var flags: Int64 = 0
  var ms: Int64 = 0
  var seq: Int64 = 0
  /// Values alone where the flags say that the fields are the master entry's.
  var strings: [String] = []
  /// What stands behind the entry; right if nil.
  var count: Int64?

  var isShared: Bool { flags & 2 != 0 }
}

/// The listpack of a node.
func nodeListpack(
  live: Int64, deleted: Int64 = 0, master: [String] = [], end: Int64 = 0, _ entries: [SpelledEntry]
) -> [UInt8] {
  var builder = ListpackBuilder()
  for number in [live, deleted, Int64(master.count)] { builder.integer(number) }
  for field in master { builder.string(field) }
  builder.integer(end)
  for entry in entries {
    for number in [entry.flags, entry.ms, entry.seq] { builder.integer(number) }
    let strings = Int64(entry.strings.count)
    if !entry.isShared { builder.integer(strings / 2) }
    for string in entry.strings { builder.string(string) }
    builder.integer(entry.count ?? (entry.isShared ? strings + 3 : strings + 4))
  }
  return builder.bytes()
}

/// A stream of Redis 5.0 without groups.
func stream(
  _ nodes: [(id: StreamID, listpack: [UInt8])], length: UInt64, last: StreamID
) -> [UInt8] {
  value {
    $0.length(UInt64(nodes.count))
    for node in nodes {
      $0.string(rawID(node.id.ms, node.id.seq))
      $0.string(node.listpack)
    }
    for number in [length, last.ms, last.seq, 0] { $0.length(number) }
  }
}

/// A stream id as 16 bytes.
func rawID(_ ms: UInt64, _ seq: UInt64) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.append(bigEndian: ms)
  bytes.append(bigEndian: seq)
  return bytes
}

/// A pending entry of a group: id, delivery time, delivery count.
func pendingEntry(_ ms: UInt64, _ time: Int64, _ count: UInt64) -> [UInt8] {
  var bytes = rawID(ms, 0)
  bytes.append(littleEndian: time)
  return bytes + value { $0.length(count) }
}
