// What could be saved, and what another server would take.

import Memory
import RDB
import RDBSift

extension StatisticsReport {
  /// Advice, each in one row.
  var adviceRows: [Fields] { savings + stragglers(below: root) }

  private var savings: [Fields] {
    statistics.overLimits.savings.filter { $0.keys > 0 }.map { saving in
      advice(
        "raise_limit",
        "\(saving.limit.rawValue) \(Formatting.count(saving.needed)) packs "
          + "\(Formatting.count(saving.keys, "more key", "more keys"))",
        saving.keys, saving.bytes)
    }
  }

  /// Prefixes of which most keys expire and some never do.
  private func stragglers(below node: PrefixSummary) -> [Fields] {
    node.children.flatMap { child -> [Fields] in
      let total = child.total
      let isMixed = total.persistent > 0 && share(total.persistent, of: total.keys) < 0.1
      guard isMixed else { return stragglers(below: child) }
      let text =
        "\(Formatting.count(total.persistent, "key", "keys")) of \(Formatting.count(total.keys)) "
        + "with the prefix \(mask.text(child.prefix)) never expire; the others do"
      return [advice("missing_ttl", text, total.persistent, nil)]
    }
  }

  private func advice(
    _ kind: String, _ text: String, _ keys: UInt64, _ bytes: UInt64?
  ) -> Fields {
    [
      "kind": .text(kind), "advice": .text(text).shown, "keys": .count(keys).shown,
      "saves": bytes.map { Value.bytes($0).shown("saves about") }
        ?? Value.null.shown("saves about"),
    ]
  }

  /// The same keys under another server or other limits.
  var whatIf: PagePart {
    guard let words = options.whatIf, let other = statistics.request.whatIf else {
      return PagePart(id: "what_if", title: "What if")
    }
    let groups = statistics.groups { $0.shape }
    let shapes = ValueShape.allCases.map { $0 as ValueShape? } + [nil]
    var rows = shapes.compactMap { shape in
      groups[shape].map { comparison(shape?.name ?? "unknown", $0) }
    }
    rows.append(comparison("all", total))
    return PagePart(
      id: "what_if", title: "What if: \(Formatting.key(words.utf8, width: 80))", rows: rows,
      notes: ["\(chosen.model.name) now, \(other.model.name) then; values packed by the limits."])
  }

  private func comparison(_ type: String, _ group: KeyGroup) -> Fields {
    let change = Int(group.otherMemory) - Int(group.memory)
    let ratio = share(change.magnitude.asUInt64, of: group.memory)
    let words = (change < 0 ? "-" : "+") + Formatting.percent(ratio)
    return [
      "type": .text(type).shown, "memory": .bytes(group.memory).shown("now"),
      "other_memory": .bytes(group.otherMemory).shown("then"),
      "change": .bytes(change).shown, "ratio": .text(words).shown("in percent"),
    ]
  }
}

extension UInt {
  fileprivate var asUInt64: UInt64 { UInt64(self) }
}
