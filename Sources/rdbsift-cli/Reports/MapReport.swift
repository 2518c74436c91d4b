// The `map` report: regions in file order, then the share of each kind.

import RDB
import RDBSift

/// The regions of a file.
struct MapReport {
  let map: FileMap
  let dialect: RDBDialect
  let subject: ReportSubject

  init(_ result: SweepResult<FileMap>, _ subject: ReportSubject) {
    map = result.summary
    dialect = result.metadata.dialect
    self.subject = subject
  }

  var report: Report {
    let (regions, kinds) = (map.regions.map(row), sortedKinds.map(kindRow))
    let left = map.regionCount - UInt64(map.regions.count)
    let more = "… \(Formatting.count(left, "more region", "more regions"))"
    return Report(
      command: "map", heading: Messages.spelled(subject.path),
      facts: subject.facts + [
        "region_count": .count(map.regionCount), "regions": .rows(regions),
        "by_kind": .rows(kinds),
      ], sections: [.table(regions, more: left > 0 ? more : nil), .table(kinds)])
  }

  private func row(_ region: FileRegion) -> Fields {
    let place = region.place
    return [
      "offset": .count(place.offset).shown("from"), "to": .textOnly(.count(place.end)),
      "bytes": .count(place.count).shown, "what": .text(name(region.kind)).shown,
      "count": .count(region.count).shown,
    ]
  }

  private func kindRow(_ kind: FileRegion) -> Fields {
    let bytes = kind.place.count
    let share = subject.size > 0 ? Value.share(Double(bytes) / Double(subject.size)) : .null
    return [
      "what": .text(name(kind.kind)).shown("kind"), "count": .textOnly(.count(kind.count)),
      "bytes": .count(bytes).shown, "count": .count(kind.count), "share": .textOnly(share),
    ]
  }

  /// Kinds, the largest first.
  private var sortedKinds: [FileRegion] {
    map.totals.enumerated().sorted { a, b in
      (b.element.place.count, a.offset) < (a.element.place.count, b.offset)
    }.map(\.element)
  }

  private func name(_ kind: RegionKind) -> String {
    switch kind {
    case .header: "header"
    case .aux: "AUX fields"
    case .selectDatabase: "SELECTDB"
    case .resize: "RESIZEDB"
    case .slots: "cluster slots"
    case .function: "function libraries"
    case .moduleAux(let module): "module data \(module.name)"
    case .hashTemplate: "hash templates"
    case .other(let opcode): name(opcode)
    case .records(database: let database, type: let type):
      "db \(database) \(type.shape(in: dialect)?.name ?? "?") \(type.encoding(in: dialect).name)"
    case .end: "end"
    case .checksum: "checksum"
    case .trailing: "trailing data"
    case .unread: "not read"
    }
  }

  /// A Dragonfly opcode that carries no keys.
  private func name(_ opcode: RDBOpcode) -> String {
    switch opcode {
    case .dragonflyFullSyncEnd: "end of the full sync"
    case .dragonflyJournalBlob: "journal entries"
    case .dragonflyJournalOffset: "offset in the journal"
    default: "opcode \(opcode.rawValue)"
    }
  }
}
