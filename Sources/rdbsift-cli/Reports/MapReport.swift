// What `map` reports: regions in the file's order, then the share of each kind.

import RDB
import RDBSift

/// Which bytes of a file are what.
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
    let regions = map.regions.map(row)
    let left = map.regionCount - UInt64(map.regions.count)
    let kinds = sortedKinds.map(kindRow)
    return Report(
      command: "map", heading: Messages.spelled(subject.path),
      facts: subject.fields + [
        Field("region_count", .count(map.regionCount)), Field("regions", .rows(regions)),
        Field("by_kind", .rows(kinds)),
      ],
      sections: [
        .table(
          regions,
          more: left > 0 ? "… \(Formatting.count(left, "more region", "more regions"))" : nil),
        .table(kinds),
      ])
  }

  private func row(_ region: FileRegion) -> [Field] {
    [
      Field("offset", title: "from", .count(region.place.offset)),
      Field(title: "to", .count(region.place.end)),
      Field("bytes", title: "bytes", .count(region.place.count)),
      Field("what", title: "what", .text(name(region.kind))),
      Field("count", title: "count", .count(region.count)),
    ]
  }
  private func kindRow(_ kind: FileRegion) -> [Field] {
    let bytes = kind.place.count
    let isKnown = subject.size > 0
    return [
      Field("what", title: "kind", .text(name(kind.kind))),
      Field(title: "count", .count(kind.count)),
      Field("bytes", title: "bytes", .count(bytes)), Field("count", .count(kind.count)),
      Field(
        title: "share", isKnown ? .share(Double(bytes) / Double(subject.size)) : .null),
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
    case .moduleAux(let module): "data of module \(module.name)"
    case .hashTemplate: "hash templates"
    case .other(let opcode): name(opcode)
    case .records(database: let database, type: let type):
      "db \(database) \(type.shape(in: dialect)?.name ?? "?") \(type.encoding(in: dialect).name)"
    case .end: "end"
    case .checksum: "checksum"
    case .trailing: "behind the end"
    case .unread: "not read"
    }
  }

  /// An opcode of Dragonfly's that carries no keys.
  private func name(_ opcode: RDBOpcode) -> String {
    switch opcode {
    case .dragonflyFullSyncEnd: "end of the full sync"
    case .dragonflyJournalBlob: "journal entries"
    case .dragonflyJournalOffset: "offset in the journal"
    default: "opcode \(opcode.rawValue)"
    }
  }
}

extension Report {
  /// What is where in several files.
  static func map(_ files: [Report]) -> Report {
    var report = Report("map", files: files)
    report.sections = [.files(files)]
    return report
  }
}
