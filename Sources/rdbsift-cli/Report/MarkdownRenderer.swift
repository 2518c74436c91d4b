// A document as Markdown: tables of pipes, and every character of a cell that Markdown reads escaped.

/// Renders documents as Markdown.
struct MarkdownRenderer {
  /// The whole document.
  func text(_ page: ReportPage) -> String {
    var blocks = ["# \(escaped(page.title))", escaped(page.verdict)]
    blocks.append(
      page.numbers.map { "- \($0.title ?? ""): **\(cell($0.visible))**" }.joined(separator: "\n"))
    for part in page.parts {
      blocks.append("## \(escaped(part.title))")
      if !part.rows.isEmpty { blocks.append(table(part.rows)) }
      blocks += part.notes.map(escaped)
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private func table(_ rows: [Fields]) -> String {
    let rows = rows.map { $0.list.filter { $0.title != nil } }
    guard let first = rows.first else { return "" }
    let titles = first.map { escaped($0.title ?? "") }
    let rules = first.indices.map { index in
      rows.contains { $0[index].visible.isNumeric } ? "---:" : "---"
    }
    let lines = [titles, rules] + rows.map { $0.map { cell($0.visible) } }
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  private func cell(_ value: Value) -> String {
    escaped(TerminalRenderer(.plain).text(value))
  }

  /// The text with a backslash before each character that could mean something.
  private func escaped(_ text: String) -> String {
    // Only where it could begin or end markup: most punctuation is harmless in the middle of a cell.
    text.reduce(into: "") { result, character in
      if "\\`*_[]<>|~&$#".contains(character) { result.append("\\") }
      result.append(character)
    }
  }
}
