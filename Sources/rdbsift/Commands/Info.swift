import ArgumentParser
import Pipeline
import RDB
import Restore
import Storage

/// Says what is in a file.
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is in a file: server, databases, types, expiries, checksum.")

  @OptionGroup var source: SourceOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var clock: NowOption

  func run() throws {
    try Session.run { session in
      let now = try clock.moment()
      let selected = try selection.selection(now: now)
      return try source.withFile(session) { file, bytes in
        let result = try file.sweep(bytes, label: "reading", into: PartOutput { _ in }) {
          () throws(JobFailure) in InspectionWorker(selected)
        }
        var summary = InspectionSummary()
        for other in result.summaries { summary.merge(other) }
        let screen = InfoScreen(
          console: session.console, file: file, facts: result.facts, summary: summary)
        try session.console.write(screen.text(checksum: result.checksum, trailing: result.trailing))
        return try file.conclude(result)
      }
    }
  }
}

/// What `info` shows.
private struct InfoScreen {
  let console: Console
  let file: OpenFile
  let facts: FileFacts
  let summary: InspectionSummary

  func text(checksum: ChecksumState, trailing: Int) -> String {
    var table = TextTable([.left(""), .left("", mayShrink: true)])
    table.add(["file", Messages.spelled(file.path)])
    table.add([
      "size", "\(HumanText.size(file.size)) (\(HumanText.count(file.size, "byte", "bytes")))",
    ])
    table.add(["format", facts.header.description])
    addServer(&table)
    addKeys(&table)
    addExtras(&table)
    table.add(["checksum", ChecksumText.spelled(checksum)])
    if trailing > 0 {
      table.add(["behind the end", HumanText.count(trailing, "byte", "bytes")])
    }
    let tables = [table.text(width: console.output.width), kinds(), databases(), auxFields()]
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

  private func addKeys(_ table: inout TextTable) {
    var total = KindCount()
    for count in summary.kinds.values { total.merge(count) }
    table.add(["keys", HumanText.count(total.keys)])
    if summary.leftOut > 0 { table.add(["not selected", HumanText.count(summary.leftOut)]) }
    guard total.expires > 0 else { return }
    var text = HumanText.count(total.expires)
    if let first = summary.firstExpiry, let last = summary.lastExpiry {
      text += ", from \(HumanText.instant(milliseconds: first.rawValue))"
      text += " to \(HumanText.instant(milliseconds: last.rawValue))"
    }
    table.add(["keys that expire", text])
    table.add(["expired by now", HumanText.count(summary.expired)])
  }

  private func addExtras(_ table: inout TextTable) {
    if !facts.functions.isEmpty {
      table.add(["function libraries", HumanText.count(facts.functions.count)])
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

  private func kinds() -> String {
    var table = TextTable([
      .right("db"), .left("type"), .left("encoding"), .right("keys"), .right("elements"),
      .right("bytes"), .right("expire"),
    ])
    let sorted = summary.kinds.sorted { one, two in
      let a = one.key
      let b = two.key
      return (a.database, a.shape.rawValue, a.module?.name ?? "", a.encoding.rawValue)
        < (b.database, b.shape.rawValue, b.module?.name ?? "", b.encoding.rawValue)
    }
    guard !sorted.isEmpty else { return "" }
    for (kind, count) in sorted {
      let elements =
        count.uncounted > 0 && count.elements == 0
        ? "?" : (count.uncounted > 0 ? "≥ " : "") + HumanText.count(count.elements)
      table.add([
        String(kind.database), kind.module?.name ?? kind.shape.name, kind.encoding.name,
        HumanText.count(count.keys), elements, HumanText.size(Int(count.bytes)),
        HumanText.count(count.expires),
      ])
    }
    return table.text(width: console.output.width) { console.output.styled($0, .bold) }
  }

  /// Only where the file promised other counts than it has.
  private func databases() -> String {
    guard summary.leftOut == 0 else { return "" }
    var lines = ""
    for (number, database) in facts.databases.sorted(by: { $0.key < $1.key }) {
      let found = summary.kinds.filter { $0.key.database == number }.values
        .reduce(0) { $0 + $1.keys }
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
