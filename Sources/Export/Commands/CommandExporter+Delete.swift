// Deletions of keys that are not there at the moment of a restore.

import RDB

extension CommandExporter {
  /// Deletes a key.
  package mutating func delete(_ key: RawSpan, in database: UInt32) {
    select(database)
    appendDeleteHead()
    output.write(atMost: OutputCursor.bulkOverhead &+ key.byteCount) {
      $0.appendBulk(ByteRange(offset: 0, count: key.byteCount), of: key)
    }
  }
}
