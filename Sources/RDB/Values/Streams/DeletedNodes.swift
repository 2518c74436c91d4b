// Nodes of a stream of which all entries are deleted. Servers keep and load them; since 2026 they refuse
// them in payloads of RESTORE.

extension RDBRecord {
  /// Nodes of a stream that hold deleted entries only; 0 for other values.
  ///
  /// - Parameters:
  ///   - bytes: The bytes that the record was scanned from.
  ///   - scratch: Where nodes are unpacked.
  /// - Returns: How many there are.
  /// - Throws: An error in the nodes.
  package func deletedNodes(
    in bytes: RawSpan, _ scratch: inout Scratch
  ) throws(RDBError) -> Int {
    guard type.shape(in: .redis) == .stream else { return 0 }
    var at = valueOffset
    var deleted = 0
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
      try bytes.skipString(&at)
      let place = at
      let node = try bytes.readString(&at)
      try withPacked(node, Listpack.self, at: place, in: bytes, &scratch) {
        blob, _, packed throws(RDBError) in
        // The first entry is the number of entries that are not deleted.
        if try packed.entry(in: blob, checked: false) == .integer(0) { deleted += 1 }
      }
    }
    return deleted
  }
}
