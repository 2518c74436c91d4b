// Elements row by row. Short strings are written with one reservation per row; long ones one by
// one. The output is the same either way.

package import RDB

extension CommandExporter {
  /// Writes elements of a list or set.
  package mutating func items(_ items: Span<StringObject>, in bytes: RawSpan) throws(RDBError) {
    var index = 0
    while index < items.count {
      let first = index
      let stop = first &+ beginRow(items.count &- first, stringsPerItem: 1)
      if stop > first {
        output.write(atMost: (stop &- first) &* OutputCursor.rowItem) {
          index = $0.appendRow(items, from: first, to: stop, of: bytes)
        }
        endRow(index &- first)
      }
      guard index < items.count, index < stop || stop == first else { continue }
      try item(items[index], in: bytes)
      index &+= 1
    }
  }

  /// Writes fields of a hash and their values.
  package mutating func pairs(_ items: Span<StringObject>, in bytes: RawSpan) throws(RDBError) {
    // The command of a stream entry is already open and its arguments are counted.
    if command.shape == .stream { return try streamPairs(items, in: bytes) }
    if repeats.keepsFirst {
      for index in stride(from: 0, to: items.count, by: 2) {
        try pair(items[index], items[index &+ 1], in: bytes)
      }
      return
    }
    try repeats.look(at: items, by: 2, in: bytes)
    var index = 0
    while index < items.count {
      let first = index
      let stop = first &+ 2 &* beginRow((items.count &- first) / 2, stringsPerItem: 2)
      if stop > first {
        output.write(atMost: (stop &- first) &* OutputCursor.rowItem) {
          index = $0.appendRow(pairs: items, from: first, to: stop, of: bytes)
        }
        endRow((index &- first) / 2)
      }
      guard index < items.count, index < stop || stop == first else { continue }
      try append(pair: items[index], items[index &+ 1], in: bytes)
      index &+= 2
    }
  }

  /// Writes members and their scores.
  package mutating func members(
    _ members: Span<StringObject>, scores: Span<Double>, in bytes: RawSpan
  ) throws(RDBError) {
    if repeats.keepsFirst {
      for index in members.indices { try member(members[index], score: scores[index], in: bytes) }
      return
    }
    try repeats.look(at: members, by: 1, in: bytes)
    var index = 0
    while index < members.count {
      let first = index
      let stop = first &+ beginRow(members.count &- first, stringsPerItem: 2)
      if stop > first {
        var hasNegativeZero = false
        output.write(atMost: (stop &- first) &* 2 &* OutputCursor.rowItem) {
          (index, hasNegativeZero) = $0.appendRow(
            members, scores: scores, from: first, to: stop, of: bytes)
        }
        if hasNegativeZero { command.hasNegativeZero = true }
        endRow(index &- first)
      }
      guard index < members.count, index < stop || stop == first else { continue }
      try append(member: members[index], scores[index], in: bytes)
      index &+= 1
    }
  }

  /// Writes strings, one bulk string each.
  mutating func appendStrings(
    _ items: Span<StringObject>, in bytes: RawSpan
  ) throws(RDBError) {
    var index = 0
    while index < items.count {
      let first = index
      output.write(atMost: (items.count &- first) &* OutputCursor.rowItem) {
        index = $0.appendRow(items, from: first, to: items.count, of: bytes)
      }
      guard index < items.count else { return }
      try output.appendBulk(items[index], in: bytes)
      index &+= 1
    }
  }

  /// Opens a command if necessary and returns how many short elements it can take.
  ///
  /// - Returns: At least one; 0 if the byte limit is near, and then no command is open.
  @inline(__always)
  private mutating func beginRow(_ count: Int, stringsPerItem: Int) -> Int {
    if command.isOpen, command.items >= options.itemsPerCommand { end() }
    if !command.isOpen {
      open()
      command.items = 0
    }
    let count = min(count, options.itemsPerCommand &- command.items)
    let room = count &* stringsPerItem &* OutputCursor.rowItem
    guard output.count &- command.start &+ room <= options.bytesPerCommand else {
      endRow(0)
      return 0
    }
    return count
  }

  /// Counts elements into the open command, and removes the command if it has none.
  @inline(__always)
  private mutating func endRow(_ count: Int) {
    command.items &+= count
    guard command.items == 0 else { return }
    output.removeAll(after: command.start)
    command.isOpen = false
  }
}
