// The job of `map`: which part of a file is what, from its first byte to its last. Regions touch, so
// that every byte is in one; neighbours of one kind are one region.

package import RDB
import Restore

/// What a region of a file holds.
package enum RegionKind: Hashable, Sendable {
  /// Magic and version.
  case header
  /// AUX fields.
  case aux
  /// A change of the database.
  case selectDatabase
  /// How many keys follow.
  case resize
  /// How many keys of a cluster slot follow, or are being imported.
  case slots
  /// A function library.
  case function
  /// Data of a module beside the keys.
  case moduleAux(ModuleID)
  /// Fields that hashes share.
  case hashTemplate
  /// Another opcode without keys.
  case other(RDBOpcode)
  /// Keys of one database and type.
  case records(database: UInt32, type: RDBType)
  /// The end opcode.
  case end
  /// The checksum behind it.
  case checksum
  /// Bytes behind the end of the file proper.
  case trailing
  /// Bytes that could not be read.
  case unread
}

/// A region: where, what, and how many opcodes or records.
package struct FileRegion: Hashable, Sendable {
  /// What it holds.
  package var kind: RegionKind
  /// Where it is.
  package var place: ByteRange
  /// Opcodes or records in it.
  package var count: UInt64
}

/// The regions of a file.
package struct FileMap: Sendable {
  /// The first regions, in order.
  package private(set) var regions: [FileRegion] = []
  /// All regions.
  package private(set) var regionCount: UInt64 = 0
  /// Bytes and counts by kind, in the order in which kinds are met first.
  package private(set) var totals: [FileRegion] = []
  /// The first byte that is in no region yet.
  package private(set) var end = 0
  private var places: [RegionKind: Int] = [:]
  private var last: FileRegion?
  private let limit: Int

  /// Makes a map of nothing that keeps so many regions.
  package init(limit: Int) { self.limit = limit }

  /// Adds what stands from the end of the last region on.
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
    let place = places[kind] ?? totals.count
    if place == totals.count {
      places[kind] = place
      totals.append(FileRegion(kind: kind, place: ByteRange(offset: self.end, count: 0), count: 0))
    }
    totals[place].place.count += bytes
    totals[place].count += count
    self.end = end
  }

  private mutating func flush() {
    guard let last else { return }
    regionCount += 1
    if regions.count < limit { regions.append(last) }
    self.last = nil
  }

  /// Ends the map: whatever could not be read is the last region.
  package mutating func close(at fileSize: Int) {
    add(.unread, to: fileSize)
    flush()
  }
}

/// Maps records and opcodes, one behind the other.
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

  /// Adds the opcodes up to a place, or so many of them, read again one by one.
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
        // So many opcodes may end in attributes of the next record.
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
  /// Regions are in the file's order, so one thread maps a file; maps of files are not added up.
  package mutating func merge(_ other: FileMap) {}
}

extension Backup {
  /// Maps each file: which of its bytes are what.
  ///
  /// - Parameter limit: Regions that are kept of a file.
  package func map(limit: Int) -> BackupResult<FileMap> {
    sweep(SweepRequest("mapping", Selection(now: UnixMilliseconds(0), keepsExpired: true))) { _ in
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
  /// What an opcode's region is called.
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
