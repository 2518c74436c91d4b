// The output of `show --hex`: the bytes of a record, part by part, with labels.

import Export
import RDB
import RDBSift
import Storage

/// The bytes of records.
struct HexDump {
  let dialect: RDBDialect
  /// The number of bytes shown of each part; 0 means all.
  let limit: Int

  private static let width = 16

  /// Bytes of text that are kept until they are written.
  private static let kept = 1 << 16

  /// Writes the lines of a record, some of them at a time.
  func write(
    _ trace: RecordTrace, in bytes: RawSpan, to body: (String) throws -> Void
  ) throws {
    var text = ""
    var inflated = trace.inflated[...]
    for part in trace.parts {
      try add(part, of: bytes, to: &text, body)
      guard case .lzf(let count) = part.kind else { continue }
      text += "          decompresses to \(Formatting.count(count, "byte", "bytes"))\n"
      guard let next = inflated.first, next.source == part.place else { continue }
      inflated.removeFirst()
      try next.bytes.withRawSpan { unpacked in
        for inner in next.parts { try add(inner, of: unpacked, mark: "+", to: &text, body) }
      }
    }
    try body(text)
  }

  private func add(
    _ part: TracePart, of bytes: RawSpan, mark: String = " ", to text: inout String,
    _ body: (String) throws -> Void
  ) throws {
    let whole = part.place.count
    let shown = limit > 0 ? min(whole, max(limit, HexDump.width)) : whole
    var at = 0
    while at < shown {
      let count = min(HexDump.width, shown - at)
      let place = ByteRange(offset: part.place.offset + at, count: count)
      text += line(place, of: bytes, mark, at == 0 ? label(part, of: bytes) : "")
      at += count
      if text.utf8.count >= HexDump.kept {
        try body(text)
        text.removeAll(keepingCapacity: true)
      }
    }
    if shown < whole { text += "          … \(Formatting.count(whole - shown)) more bytes\n" }
  }

  private func line(
    _ place: ByteRange, of bytes: RawSpan, _ mark: String, _ label: String
  ) -> String {
    let row = [UInt8](copying: bytes.extracting(place.range))
    let hex = row.map { Formatting.hex($0) }.joined(separator: " ")
    let characters = String(
      decoding: row.map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
    let offset = Formatting.hex(place.offset, digits: 8)
    let left = "\(mark)\(offset)  \(hex)" + String(repeating: " ", count: 3 * (16 - row.count))
    let middle = "  \(characters)" + String(repeating: " ", count: 16 - row.count)
    return label.isEmpty ? "\(left)  \(characters)\n" : "\(left)\(middle)  \(label)\n"
  }

  private func label(_ part: TracePart, of bytes: RawSpan) -> String {
    HexLabel(dialect: dialect).text(part, of: bytes)
  }
}
