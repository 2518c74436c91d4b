// The `info` report: the file, its keys by kind, and its metadata.

import RDB
import RDBSift

/// The contents of a file.
struct InfoReport {
  let subject: ReportSubject
  let keys: InspectedKeys
  let facts: RDBMetadata
  let checksum: ChecksumState
  let trailing: Int
  let failure: JobFailure?

  init(_ result: SweepResult<InspectionSummary>, _ subject: ReportSubject, now: UnixMilliseconds) {
    self.subject = subject
    keys = InspectedKeys([result.summary], now: now)
    facts = result.metadata
    checksum = result.checksum
    trailing = result.trailing
    failure = result.failure
  }

  /// The report; without `isTimed` nothing in it depends on the current time.
  func report(isTimed: Bool = true) -> Report {
    let aux: [Fields] = facts.aux.map {
      [
        "name": .key($0.name).shown("AUX field", as: .text(Formatting.key($0.name))),
        "value": .key($0.value, width: 200).shown,
      ]
    }
    return Report(
      command: "info",
      facts: file + ["now_ms": .instant(isTimed ? keys.now : nil)] + keys.number
        + keys.counts(isTimed: isTimed) + keys.expiries
        + ["kinds": .rows(keys.kinds), "databases": .rows(databases)] + extras
        + [
          "aux_count": .count(facts.auxCount), "aux": .rows(aux),
          "checksum": .checksum(checksum, isWhole: failure == nil),
          "trailing_bytes": .bytes(trailing).shown(
            "trailing data", as: .text(Formatting.count(trailing, "byte", "bytes")),
            if: trailing > 0), "stopped_by": .damage(failure, path: subject.path),
        ],
      sections: [.table(keys.kinds), .lines(wrongCounts), .table(aux + moreAux)])
  }

  private var file: Fields {
    [
      "file": .path(subject.path).shown,
      "size": .bytes(subject.size).shown(as: .allBytes(subject.size)),
      "sha256": .text(subject.sha256).shown, "format": .text(facts.header.description).shown,
      "dialect": .text("\(facts.dialect)"), "server": server,
      "created_ms": created,
      "server_memory": .bytes(facts.aux("used-mem").flatMap { Int($0) }).shown,
    ]
  }

  private var server: Value {
    for (name, field) in [("Valkey", "valkey-ver"), ("Redis", "redis-ver")] {
      guard let version = facts.aux(field) else { continue }
      let record: Value = ["name": .text(name), "version": .text(version)]
      return record.shown(as: .foreign("\(name) \(version)"))
    }
    return .null
  }

  private var created: Value {
    let instant = Value.instant(facts.created)
    guard let time = facts.created, time > keys.now else { return instant.shown }
    return instant.shown(
      as: .text("\(Formatting.instant(time)) (after now: one of the clocks is wrong)"))
  }

  private var extras: Fields {
    func count(_ number: Int) -> Value { .count(number).shown(if: number > 0) }
    let modules = Set(facts.moduleAux.map(\.name)).sorted()
    return [
      "function_libraries": count(facts.functionCount),
      "module_data": .list(modules.map { .text($0) }).shown(if: !modules.isEmpty),
      "cluster_slots": count(facts.slotHints), "slot_imports": count(facts.slotImports),
      "hash_templates": count(facts.hashTemplates),
    ]
  }

  private var databases: [Fields] {
    facts.databases.sorted { $0.key < $1.key }.map { number, database in
      [
        "db": .number(number), "keys": .count(keys.count(in: number)),
        "stated_keys": .count(database.promisedKeys),
        "stated_expire": .count(database.promisedExpires),
      ]
    }
  }

  /// Databases whose stated number of keys differs from the number found.
  private var wrongCounts: [String] {
    guard keys.summary.leftOut == 0, failure == nil else { return [] }
    return facts.databases.sorted { $0.key < $1.key }.compactMap { number, database in
      let found = keys.count(in: number)
      guard let promised = database.promisedKeys, promised != found else { return nil }
      return "db \(number): the file states \(Formatting.count(promised, "key", "keys")) but has "
        + Formatting.count(found)
    }
  }

  private var moreAux: [Fields] {
    let more = facts.auxCount - facts.aux.count
    guard more > 0 else { return [] }
    return [
      [
        "AUX field": .textOnly(.text("…")),
        "value": .textOnly(.text("\(Formatting.count(more)) more")),
      ]
    ]
  }
}
