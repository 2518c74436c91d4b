// What both styles have in common: fields that follow each other. In a line a tab stands between
// them, in JSON a comma; what does not exist is nothing in a line, and null in JSON.

import RDB

extension ValueWriter {
  /// Begins a line with a word that says what it is; in JSON nothing.
  mutating func line(_ word: StaticString) {
    guard style == .lines else { return }
    endLine()
    output.append(word)
    lineIsOpen = true
  }

  /// Names the value that comes next: in JSON as a member of an object, else as a line of its own.
  mutating func label(_ name: StaticString) {
    line(name)
    guard style == .json else { return }
    nesting.name(name, &output)
    isNamed = true
  }

  /// Ends the line that is open, if one is.
  mutating func endLine() {
    guard lineIsOpen else { return }
    output.append(0x0a)
    lineIsOpen = false
  }

  /// Begins an array of JSON; in lines nothing.
  mutating func beginArray() {
    guard style == .json else { return }
    beginField()
    nesting.beginArray(&output)
  }

  /// Begins an object of JSON; in lines nothing.
  mutating func beginObject() {
    guard style == .json else { return }
    beginField()
    nesting.beginObject(&output)
  }

  /// Ends the array that was begun last; in lines nothing.
  mutating func endArray() {
    guard style == .json else { return }
    close(to: nesting.depth &- 1)
  }

  /// Ends arrays and objects until only `depth` are open.
  mutating func close(to depth: Int) { nesting.close(to: depth, &output) }

  /// What stands before each field.
  private mutating func beginField() {
    switch style {
    case .lines:
      if lineIsOpen { output.append(0x09) }
      lineIsOpen = true
    case .json:
      if !isNamed { nesting.next(&output) }
      isNamed = false
    }
  }

  /// A string, spelled out.
  mutating func field(_ string: StringObject, in bytes: RawSpan) throws(RDBError) {
    beginField()
    switch string {
    case .raw(let place): append(place, of: bytes)
    case .integer(let value):
      if style == .json { output.append(0x22) }
      output.append(decimal: value)
      if style == .json { output.append(0x22) }
    case .lzf:
      // The scratch is lent by hand, so that the closure may write.
      var lent = Scratch()
      swap(&lent, &scratch)
      defer { swap(&lent, &scratch) }
      try lent.withBytes(of: string, in: bytes) { (text) throws(RDBError) in
        append(ByteRange(offset: 0, count: text.byteCount), of: text)
      }
    }
  }

  @inline(__always)
  private mutating func append(_ place: ByteRange, of bytes: RawSpan) {
    switch style {
    case .lines: output.append(tsv: place, of: bytes)
    case .json: output.append(json: place, of: bytes)
    }
  }

  /// A number.
  mutating func field(_ number: UInt64?) {
    beginField()
    if let number { output.append(decimal: number) } else { appendNull() }
  }

  /// A signed number.
  mutating func field(signed number: Int64?) {
    beginField()
    if let number { output.append(decimal: number) } else { appendNull() }
  }

  /// An instant, in milliseconds since the epoch.
  mutating func field(_ instant: UnixMilliseconds?) { field(signed: instant?.rawValue) }

  /// A floating-point number; JSON has no words for those that are infinite or none.
  mutating func field(_ number: Double) {
    beginField()
    let isQuoted = style == .json && !number.isFinite
    if isQuoted { output.append(0x22) }
    output.append(score: number)
    if isQuoted { output.append(0x22) }
  }

  /// A stream id, as commands spell it.
  mutating func field(_ id: StreamID?) {
    beginField()
    guard let id else { return appendNull() }
    if style == .json { output.append(0x22) }
    output.append(decimal: id.ms)
    output.append(0x2d)
    output.append(decimal: id.seq)
    if style == .json { output.append(0x22) }
  }

  /// Text of the program's own that needs no escapes.
  mutating func field(plain text: String) {
    beginField()
    if style == .json { output.append(0x22) }
    for byte in text.utf8 { output.append(byte) }
    if style == .json { output.append(0x22) }
  }

  private mutating func appendNull() {
    if style == .json { output.append("null") }
  }
}
