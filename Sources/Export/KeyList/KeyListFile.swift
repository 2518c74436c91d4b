// A list of exact keys that `--keys-file` reads back: a title, then a key per line, escaped as in TSV.
// The empty key is an empty line.

import RDB

/// Encodes keys as lines of a key file.
package struct KeyListFile: KeyRowEncoder {
  /// The first line.
  package static let title = "# rdbsift keylist"

  /// Creates an encoder.
  package init() {}

  /// Lines end by themselves.
  package var separator: StaticString? { nil }

  /// Writes the title.
  package func begin(_ output: inout OutputBuffer) {
    output.append(text: KeyListFile.title)
    output.append(0x0a)
  }

  /// Writes the key of a row.
  package func append(_ row: KeyRow, in keyBytes: RawSpan, to output: inout OutputBuffer) {
    output.append(tsv: row.key, of: keyBytes)
    output.append(0x0a)
  }

  /// Writes nothing.
  package func end(_ output: inout OutputBuffer, isEmpty: Bool) {}
}
