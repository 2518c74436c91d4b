// What `map` shows: regions in the file's order, then each kind's share.

import RDB
import RDBSift

struct MapScreen {
  let console: Console
  let file: OpenFile
  let size: Int
  let map: FileMap
  let dialect: RDBDialect

  func text() -> String {
    var regions = TextTable([
      .right("from"), .right("to"), .right("bytes"), .left("what"), .right("count"),
    ])
    for region in map.regions {
      regions.add([
        HumanText.count(region.place.offset), HumanText.count(region.place.end),
        HumanText.count(region.place.count), name(region.kind), HumanText.count(region.count),
      ])
    }
    let left = map.regionCount - UInt64(map.regions.count)
    let more = left > 0 ? "… \(HumanText.count(left, "more region", "more regions"))\n" : ""
    var kinds = TextTable([.left("kind"), .right("count"), .right("bytes"), .right("share")])
    for kind in sortedKinds {
      kinds.add([
        name(kind.kind), HumanText.count(kind.count), HumanText.count(kind.place.count),
        share(kind.place.count),
      ])
    }
    let style: (String) -> String = { console.output.styled($0, .bold) }
    let width = console.output.width
    return regions.text(width: width, title: style) + more + "\n"
      + kinds.text(width: width, title: style)
  }

  /// Kinds, the largest first.
  private var sortedKinds: [FileRegion] {
    map.totals.enumerated().sorted { a, b in
      (b.element.place.count, a.offset) < (a.element.place.count, b.offset)
    }.map(\.element)
  }

  /// Hundredths of a percent, spelled without rounding up to a whole that is none.
  private func share(_ bytes: Int) -> String {
    guard size > 0 else { return "" }
    let share = Int(Double(bytes) / Double(size) * 10_000)
    let digits = String(share % 100)
    return "\(share / 100).\(digits.count == 1 ? "0" : "")\(digits) %"
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

  /// An opcode of Dragonfly's, which carries no keys.
  private func name(_ opcode: RDBOpcode) -> String {
    switch opcode.rawValue {
    case 200: "end of the full sync"
    case 210: "journal entries"
    case 211: "offset in the journal"
    default: "opcode \(opcode.rawValue)"
    }
  }

  func json() -> JSONValue {
    .object([
      "file": .text(file.path), "size": .count(size),
      "sha256": file.sha256, "region_count": .count(map.regionCount),
      "regions": .array(
        map.regions.map { region in
          .object([
            "offset": .count(region.place.offset), "bytes": .count(region.place.count),
            "what": .text(name(region.kind)), "count": .count(region.count),
          ])
        }),
      "by_kind": .array(
        sortedKinds.map { kind in
          .object([
            "what": .text(name(kind.kind)), "bytes": .count(kind.place.count),
            "count": .count(kind.count),
          ])
        }),
    ])
  }
}
