// Deleted entries of a stream. They stay in their listpack until all of its entries are deleted.

package import RDB

/// A deleted entry that is still stored.
package struct DeletedEntry: Hashable, Sendable {
  /// The entry ID.
  package var id: StreamID
  /// The bytes of fields and values, alternating.
  package var fields: [[UInt8]] = []
  /// The file offset of its first field or value; nil in a compressed node.
  package var offset: Int?
}

/// Collects deleted entries.
package struct DeletedEntrySink: ValueSink, ~Copyable {
  package static var decodes: Bool { true }
  package static var accepts: ValueContent { .all }

  /// The entries in stream order.
  package private(set) var entries: [DeletedEntry] = []
  private let file: FileAddress
  private var isIn = false
  private var scratch = Scratch()

  /// Makes a sink for a stream in a file.
  package init(_ bytes: RawSpan) { file = FileAddress(bytes) }

  package mutating func begin(_ shape: ValueShape, count: Int?) {}
  package mutating func item(_ item: StringObject, in bytes: RawSpan) {}
  package mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {}

  package mutating func stream(_ part: StreamPart, in bytes: RawSpan) {
    isIn = false
    guard case .entry(let id, isDeleted: true, fields: _) = part else { return }
    entries.append(DeletedEntry(id: id))
    isIn = true
  }

  package mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    guard isIn, !entries.isEmpty else { return }
    let last = entries.count - 1
    if entries[last].offset == nil, case .raw(let place) = value {
      entries[last].offset = file.offset(of: bytes.extracting(place.range))
    }
    for text in [field, value] {
      let unpacked = try scratch.withBytes(of: text, in: bytes) { (text) throws(RDBError) in
        Array(copying: text)
      }
      entries[last].fields.append(unpacked)
    }
  }
}
