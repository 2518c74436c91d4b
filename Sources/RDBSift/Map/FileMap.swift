// `map`: divides a file into adjacent regions, so that every byte is in exactly one. Adjacent regions of one kind
// are merged.

package import RDB
import Restore

/// The kind of a region.
package enum RegionKind: Hashable, Sendable {
  /// Magic and version.
  case header
  /// AUX fields.
  case aux
  /// SELECTDB.
  case selectDatabase
  /// RESIZEDB.
  case resize
  /// Slot info or slot imports.
  case slots
  /// A function library.
  case function
  /// Module AUX data.
  case moduleAux(ModuleID)
  /// A hash template.
  case hashTemplate
  /// Another opcode.
  case other(RDBOpcode)
  /// Keys of one database and type.
  case records(database: UInt32, type: RDBType)
  /// The end opcode.
  case end
  /// The checksum.
  case checksum
  /// Trailing bytes after the RDB data.
  case trailing
  /// Bytes that could not be read.
  case unread
}

/// A region of a file.
package struct FileRegion: Hashable, Sendable {
  /// The kind.
  package var kind: RegionKind
  /// The byte range.
  package var place: ByteRange
  /// The number of opcodes or records.
  package var count: UInt64
}

/// The regions of a file.
package struct FileMap: Sendable {
  /// The first regions, in order.
  package private(set) var regions: [FileRegion] = []
  /// The number of all regions.
  package private(set) var regionCount: UInt64 = 0
  /// Bytes and counts by kind, in the order of first appearance.
  package private(set) var totals: [FileRegion] = []
  /// The end of the last region.
  package private(set) var end = 0
  private var places: [RegionKind: Int] = [:]
  /// The last region, which is not in the totals yet.
  private var last: FileRegion?
  private let limit: Int

  /// Makes an empty map that keeps at most `limit` regions.
  package init(limit: Int) { self.limit = limit }

  /// Adds a region from the end of the last one to `end`.
  mutating func add(_ kind: RegionKind, to end: Int, count: UInt64 = 1) {
    guard end > self.end else { return }
    let bytes = end - self.end
    if last?.kind == kind {
      last?.place.count += bytes
      last?.count += count
    } else {
      flush()
      last = FileRegion(kind: kind, place: ByteRange(offset: self.end, count: bytes), count: count)
    }
    self.end = end
  }

  private mutating func flush() {
    guard let last else { return }
    regionCount += 1
    if regions.count < limit { regions.append(last) }
    let place = totalIndex(of: last)
    totals[place].place.count += last.place.count
    totals[place].count += last.count
    self.last = nil
  }

  /// The index of the total that a region belongs to.
  private mutating func totalIndex(of region: FileRegion) -> Int {
    // Regions are often a record long, and most files have few kinds: comparing them is faster than a hash.
    for index in 0..<min(totals.count, 16) where totals[index].kind == region.kind { return index }
    if let place = places[region.kind] { return place }
    let place = totals.count
    places[region.kind] = place
    totals.append(
      FileRegion(
        kind: region.kind, place: ByteRange(offset: region.place.offset, count: 0), count: 0))
    return place
  }

  /// Ends the map; the bytes that could not be read are the last region.
  package mutating func close(at fileSize: Int) {
    add(.unread, to: fileSize)
    flush()
  }
}

/// Maps records and opcodes in file order.
struct MapVisitor: RecordVisitor, ~Copyable {
  static var needsOrder: Bool { true }

  private var map: FileMap

  init(limit: Int) {
    map = FileMap(limit: limit)
    map.add(.header, to: RDBHeader.byteCount)
  }

  mutating func visit(_ event: RDBEvent, in bytes: RawSpan, _ context: borrowing VisitContext) {
    guard case .end(at: let place, checksum: let checksum) = event else {
      return addOpcodes(1, to: bytes.byteCount, in: bytes, context.values)
    }
    map.add(.end, to: place + 1)
    if checksum != nil { map.add(.checksum, to: place + 9) }
    map.add(.trailing, to: bytes.byteCount)
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) {
    if record.start > map.end { addOpcodes(to: record.start, in: bytes, context.values) }
    map.add(.records(database: record.database, type: record.type), to: record.end)
  }

  /// Adds at most `count` opcodes up to `end`; scans them again one by one.
  private mutating func addOpcodes(
    _ count: Int = .max, to end: Int, in bytes: RawSpan, _ context: ValueContext
  ) {
    guard let header = try? RDBHeader(parsing: bytes) else { return }
    var left = count
    var scanner = RDBScanner(
      header: header, resuming: ScanState(offset: map.end), context: context)
    var batch = RecordBatch(capacity: 1)
    while map.end < end, left > 0 {
      left -= 1
      batch.removeAll()
      guard (try? scanner.scan(bytes, until: map.end + 1, into: &batch)) != nil,
        scanner.state.offset > map.end, let event = batch.events.last?.event
      else {
        // A counted run may end in attributes of the next record.
        if count == .max { map.add(.unread, to: end) }
        return
      }
      if case .end = event { return }
      map.add(RegionKind(event), to: min(scanner.state.offset, end))
    }
  }

  consuming func finish() -> FileMap { map }
}

extension FileMap: Mergeable {
  /// Does nothing: one thread maps a file, and maps of files stay separate.
  package mutating func merge(_ other: FileMap) {}
}

extension Backup {
  /// Maps each file.
  ///
  /// - Parameter limit: The number of regions to keep per file.
  /// - Returns: A map per file.
  package func map(limit: Int) -> BackupResult<FileMap> {
    sweep(SweepRequest("mapping", RestoreSelection(now: UnixMilliseconds(0), keepsExpired: true))) {
      _ in
      MapVisitor(limit: limit)
    }
    .mapSummaries { _, result in
      var map = result.summary
      map.close(at: result.size)
      return map
    }
  }
}

extension RegionKind {
  /// The kind of region of an opcode.
  fileprivate init(_ event: RDBEvent) {
    switch event {
    case .aux: self = .aux
    case .selectDatabase: self = .selectDatabase
    case .resize: self = .resize
    case .slotInfo, .slotImport: self = .slots
    case .function, .functionPreGA: self = .function
    case .moduleAux(module: let module, _): self = .moduleAux(module)
    case .hashTemplate: self = .hashTemplate
    case .other(let opcode, _): self = .other(opcode)
    case .end: self = .end
    }
  }
}
