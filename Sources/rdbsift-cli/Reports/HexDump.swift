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

  /// The lines of a record.
  func text(_ record: RDBRecord, _ trace: RecordTrace, in bytes: RawSpan) -> String {
    var text = ""
    for part in trace.parts {
      text += lines(part, of: bytes)
      if case .lzf = part.kind,
        let inflated = trace.inflated.first(where: { $0.source == part.place })
      {
        let size = Formatting.count(inflated.bytes.count, "byte", "bytes")
        text += "          decompresses to \(size)\n"
        inflated.bytes.withRawSpan { unpacked in
          for inner in inflated.parts { text += lines(inner, of: unpacked, mark: "+") }
        }
      }
    }
    return text
  }

  private func lines(_ part: TracePart, of bytes: RawSpan, mark: String = " ") -> String {
    var text = ""
    let whole = part.place.count
    let shown = limit > 0 ? min(whole, max(limit, HexDump.width)) : whole
    var at = 0
    while at < shown {
      let count = min(HexDump.width, shown - at)
      let place = ByteRange(offset: part.place.offset + at, count: count)
      text += line(place, of: bytes, mark, at == 0 ? label(part, of: bytes) : "")
      at += count
    }
    if shown < whole { text += "          … \(Formatting.count(whole - shown)) more bytes\n" }
    return text
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
