// Elements by rows. A row that is not compressed and fits the command at hand is written with room made
// once and everything in registers; any other goes element by element, to the same bytes.

public import RDB

extension CommandExporter {
  /// Writes elements of a list or set.
  public mutating func items(_ items: Span<StringObject>, in bytes: RawSpan) throws(RDBError) {
    guard let room = beginRow(items.count, taking: room(of: items)) else {
      for index in items.indices { try item(items[index], in: bytes) }
      return
    }
    output.write(atMost: room) { cursor in
      for index in items.indices { cursor.appendBulk(plain: items[index], in: bytes) }
    }
  }

  /// Writes fields of a hash and their values.
  public mutating func pairs(_ items: Span<StringObject>, in bytes: RawSpan) throws(RDBError) {
    guard let room = beginRow(items.count / 2, taking: room(of: items)) else {
      for index in stride(from: 0, to: items.count, by: 2) {
        try pair(items[index], items[index + 1], in: bytes)
      }
      return
    }
    output.write(atMost: room) { cursor in
      for index in items.indices { cursor.appendBulk(plain: items[index], in: bytes) }
    }
  }

  /// Writes scores and their members.
  public mutating func members(
    _ members: Span<StringObject>, scores: Span<Double>, in bytes: RawSpan
  ) throws(RDBError) {
    // A score has at most 24 characters, and a head and an end of its own.
    let room = room(of: members).map { $0 &+ members.count &* (24 &+ OutputCursor.bulkOverhead) }
    guard let room = beginRow(members.count, taking: room) else {
      for index in members.indices { try member(members[index], score: scores[index], in: bytes) }
      return
    }
    var hasMinusZero = false
    output.write(atMost: room) { cursor in
      for index in members.indices {
        let score = scores[index]
        if score == 0, score.sign == .minus { hasMinusZero = true }
        cursor.appendBulk(score: score)
        cursor.appendBulk(plain: members[index], in: bytes)
      }
    }
    if hasMinusZero { command.hasMinusZero = true }
  }

  /// Bytes that elements take at most as bulk strings; nil if one is compressed.
  @inline(__always)
  private func room(of items: Span<StringObject>) -> Int? {
    var room = items.count &* OutputCursor.bulkOverhead
    for index in items.indices {
      switch items[index] {
      // A row has 64 elements, each inside the bytes of a value, so the sum cannot wrap.
      case .raw(let place): room &+= place.count
      case .integer: room &+= 20
      case .lzf: return nil
      }
    }
    return room
  }

  /// Counts so many elements into the command at hand, opening one if there is none.
  ///
  /// - Returns: The room, or nil if they are not to be written as a row: some are compressed, or a
  ///   limit might end the command among them.
  private mutating func beginRow(_ count: Int, taking room: Int?) -> Int? {
    guard let room, count > 0, count <= options.itemsPerCommand else { return nil }
    if !command.isOpen {
      open()
      command.items = 0
    }
    guard command.items &+ count <= options.itemsPerCommand,
      output.count &- command.start &+ room <= options.bytesPerCommand
    else {
      // An opened command without elements would be one too many.
      if command.items == 0 { takeBackHead() }
      return nil
    }
    command.items &+= count
    return room
  }

  private mutating func takeBackHead() {
    output.removeAll(after: command.start)
    command.isOpen = false
  }
}

extension OutputCursor {
  /// A string that is not compressed, as a bulk string.
  @inline(__always)
  fileprivate mutating func appendBulk(plain string: StringObject, in bytes: RawSpan) {
    switch string {
    case .raw(let place): appendBulk(place, of: bytes)
    case .integer(let value): appendBulk(decimal: value)
    case .lzf: preconditionFailure("a compressed string among plain ones")
    }
  }

  /// A score, as a bulk string.
  @inline(__always)
  fileprivate mutating func appendBulk(score: Double) {
    if score.magnitude < 1e15, score == score.rounded(.towardZero), score != 0 {
      // An integral double below 2^53 is exact.
      return appendBulk(decimal: Int64(score))
    }
    appendLongBulk(score: score)
  }

  /// A score that is not integral, or a zero with its sign.
  private mutating func appendLongBulk(score: Double) {
    if score == 0 {
      return score.sign == .minus ? append("$2\r\n-0\r\n") : append("$1\r\n0\r\n")
    }
    let text = score.description
    appendBulkHead(text.utf8.count)
    append(made: text)
    appendLineEnd()
  }
}
