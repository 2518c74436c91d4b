// A report as text for people: facts as two columns, then the sections, an empty line between them.

import RDB

/// Renders reports for one stream.
struct TerminalRenderer {
  /// Where it is written: how wide, and whether in colour.
  let stream: Console.Stream

  init(_ stream: Console.Stream) { self.stream = stream }

  /// All lines of a report.
  func text(_ report: Report) -> String {
    var blocks = [facts(report.facts)]
    var wasLines = false
    for section in report.sections {
      let text = text(section)
      guard !text.isEmpty else { continue }
      let isLines = if case .lines = section { true } else { false }
      if isLines, wasLines { blocks[blocks.count - 1] += text } else { blocks.append(text) }
      wasLines = isLines
    }
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func text(_ section: Section) -> String {
    switch section {
    case .table(let rows, let more):
      return table(rows) + (more.map { $0 + "\n" } ?? "")
    case .titled(let title, let rows, let notes):
      guard !rows.isEmpty || !notes.isEmpty else { return "" }
      return stream.styled(title, .bold) + "\n" + table(rows) + notes.map { $0 + "\n" }.joined()
    case .grid(let title, let rows, let columns): return grid(title, rows, columns)
    case .facts(let title, let fields):
      return table(
        fields.list.filter { $0.title != nil }.map {
          Fields([Field(title: title, .text($0.title)), Field(title: "", $0.visible)])
        })
    case .lines(let lines): return lines.map { $0 + "\n" }.joined()
    case .detail(let mark, let style, let headline, let fields):
      let facts = fields.list.map { Field(title: "  \($0.title ?? "")", $0.visible) }
      return "\(stream.styled(mark, style)) \(headline)\n" + self.facts(Fields(facts), width: nil)
    case .files(let reports):
      return reports.map { ($0.heading.map { $0 + "\n" } ?? "") + text($0) }
        .joined(separator: "\n")
    }
  }

  // MARK: Tables

  /// Titles and values; values that are not known are left out.
  func facts(_ fields: Fields) -> String { facts(fields, width: stream.width) }

  private func facts(_ fields: Fields, width: Int?) -> String {
    var table = TextTable([.left(""), .left("", mayShrink: true)])
    for field in fields.list where !field.visible.isNull {
      if let title = field.title { table.add([title, text(field.visible)]) }
    }
    return table.isEmpty ? "" : table.text(width: width)
  }

  /// A table of rows, with the titles of the first; columns of numbers are aligned at the right.
  func table(_ rows: [Fields]) -> String {
    let rows = rows.map { $0.list.filter { $0.title != nil } }
    guard let first = rows.first else { return "" }
    let columns = first.indices.map { index in
      let values = rows.compactMap { $0.indices.contains(index) ? $0[index].visible : nil }
      return TextTable.Column(
        title: first[index].title ?? "",
        alignment: values.contains(where: \.isNumeric) ? .right : .left,
        mayShrink: values.contains(where: \.mayBeCut))
    }
    var table = TextTable(columns)
    for row in rows { table.add(row.map { text($0.visible) }) }
    return table.text(width: stream.width) { stream.styled($0, .bold) }
  }

  private func grid(_ title: String, _ rows: [Field], _ columns: [String]) -> String {
    table(
      rows.filter { $0.title != nil }.map { row in
        let fields = if case .object(let fields) = row.visible { fields } else { Fields() }
        let cells = columns.map { column in
          Field(title: column, fields.list.first { $0.title == column }?.visible ?? .null)
        }
        return Fields([Field(title: title, .text(row.title))] + cells)
      })
  }

  // MARK: Values

  /// A value as people read it.
  func text(_ value: Value) -> String {
    switch value {
    case .null: ""
    case .flag(let isSet): isSet ? "yes" : "no"
    case .number(let number): String(number)
    case .count(let number): Formatting.count(number)
    case .elements(let number, let uncounted): Formatting.elements(number, uncounted: uncounted)
    case .bytes(let size): Formatting.size(size)
    case .instant(let instant): Formatting.instant(instant)
    case .hex(let number): Formatting.hex(number)
    case .share(let share): Formatting.percent(share)
    case .bar(let number, let most, let columns): bar(number, of: most, columns)
    case .text(let text): text
    case .key(let bytes, let width): bytes.map { Formatting.key($0, width: width) } ?? ""
    case .foreign(let text, let width): Formatting.key(text.utf8, width: width)
    case .list(let values): values.map { text($0) }.joined(separator: ", ")
    case .object(let fields): fields.list.map { text($0.visible) }.joined(separator: " ")
    case .titled(let value, _, let other): text(other ?? value)
    case .textOnly(let value): text(value)
    }
  }

  /// A bar of at least one sign, unless the number is zero.
  private func bar(_ number: UInt64, of most: UInt64, _ columns: UInt64) -> String {
    guard number > 0 else { return "" }
    // The product fits 64 bits: a file has not so many keys that it could not.
    let length = max(Int(number.multipliedFullWidth(by: columns).low / max(most, 1)), 1)
    return String(repeating: "#", count: length)
  }
}

extension Console.Stream {
  /// A file: lines of any length, no colour.
  static let plain = Console.Stream(isTerminal: false, width: nil) { _ in nil }
}
