// Elements by rows. Those that are short are written with room made once and everything in registers; what
// stands between them goes by itself, to the same bytes.

public import RDB

extension CommandExporter {
  /// Writes elements of a list or set.
  public mutating func items(_ items: Span<StringObject>, in bytes: RawSpan) throws(RDBError) {
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
  public mutating func pairs(_ items: Span<StringObject>, in bytes: RawSpan) throws(RDBError) {
    // Pairs of a stream belong to a command that is counted already.
    if command.shape == .stream { return try streamPairs(items, in: bytes) }
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
      try pair(items[index], items[index &+ 1], in: bytes)
      index &+= 2
    }
  }

  /// Writes scores and their members.
  public mutating func members(
    _ members: Span<StringObject>, scores: Span<Double>, in bytes: RawSpan
  ) throws(RDBError) {
    var index = 0
    while index < members.count {
      let first = index
      let stop = first &+ beginRow(members.count &- first, stringsPerItem: 2)
      if stop > first {
        var hasMinusZero = false
        output.write(atMost: (stop &- first) &* 2 &* OutputCursor.rowItem) {
          (index, hasMinusZero) = $0.appendRow(
            members, scores: scores, from: first, to: stop, of: bytes)
        }
        if hasMinusZero { command.hasMinusZero = true }
        endRow(index &- first)
      }
      guard index < members.count, index < stop || stop == first else { continue }
      try member(members[index], score: scores[index], in: bytes)
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

  /// Looks how many of so many short elements the command at hand takes whatever they are, opening one
  /// if there is none or it is full.
  ///
  /// - Returns: At least one, or none where the limit of bytes is near; no command was opened then.
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

  /// Counts elements into the command at hand, and takes it back if it has none.
  @inline(__always)
  private mutating func endRow(_ count: Int) {
    command.items &+= count
    guard command.items == 0 else { return }
    output.removeAll(after: command.start)
    command.isOpen = false
  }
}
