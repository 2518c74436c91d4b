// Reading a part of a file by itself: what a reader has to know that begins between two records.

/// A place between records, and what the file says before it that the meaning of what follows depends on.
package struct ScanStart: Hashable, Sendable {
  /// The next byte to read.
  package var offset: Int
  /// The database of the keys that follow.
  package var database: UInt32 = 0
  /// The slot of the keys that follow, if the file states it.
  package var slot: UInt16?
  /// The dialect of what follows.
  package var dialect: RDBDialect
  /// The offsets of the hash templates that are defined between the first key and this place, ascending.
  package var templates: [Int] = []

  /// Makes a start that follows no hash template.
  package init(offset: Int, dialect: RDBDialect) {
    self.offset = offset
    self.dialect = dialect
  }
}

extension RDBScanner {
  /// Where another reader can go on: here, or at the first attribute of the record that is being read.
  package var start: ScanStart {
    let offset = state.pending.start < 0 ? state.offset : state.pending.start
    var start = ScanStart(offset: offset, dialect: context.dialect)
    start.database = state.database
    start.slot = state.slot == 0xffff ? nil : state.slot
    return start
  }

  /// Whether the scan has stopped at an offset that is between records.
  package func isBetweenRecords(at offset: Int) -> Bool {
    !state.isEnded && state.offset == offset && state.pending.start < 0
  }

  /// A scanner that goes on at a start.
  ///
  /// - Parameters:
  ///   - start: A place after the first key of the file, before which this scanner has stopped.
  ///   - bytes: The whole file.
  /// - Returns: The scanner; nil if the file does not have what the start names.
  package func resumed(at start: ScanStart, in bytes: RawSpan) -> RDBScanner? {
    guard start.offset > state.offset, start.offset < bytes.byteCount,
      start.dialect == context.dialect || start.dialect == .dragonfly
    else { return nil }
    var scanner = self
    var next = state.offset
    for offset in start.templates {
      guard offset >= next, offset < start.offset,
        RDBOpcode(bytes.byte(at: offset)) == .hashTemplate
      else { return nil }
      next = offset + 1
      guard let event = try? scanner.readOpcode(.hashTemplate, in: bytes, &next),
        case .hashTemplate = event, next <= start.offset
      else { return nil }
    }
    scanner.context.dialect = start.dialect
    scanner.state = ScanState(offset: start.offset, database: start.database)
    scanner.state.slot = start.slot ?? 0xffff
    return scanner
  }
}
