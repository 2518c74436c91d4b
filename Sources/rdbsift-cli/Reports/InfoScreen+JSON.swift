// What `info` tells a program. Members are only ever added.

import RDB
import RDBSift

extension InfoScreen {
  /// The whole report; with `isTimed` false, nothing in it depends on the moment.
  func json(isTimed: Bool = true) -> JSONValue {
    let total = total
    return .object([
      "file": .text(file.path), "size": .count(file.size), "sha256": file.sha256,
      "format": .text(facts.header.description), "dialect": .text("\(facts.dialect)"),
      "server": server(), "created_ms": .optional(facts.created) { .moment($0) },
      "server_memory": .optional(facts.aux("used-mem").flatMap { Int64($0) }) { .integer($0) },
      "now_ms": isTimed ? .moment(now) : .null, "keys": .count(total.keys),
      "not_selected": .count(summary.leftOut), "expire": .count(total.expires),
      "expired": isTimed ? .count(summary.expired) : .null,
      "first_expire_ms": .optional(summary.firstExpiry) { .moment($0) },
      "last_expire_ms": .optional(summary.lastExpiry) { .moment($0) },
      "kinds": .array(InfoScreen.sorted(kinds).map(InfoScreen.json)), "databases": databases(),
      "function_libraries": .count(facts.functionCount),
      "module_data": .array(Set(facts.moduleAux.map(\.name)).sorted().map { .text($0) }),
      "cluster_slots": .count(facts.slotHints), "slot_imports": .count(facts.slotImports),
      "hash_templates": .count(facts.hashTemplates), "aux_count": .count(facts.auxCount),
      "aux": .array(
        facts.aux.map { .object(["name": .bytes($0.name), "value": .bytes($0.value)]) }),
      "checksum": ChecksumText.json(checksum, isWhole: failure == nil),
      "trailing_bytes": .count(trailing),
      "stopped_by": DamageText.json(failure, path: file.path),
    ])
  }

  private func server() -> JSONValue {
    for (name, field) in [("Valkey", "valkey-ver"), ("Redis", "redis-ver")] {
      guard let version = facts.aux(field) else { continue }
      return .object(["name": .text(name), "version": .text(version)])
    }
    return .null
  }

  /// A row for a kind of keys.
  static func json(_ kind: Kind, _ count: RecordCount) -> JSONValue {
    .object([
      "db": .count(UInt64(kind.database)), "type": .text(kind.module?.name ?? kind.shape.name),
      "encoding": .text(kind.encoding.name), "keys": .count(count.keys),
      "elements": .count(count.elements), "uncounted_keys": .count(count.uncounted),
      "bytes": .count(count.bytes), "expire": .count(count.expires),
    ])
  }

  private func databases() -> JSONValue {
    .array(
      facts.databases.sorted { $0.key < $1.key }.map { number, database in
        .object([
          "db": .count(UInt64(number)), "keys": .count(found(in: number)),
          "promised_keys": .optional(database.promisedKeys) { .count($0) },
          "promised_expire": .optional(database.promisedExpires) { .count($0) },
        ])
      })
  }
}
