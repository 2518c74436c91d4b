// What `info` shows: the file, then its keys by kind, then what it says of itself.

import RDB
import RDBSift
import Storage

/// What `info` shows.
struct InfoScreen {
  let console: Console
  let file: OpenFile
  let now: UnixMilliseconds
  let facts: FileFacts
  let checksum: ChecksumState
  let trailing: Int
  let failure: JobFailure?
  let summary: InspectionSummary
  let kinds: [Kind: RecordCount]

  init(
    console: Console, file: OpenFile, now: UnixMilliseconds,
    _ result: SweepResult<InspectionSummary>
  ) {
    self.console = console
    self.file = file
    self.now = now
    var summary = InspectionSummary(RecordTally())
    for other in result.summaries { summary.merge(other) }
    self.summary = summary
    kinds = summary.kinds
    facts = result.facts
    checksum = result.checksum
    trailing = result.trailing
    failure = result.failure
  }

  /// All counts as one.
  var total: RecordCount {
    var total = RecordCount()
    for count in kinds.values { total.merge(count) }
    return total
  }

  /// Kinds of keys, by database and type.
  static func sorted(_ kinds: [Kind: RecordCount]) -> [(kind: Kind, count: RecordCount)] {
    let pairs = kinds.map { (kind: $0.key, count: $0.value) }
    return pairs.sorted { one, two in
      let a = one.kind
      let b = two.kind
      return (a.database, a.shape.rawValue, a.module?.name ?? "", a.encoding.rawValue)
        < (b.database, b.shape.rawValue, b.module?.name ?? "", b.encoding.rawValue)
    }
  }

  /// Keys that were found in a database.
  func found(in database: UInt32) -> UInt64 {
    kinds.filter { $0.key.database == database }.values.reduce(0) { $0 + $1.keys }
  }

  func text() -> String {
    var table = TextTable([.left(""), .left("", mayShrink: true)])
    table.add(["file", Messages.spelled(file.path)])
    table.add([
      "size", "\(HumanText.size(file.size)) (\(HumanText.count(file.size, "byte", "bytes")))",
    ])
    if let digest = try? file.digest() { table.add(["sha256", digest.sha256]) }
    table.add(["format", facts.header.description])
    addServer(&table)
    InfoScreen.addKeys(total, summary, now: now, to: &table)
    addExtras(&table)
    table.add(["checksum", ChecksumText.spelled(checksum, isWhole: failure == nil)])
    if trailing > 0 {
      table.add(["behind the end", HumanText.count(trailing, "byte", "bytes")])
    }
    let tables = [
      table.text(width: console.output.width), InfoScreen.kindTable(kinds, console), databases(),
      auxFields(),
    ]
    return tables.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func addServer(_ table: inout TextTable) {
    if let version = facts.aux("valkey-ver") {
      table.add(["server", spelled("Valkey \(version)")])
    } else if let version = facts.aux("redis-ver") {
      table.add(["server", spelled("Redis \(version)")])
    }
    if let created = facts.created {
      table.add(["created", HumanText.instant(milliseconds: created.rawValue)])
    }
    if let memory = facts.aux("used-mem").flatMap({ Int($0) }) {
      table.add(["server memory", HumanText.size(memory)])
    }
  }

  private func spelled(_ text: String) -> String { KeyText.spelled(text.utf8, width: 60) }

  /// How many keys there are, and when they expire.
  static func addKeys(
    _ total: RecordCount, _ summary: InspectionSummary, now: UnixMilliseconds,
    to table: inout TextTable
  ) {
    table.add(["keys", HumanText.count(total.keys)])
    if summary.leftOut > 0 { table.add(["not selected", HumanText.count(summary.leftOut)]) }
    guard total.expires > 0 else { return }
    table.add(["keys that expire", HumanText.count(total.expires)])
    for (name, moment) in [("  first", summary.firstExpiry), ("  last", summary.lastExpiry)] {
      guard let moment else { continue }
      table.add([name, HumanText.instant(milliseconds: moment.rawValue)])
    }
    let now = HumanText.instant(milliseconds: now.rawValue)
    table.add(["  expired", "\(HumanText.count(summary.expired)) by now (\(now))"])
  }

  private func addExtras(_ table: inout TextTable) {
    if facts.functionCount > 0 {
      table.add(["function libraries", HumanText.count(facts.functionCount)])
    }
    if !facts.moduleAux.isEmpty {
      let names = Set(facts.moduleAux.map(\.name)).sorted()
      table.add(["module data", names.joined(separator: ", ")])
    }
    if facts.slotHints > 0 { table.add(["cluster slots", HumanText.count(facts.slotHints)]) }
    if facts.slotImports > 0 { table.add(["slot imports", HumanText.count(facts.slotImports)]) }
    if facts.hashTemplates > 0 {
      table.add(["hash templates", HumanText.count(facts.hashTemplates)])
    }
  }

  /// A row for each kind of keys.
  static func kindTable(_ kinds: [Kind: RecordCount], _ console: Console) -> String {
    var table = TextTable([
      .right("db"), .left("type"), .left("encoding"), .right("keys"), .right("elements"),
      .right("bytes"), .right("expire"),
    ])
    guard !kinds.isEmpty else { return "" }
    for (kind, count) in sorted(kinds) {
      table.add([
        String(kind.database), kind.module?.name ?? kind.shape.name, kind.encoding.name,
        HumanText.count(count.keys),
        HumanText.elements(count.elements, uncounted: count.uncounted),
        HumanText.size(Int(count.bytes)), HumanText.count(count.expires),
      ])
    }
    return table.text(width: console.output.width) { console.output.styled($0, .bold) }
  }

  /// Only where the file promised other counts than it has.
  private func databases() -> String {
    guard summary.leftOut == 0, failure == nil else { return "" }
    var lines = ""
    for (number, database) in facts.databases.sorted(by: { $0.key < $1.key }) {
      let found = found(in: number)
      guard let promised = database.promisedKeys, promised != found else { continue }
      lines +=
        "db \(number): the file promises \(HumanText.count(promised, "key", "keys")), "
        + "it has \(HumanText.count(found))\n"
    }
    return lines
  }

  private func auxFields() -> String {
    guard !facts.aux.isEmpty else { return "" }
    var table = TextTable([.left("AUX field"), .left("value", mayShrink: true)])
    for field in facts.aux {
      table.add([KeyText.spelled(field.name), KeyText.spelled(field.value, width: 200)])
    }
    if facts.auxCount > facts.aux.count {
      table.add(["…", "\(HumanText.count(facts.auxCount - facts.aux.count)) more"])
    }
    return table.text(width: console.output.width) { console.output.styled($0, .bold) }
  }
}
