// The CSV of rdbtools' memory report, which many scripts read. Its words: `sortedset` for zset, `string` as
// the encoding of strings, whose elements are their bytes; expiries as Python writes them.

import Export
import RDB

/// Encodes keys as rdbtools does.
struct RDBToolsRow: KeyRowEncoder {
  let syntax: RowSyntax
  var separator: StaticString? { nil }

  func begin(_ output: inout OutputBuffer) {
    output.append(
      "database,type,key,size_in_bytes,encoding,num_elements,len_largest_element,expiry\n")
  }

  func append(_ row: KeyRow, in keyBytes: RawSpan, to output: inout OutputBuffer) {
    let shape = row.record.type.shape(in: row.dialect)
    let isString = shape == .string
    let measure = row.measure ?? KeyMeasure(memory: nil, elements: 0, longest: 0)
    output.append(decimal: UInt64(row.record.database))
    output.append(0x2c)
    output.append(shape == .sortedSet ? "sortedset" : shape?.text ?? "unknown")
    output.append(0x2c)
    output.append(row.key, of: keyBytes, as: syntax)
    output.append(0x2c)
    output.append(decimal: Int64(measure.memory ?? 0))
    output.append(0x2c)
    output.append(isString ? "string" : row.record.encoding(in: row.dialect).text)
    output.append(0x2c)
    output.append(decimal: Int64(isString ? measure.longest : measure.elements))
    output.append(0x2c)
    output.append(decimal: Int64(measure.longest))
    output.append(0x2c)
    if let expiry = row.record.expiry { output.append(text: RDBToolsRow.isoTime(expiry)) }
    output.append(0x0a)
  }

  func end(_ output: inout OutputBuffer, isEmpty: Bool) {}

  /// A time as Python's `isoformat` writes it: with microseconds unless they are zero.
  private static func isoTime(_ instant: UnixMilliseconds) -> String {
    let text = Formatting.instant(instant).dropLast().replacing(" ", with: "T")
    return text.contains(".") ? "\(text)000" : String(text)
  }
}
