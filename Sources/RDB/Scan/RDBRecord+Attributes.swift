// Everything between a record's first byte and its type byte: attributes in the order in which the
// server wrote them, and in odd files opcodes that concern something else.

extension RDBRecord {
  /// Passes the ranges of a record's attributes to `body`, except its expiry.
  ///
  /// Opcodes among them that concern something else are left out too: the scan reports those as
  /// events.
  ///
  /// - Parameters:
  ///   - bytes: The part of the file that holds the record; places are relative to it.
  ///   - context: What the file says about the meaning of opcodes.
  ///   - body: Called with each place, in order.
  /// - Throws: An error only if `bytes` are not the bytes the record was scanned from.
  package func attributes(
    in bytes: RawSpan, _ context: ValueContext, _ body: (ByteRange) -> Void
  ) throws(RDBError) {
    var at = start
    let end = offset
    while at < end {
      let first = at
      let opcode = RDBOpcode(try bytes.readByte(&at))
      let isKept: Bool
      switch opcode {
      case .expireTimeMS:
        _ = try bytes.take(8, &at)
        isKept = false
      case .expireTime:
        _ = try bytes.take(4, &at)
        isKept = false
      case .freq:
        _ = try bytes.take(1, &at)
        isKept = true
      case .idle:
        _ = try bytes.readLength(&at)
        isKept = true
      default: isKept = try skipRareAttribute(opcode, in: bytes, &at, context)
      }
      if isKept { body(ByteRange(offset: first, count: at &- first)) }
    }
  }

  /// The range of the metadata that modules keep for the key (Redis 8.6): the whole opcode.
  ///
  /// - Parameters:
  ///   - bytes: The part of the file that holds the record.
  ///   - context: What the file says about the meaning of opcodes.
  /// - Returns: The last such opcode before the type, nil if there is none.
  package func metadata(
    in bytes: RawSpan, _ context: ValueContext
  ) -> ByteRange? {
    guard hasKeyMeta else { return nil }
    var found: ByteRange?
    // What was scanned can be read again; otherwise there is no result.
    try? attributes(in: bytes, context) { place in
      guard RDBOpcode(bytes.byte(at: place.offset)) == .keyMetaOrSlotImport else { return }
      found = ByteRange(offset: place.offset, count: place.count)
    }
    return found
  }

  /// Skips any other opcode, as the scan did.
  /// - Returns: Whether it is an attribute.
  @inline(never)
  private func skipRareAttribute(
    _ opcode: RDBOpcode, in bytes: RawSpan, _ at: inout Int, _ context: ValueContext
  ) throws(RDBError) -> Bool {
    // A file may be recognised as Dragonfly's only after this opcode, which was then read as Redis's.
    let dialect: RDBDialect = context.dialect == .valkey ? .valkey : .redis
    var scanner = RDBScanner(
      header: RDBHeader(isValkey: dialect == .valkey, version: 1),
      resuming: ScanState(offset: at), context: ValueContext(dialect: dialect))
    return try scanner.readOpcode(opcode, in: bytes, &at) == nil
  }
}
