import Memory
import RDB
import RDBSift

extension StatisticsReport {
  /// The parts, in the order in which they are read.
  var parts: [PagePart] {
    [
      prefixes, ranked("largest_keys", "Largest keys", statistics.largest, nil), types, kinds,
      databases, expirySpans, massExpiries,
      PagePart(id: "advice", title: "Advice", rows: adviceRows), whatIf,
      ranked("most_elements", "Most elements", statistics.longest, nil),
      ranked("largest_elements", "Largest elements", statistics.widest, "element"),
      ranked("longest_idle", "Longest idle", statistics.idlest, "idle"),
      ranked("most_used", "Most used (LFU)", statistics.hottest, "frequency"), shards, slots,
      sizes,
    ]
  }

  // MARK: Prefixes

  private var prefixes: PagePart {
    var rows: [Fields] = []
    append(root, level: 0, to: &rows)
    let notes =
      statistics.isPrefixPartial
      ? ["Prefixes were dropped to bound memory: counts of single prefixes may be too low."] : []
    return PagePart(
      id: "prefixes", title: "Prefixes", rows: total.keys == 0 ? [] : rows,
      notes: total.keys == 0 ? [] : notes, picture: .icicle(area(root, isRoot: true)))
  }

  private func append(_ node: PrefixSummary, level: Int, to rows: inout [Fields]) {
    let total = node.total
    rows.append(
      [
        "prefix": level == 0
          ? Value.key([]).shown(as: .text("(all keys)")) : mask.value(node.prefix).shown,
        "level": .count(level), "keys": .count(total.keys).shown,
        "memory": .bytes(total.memory).shown,
        "share": .share(share(total.memory, of: self.total.memory)).shown,
        "keys_without_ttl": .count(total.persistent),
        "no_ttl": .share(share(total.persistent, of: total.keys)).shown("no TTL"),
        "expired": .count(total.expired).shown,
        "average_ttl_s": .count(total.averageTTL)
          .shown("average TTL", as: .duration(total.averageTTL)),
        "average_idle_s": .count(total.averageIdle)
          .shown("idle", as: .duration(total.averageIdle), if: self.root.total.idleKeys > 0),
        "own_keys": .count(node.own.keys), "own_memory": .bytes(node.own.memory),
        "other_keys": .count(node.other.keys).shown("in others"),
        "other_memory": .bytes(node.other.memory),
      ])
    for child in node.children { append(child, level: level + 1, to: &rows) }
  }

  private func area(_ node: PrefixSummary, isRoot: Bool = false) -> PageArea {
    PageArea(
      name: isRoot ? .text("all keys") : mask.value(node.prefix, width: 40),
      memory: node.total.memory,
      words: "\(Formatting.size(Int(node.total.memory))), "
        + Formatting.count(node.total.keys, "key", "keys"),
      children: node.children.map { area($0) })
  }

  // MARK: Kinds

  private var types: PagePart {
    let groups = statistics.groups { $0.shape }
    let rows = (ValueShape.allCases.map { $0 as ValueShape? } + [nil]).compactMap { shape in
      groups[shape].map { ["type": .text(shape?.name ?? "unknown").shown] + counts($0) }
    }
    return PagePart(id: "types", title: "Types", rows: rows)
  }

  private var kinds: PagePart {
    let rows: [Fields] = statistics.sortedKinds.map { kind, group in
      [
        "db": .number(kind.database).shown, "type": .text(kind.shape?.name ?? "unknown").shown,
        "encoding": .text(kind.encoding.name).shown,
      ] + counts(group)
    }
    return PagePart(id: "kinds", title: "Types and encodings", rows: rows)
  }

  private var databases: PagePart {
    let rows = statistics.groups { $0.database }.sorted { $0.key < $1.key }.map {
      ["db": .number($0.key).shown] + counts($0.value)
    }
    return PagePart(id: "databases", title: "Databases", rows: rows.count > 1 ? rows : [])
  }

  private func counts(_ group: KeyGroup) -> Fields {
    func quantile(_ part: Double) -> Value { .bytes(group.sizes.quantile(part)) }
    let isUnknown = group.unknownKeys == group.keys
    return [
      "keys": .count(group.keys).shown,
      "memory": .bytes(group.memory).shown(as: isUnknown ? .text("unknown") : nil),
      "share": .share(share(group.memory, of: total.memory)).shown,
      "average": .bytes(group.average).shown, "p50": quantile(0.5).shown,
      "p90": quantile(0.9).shown, "p99": quantile(0.99).shown,
      "max": .bytes(group.sizes.most).shown,
      "elements": .count(group.elements).shown, "largest_element": .bytes(group.longest).shown,
      "keys_without_ttl": .count(group.persistent),
      "no_ttl": .share(share(group.persistent, of: group.keys)).shown("no TTL"),
      "expired": .count(group.expired).shown, "record_bytes": .bytes(group.stored),
      "estimated_keys": .count(group.count(.estimated).keys),
      "unknown_keys": .count(group.unknownKeys),
    ]
  }

  // MARK: Keys

  private func ranked(
    _ id: StaticString, _ title: String, _ top: TopKeys, _ number: String?
  ) -> PagePart {
    let rows: [Fields] = top.keys.map { key in
      let ranked: Value =
        switch number {
        case "element": .bytes(key.number).shown("largest element")
        case "idle": .number(Int64(key.number)).shown("idle", as: .duration(UInt64(key.number)))
        case "frequency": .count(key.number).shown("counter")
        default: .number(Int64(key.number))
        }
      return [
        "key": mask.value(key.key).shown, "db": .number(key.database).shown,
        "type": .text(key.shape?.name ?? "unknown").shown,
        "encoding": .text(key.encoding.name).shown, "memory": .bytes(key.memory).shown,
        "elements": .count(key.elements).shown, "ranked_by": ranked,
        "expire_ms": .instant(key.expiry).shown("expires"),
      ]
    }
    return PagePart(
      id: id, title: title, rows: rows, picture: bars(top.keys.map { Double($0.number) }))
  }

  func bars(_ numbers: [Double]) -> PagePicture? {
    guard let most = numbers.max(), most > 0 else { return nil }
    return .bars(numbers.map { $0 / most })
  }
}

extension Value {
  /// Seconds in words; nothing if they are not known.
  static func duration(_ seconds: UInt64?) -> Value {
    guard let seconds else { return .text("") }
    let (milliseconds, isWide) = Int64(clamping: seconds).multipliedReportingOverflow(by: 1000)
    return .text(Formatting.duration(milliseconds: isWide ? .max : milliseconds))
  }
}
