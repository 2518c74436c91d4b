// How fields of rows are spelled: the format, and what is done for those who read rows on a terminal or
// in a spreadsheet. Every writer of rows appends bytes from a file here.

package import RDB

/// A format of rows, and whom it protects.
package struct RowSyntax: Hashable, Sendable {
  /// The format.
  package let format: RowFormat
  /// Whether `'` precedes a field of CSV or TSV that a spreadsheet would run as a formula.
  package var guardsFormulas = false
  /// Whether fields of CSV have no control characters: a key that has some is base64, and in another
  /// field they are spelled as in TSV.
  package var hidesControls = false

  /// The format as it is.
  package init(_ format: RowFormat) { self.format = format }

  /// Whether nothing is protected.
  package var isPlain: Bool { self == RowSyntax(format) }

  /// Whether a field would be run as a formula; `isKey` if it is base64 unless it is UTF-8.
  fileprivate func isFormula(_ place: ByteRange, of bytes: RawSpan, isKey: Bool) -> Bool {
    guard guardsFormulas, place.count > 0 else { return false }
    if isKey, format == .csv, TextKind(place, of: bytes) == .binary {
      // Base64 begins with the first six bits; 62 of them is a plus sign.
      return bytes.byte(place.offset) >> 2 == 62
    }
    switch format {
    case .csv: return "=+-@\t\r".utf8.contains(bytes.byte(place.offset))
    case .tsv: return "=+-@".utf8.contains(bytes.byte(place.offset))
    case .ndjson, .json: return false
    }
  }

  /// Whether a field has control characters of ASCII or of two bytes.
  fileprivate func isHidden(_ place: ByteRange, of bytes: RawSpan) -> Bool {
    guard hidesControls, format == .csv else { return false }
    return place.range.contains { offset in
      let byte = bytes.byte(offset)
      guard byte >= 0x20, byte != 0x7f else { return true }
      return byte == 0xc2 && offset + 1 < place.end && bytes.byte(offset + 1) < 0xa0
    }
  }
}

extension OutputBuffer {
  /// A key or pattern of a row: one field in TSV, otherwise two, of which one is empty or null.
  ///
  /// `name` is the text, if the bytes are UTF-8; `name_b64` is base64, if they are not.
  package mutating func append(
    _ place: ByteRange, of bytes: RawSpan, as syntax: RowSyntax, name: StaticString
  ) {
    if syntax.isHidden(place, of: bytes) { return append(csvOther: place, of: bytes) }
    guarded(place, of: bytes, syntax, isKey: true) {
      $0.append($1, of: $2, as: syntax.format, name: name)
    }
  }

  /// One field of a row, as far as the format has bytes that are not UTF-8.
  package mutating func append(_ place: ByteRange, of bytes: RawSpan, as syntax: RowSyntax) {
    guard syntax.isHidden(place, of: bytes) else {
      return guarded(place, of: bytes, syntax, isKey: false) {
        $0.append($1, of: $2, as: syntax.format)
      }
    }
    var escaped = OutputBuffer(capacity: 256)
    escaped.append(tsv: place, of: bytes)
    escaped.withBytes { text in
      guarded(ByteRange(offset: 0, count: text.byteCount), of: text, syntax, isKey: false) {
        $0.append($1, of: $2, as: .csv)
      }
    }
  }

  /// A field, after `'` if it would be run as a formula.
  private mutating func guarded(
    _ place: ByteRange, of bytes: RawSpan, _ syntax: RowSyntax, isKey: Bool,
    _ append: (inout OutputBuffer, ByteRange, RawSpan) -> Void
  ) {
    guard syntax.isFormula(place, of: bytes, isKey: isKey) else {
      return append(&self, place, bytes)
    }
    var text = [UInt8(ascii: "'")]
    text += [UInt8](copying: bytes.extracting(place.range))
    text.withRawSpan { append(&self, ByteRange(offset: 0, count: $0.byteCount), $0) }
  }

  /// The two fields of a key that is base64 in CSV.
  private mutating func append(csvOther place: ByteRange, of bytes: RawSpan) {
    append(0x2c)
    append(base64: place, of: bytes)
  }
}
