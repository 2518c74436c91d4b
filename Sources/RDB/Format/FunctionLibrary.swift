// The first line of a function library's source:
//
//   #!<engine> name=<name>
//
// Servers split it at spaces and allow the parts after the engine in any order; `name` is the
// only one that exists.

/// What the first line of a function library states.
package struct FunctionLibrary: Hashable, BitwiseCopyable, Sendable {
  /// Where the engine's name is, such as `LUA`; servers take it in any case.
  package var engine: ByteRange
  /// Where the library's name is.
  package var name: ByteRange

  /// Reads the first line of a library's source; nil if it is not what servers write there.
  package init?(source: RawSpan) {
    guard source.starts(with: FunctionLibrary.mark) else { return nil }
    var at = FunctionLibrary.mark.count
    guard let engine = FunctionLibrary.word(in: source, &at), engine.offset == 2 else { return nil }
    var name: ByteRange?
    while let word = FunctionLibrary.word(in: source, &at) {
      let label = FunctionLibrary.label
      guard name == nil, source.extracting(word.range).starts(with: label) else { return nil }
      name = ByteRange(offset: word.offset + label.count, count: word.count - label.count)
    }
    guard let name, name.count > 0, at < source.byteCount else { return nil }
    for offset in name.range where !FunctionLibrary.isNameByte(source.byte(at: offset)) {
      return nil
    }
    self.engine = engine
    self.name = name
  }

  private static let mark = Array("#!".utf8)
  private static let label = Array("name=".utf8)

  /// The next word of the line; nil at its end.
  private static func word(in source: RawSpan, _ at: inout Int) -> ByteRange? {
    while at < source.byteCount, isSpace(source.byte(at: at)) { at += 1 }
    let start = at
    while at < source.byteCount, !isSpace(source.byte(at: at)), source.byte(at: at) != 0x0a {
      at += 1
    }
    return at > start ? ByteRange(offset: start, count: at - start) : nil
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0d
  }
}
