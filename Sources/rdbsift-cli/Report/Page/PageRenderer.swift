// A document as one HTML file: no network, no foreign text unescaped, readable without its script. The
// policy in its head names the digests of its own style and script, so that nothing else can run.

import RDB

/// Renders documents as HTML.
struct PageRenderer {
  /// Rows of a table at most, so that the page stays small whatever the report has.
  static let rowLimit = 300

  /// The whole file.
  func text(_ page: ReportPage) -> String {
    let title = PageRenderer.escaped(page.title)
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <title>\(title)</title>
      <style>\(PageStyle.text)</style>
      </head>
      <body>
      <header>
      <h1>\(title)</h1>
      <p class="verdict">\(PageRenderer.escaped(page.verdict))</p>
      <dl class="numbers">
      \(page.numbers.map(number).joined(separator: "\n"))
      </dl>
      <nav aria-label="Parts"><ul>
      \(page.parts.map(link).joined(separator: "\n"))
      </ul></nav>
      </header>
      <main>
      \(page.parts.map(part).joined(separator: "\n"))
      </main>
      <script>\(PageScript.text)</script>
      </body>
      </html>

      """
  }

  private var policy: String {
    "default-src 'none'; style-src 'sha256-\(PageStyle.digest)'; "
      + "script-src 'sha256-\(PageScript.digest)'; base-uri 'none'; form-action 'none'"
  }

  private func number(_ field: Field) -> String {
    "<div><dt>\(PageRenderer.escaped(field.title ?? ""))</dt><dd>\(words(field.visible))</dd></div>"
  }

  private func link(_ part: PagePart) -> String {
    "<li><a href=\"#\(part.id)\">\(PageRenderer.escaped(part.title))</a></li>"
  }

  private func part(_ part: PagePart) -> String {
    var lines = [
      "<section id=\"\(part.id)\" aria-labelledby=\"\(part.id)-title\">",
      "<h2 id=\"\(part.id)-title\">\(PageRenderer.escaped(part.title))</h2>",
    ]
    if case .icicle(let area) = part.picture, area.memory > 0 {
      lines.append(PageIcicle(area).text)
    }
    if !part.rows.isEmpty { lines.append(table(part)) }
    lines += part.notes.map { "<p class=\"note\">\(PageRenderer.escaped($0))</p>" }
    let left = part.rows.count - PageRenderer.rowLimit
    if left > 0 {
      lines.append("<p class=\"note\">\(Formatting.count(left, "row", "rows")) more.</p>")
    }
    return (lines + ["</section>"]).joined(separator: "\n")
  }

  // MARK: Tables

  private func table(_ part: PagePart) -> String {
    let rows = part.rows.prefix(PageRenderer.rowLimit).map { $0.list.filter { $0.title != nil } }
    guard let first = rows.first else { return "" }
    let numeric = first.indices.map { index in rows.contains { $0[index].visible.isNumeric } }
    let bars: [Double]? = if case .bars(let bars) = part.picture { bars } else { nil }
    var head = zip(first, numeric).map { field, isNumeric in
      "<th scope=\"col\"\(isNumeric ? " class=\"n\"" : "")>"
        + "\(PageRenderer.escaped(field.title ?? ""))</th>"
    }
    if bars != nil { head.append("<th scope=\"col\" class=\"b\"><span>bar</span></th>") }
    let body = rows.enumerated().map { index, row in
      row.indices.map { cell(row[$0], isNumeric: numeric[$0], isFirst: $0 == 0) }.joined()
        + (bars.map { bar($0, index) } ?? "")
    }
    let lines = body.map { "<tr>\($0)</tr>" }.joined(separator: "\n")
    return
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"\(part.id)-title\">"
      + "<table><thead><tr>\(head.joined())</tr></thead>\n<tbody>\n\(lines)\n</tbody></table></div>"
  }

  private func cell(_ field: Field, isNumeric: Bool, isFirst: Bool) -> String {
    let words = words(field.visible)
    if isFirst { return "<th scope=\"row\">\(words)</th>" }
    guard isNumeric else { return "<td>\(words)</td>" }
    return "<td class=\"n\" data-v=\"\(exact(field.value))\">\(words)</td>"
  }

  private func bar(_ bars: [Double], _ index: Int) -> String {
    let width = index < bars.count ? (bars[index] * 1000).rounded() / 10 : 0
    return "<td class=\"b\"><svg aria-hidden=\"true\" viewBox=\"0 0 100 10\" "
      + "preserveAspectRatio=\"none\"><rect width=\"\(width)\" height=\"10\"/></svg></td>"
  }

  /// A number to sort by.
  private func exact(_ value: Value) -> String {
    switch value {
    case .number(let number): String(number)
    case .count(let number), .elements(let number, uncounted: _): String(number)
    case .bytes(let size): String(size)
    case .share(let share): String(share)
    case .instant(let instant): String(instant.rawValue)
    default: ""
    }
  }

  private func words(_ value: Value) -> String {
    PageRenderer.escaped(TerminalRenderer(.plain).text(value))
  }

  /// Text that cannot end an element or an attribute.
  static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
  }
}
