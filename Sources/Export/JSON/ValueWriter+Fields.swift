// Fields in both styles: separated by tabs in a line and by commas in JSON; a missing value is
// empty in a line and null in JSON.

import RDB

extension ValueWriter {
  /// Begins a line with a word; writes nothing in JSON.
  mutating func line(_ word: StaticString) {
    guard style == .lines else { return }
    endLine()
    output.append(word)
    lineIsOpen = true
  }

  /// Names the next value: a member in JSON, otherwise a line.
  mutating func label(_ name: StaticString) {
    line(name)
    guard style == .json else { return }
    nesting.name(name, &output)
    isNamed = true
  }

  /// Ends the open line, if any.
  mutating func endLine() {
    guard lineIsOpen else { return }
    output.append(0x0a)
    lineIsOpen = false
  }

  /// Begins a JSON array; writes nothing in lines.
  mutating func beginArray() {
    guard style == .json else { return }
    beginField()
    nesting.beginArray(&output)
  }

  /// Begins a JSON object; writes nothing in lines.
  mutating func beginObject() {
    guard style == .json else { return }
    beginField()
    nesting.beginObject(&output)
  }

  /// Ends the innermost JSON array; writes nothing in lines.
  mutating func endArray() {
    guard style == .json else { return }
    close(to: nesting.depth &- 1)
  }

  /// Closes arrays and objects until `depth` are open.
  mutating func close(to depth: Int) { nesting.close(to: depth, &output) }

  /// The separator before a field.
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

  /// A decoded string.
  mutating func field(_ string: StringObject, in bytes: RawSpan) throws(RDBError) {
    beginField()
    switch string {
    case .raw(let place): append(place, of: bytes)
    case .integer(let value):
      if style == .json { output.append(0x22) }
      output.append(decimal: value)
      if style == .json { output.append(0x22) }
    case .lzf:
      // The scratch space is moved out so that the closure can write.
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

  /// A floating-point number; quoted in JSON if it is infinite or NaN.
  mutating func field(_ number: Double) {
    beginField()
    let isQuoted = style == .json && !number.isFinite
    if isQuoted { output.append(0x22) }
    output.append(score: number)
    // Readers take -0 for an integer, which has no sign.
    if style == .json, number == 0, number.sign == .minus { output.append(".0") }
    if isQuoted { output.append(0x22) }
  }

  /// A stream id in the form of commands.
  mutating func field(_ id: StreamID?) {
    beginField()
    guard let id else { return appendNull() }
    if style == .json { output.append(0x22) }
    output.append(decimal: id.ms)
    output.append(0x2d)
    output.append(decimal: id.seq)
    if style == .json { output.append(0x22) }
  }

  /// Program text that needs no escapes.
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
