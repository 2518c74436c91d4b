// What `info` reports: the file, its keys by kind, what the file says about itself.

import RDB
import RDBSift

/// What is in a file.
struct InfoReport {
  let subject: ReportSubject
  let facts: RDBMetadata
  let checksum: ChecksumState
  let trailing: Int
  let failure: JobFailure?
  let keys: InspectedKeys

  init(_ result: SweepResult<InspectionSummary>, _ subject: ReportSubject, now: UnixMilliseconds) {
    self.subject = subject
    keys = InspectedKeys(result.summary, now: now)
    facts = result.metadata
    checksum = result.checksum
    trailing = result.trailing
    failure = result.failure
  }

  /// The report; what is not timed has nothing in it that depends on the present moment.
  func report(isTimed: Bool = true) -> Report {
    Report(
      command: "info",
      facts: file + [Field("now_ms", isTimed ? .instant(keys.now) : .null), keys.number]
        + keys.counts(isTimed: isTimed) + keys.expiries
        + [Field("kinds", .rows(keys.kindRows)), Field("databases", .rows(databases))] + extras
        + [
          Field("aux_count", .count(facts.auxCount)), Field("aux", .rows(auxFields)),
          Field.checksum(checksum, isWhole: failure == nil),
          Field(
            "trailing_bytes", title: "behind the end", .bytes(trailing),
            shown: .text(Formatting.count(trailing, "byte", "bytes"))
          ).shown(if: trailing > 0), Field("stopped_by", .damage(failure, path: subject.path)),
        ],
      sections: [
        .table(keys.kindRows), .lines(unequalCounts), .table(auxFields + moreAuxFields),
      ])
  }

  // MARK: Facts

  private var file: [Field] {
    [
      Field("file", title: "file", .path(subject.path)),
      Field("size", title: "size", .bytes(subject.size), shown: .sizeWithBytes(subject.size)),
      Field("sha256", title: "sha256", .optional(subject.sha256) { .text($0) }),
      Field("format", title: "format", .text(facts.header.description)),
      Field("dialect", .text("\(facts.dialect)")), server,
      Field("created_ms", title: "created", .optional(facts.created) { .instant($0) }),
      Field(
        "server_memory", title: "server memory",
        .optional(facts.aux("used-mem").flatMap { Int($0) }) { .bytes($0) }),
    ]
  }

  private var server: Field {
    for (name, field) in [("Valkey", "valkey-ver"), ("Redis", "redis-ver")] {
      guard let version = facts.aux(field) else { continue }
      return Field(
        "server", title: "server",
        .record([Field("name", .text(name)), Field("version", .text(version))]),
        shown: .key(Array("\(name) \(version)".utf8)))
    }
    return Field("server", .null)
  }

  private var extras: [Field] {
    let modules = Set(facts.moduleAux.map(\.name)).sorted()
    let counts: [(StaticString, String, Int)] = [
      ("cluster_slots", "cluster slots", facts.slotHints),
      ("slot_imports", "slot imports", facts.slotImports),
      ("hash_templates", "hash templates", facts.hashTemplates),
    ]
    let libraries = facts.functionCount
    return [
      Field("function_libraries", title: "function libraries", .count(libraries))
        .shown(if: libraries > 0),
      Field("module_data", title: "module data", .list(modules.map { .text($0) }))
        .shown(if: !modules.isEmpty),
    ]
      + counts.map { name, title, count in
        Field(name, title: title, .count(count)).shown(if: count > 0)
      }
  }

  // MARK: Rows

  private var sortedDatabases: [(number: UInt32, database: RDBMetadata.Database)] {
    facts.databases.sorted { $0.key < $1.key }.map { (number: $0.key, database: $0.value) }
  }

  private var databases: [[Field]] {
    sortedDatabases.map { number, database in
      [
        Field("db", .number(number)), Field("keys", .count(keys.count(in: number))),
        Field("promised_keys", .optional(database.promisedKeys) { .count($0) }),
        Field("promised_expire", .optional(database.promisedExpires) { .count($0) }),
      ]
    }
  }

  /// Databases of which the file says another number of keys than it has.
  private var unequalCounts: [String] {
    guard keys.summary.leftOut == 0, failure == nil else { return [] }
    return sortedDatabases.compactMap { number, database in
      let found = keys.count(in: number)
      guard let promised = database.promisedKeys, promised != found else { return nil }
      return "db \(number): the file promises \(Formatting.count(promised, "key", "keys")), "
        + "it has \(Formatting.count(found))"
    }
  }

  private var auxFields: [[Field]] {
    facts.aux.map {
      [
        Field("name", title: "AUX field", .key($0.name), shown: .text(Formatting.key($0.name))),
        Field("value", title: "value", .key($0.value, width: 200)),
      ]
    }
  }

  private var moreAuxFields: [[Field]] {
    let more = facts.auxCount - facts.aux.count
    guard more > 0 else { return [] }
    return [
      [
        Field(title: "AUX field", .text("…")),
        Field(title: "value", .text("\(Formatting.count(more)) more")),
      ]
    ]
  }
}
