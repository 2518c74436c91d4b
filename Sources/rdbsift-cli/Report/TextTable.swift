// A table for people: columns as wide as their widest cell, separated by two spaces, numbers to the
// right. Where the window is narrower, the columns that may be cut give way.

struct TextTable {
  /// One column.
  struct Column {
    enum Alignment { case left, right }

    let title: String
    let alignment: Alignment
    /// Whether its cells may be cut, with `…`, to fit the window.
    let mayShrink: Bool

    static func left(_ title: String, mayShrink: Bool = false) -> Column {
      Column(title: title, alignment: .left, mayShrink: mayShrink)
    }

    static func right(_ title: String) -> Column {
      Column(title: title, alignment: .right, mayShrink: false)
    }
  }

  private static let gap = 2
  private static let narrowest = 8

  private let columns: [Column]
  private var rows: [[String]] = []

  /// A table without rows.
  ///
  /// If no column has a title, there is no line of titles.
  init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Whether it has no rows.
  var isEmpty: Bool { rows.isEmpty }

  /// Adds a row; cells that are missing are empty.
  ///
  /// A cell is text that may go to a terminal as it is: keys are escaped first.
  mutating func add(_ cells: [String]) {
    precondition(cells.count <= columns.count)
    rows.append(cells + Array(repeating: "", count: columns.count - cells.count))
  }

  /// The lines, each with its line break.
  ///
  /// - Parameters:
  ///   - width: The columns of the window; nil where lines may be of any length.
  ///   - title: What is made of the line of titles, such as a style.
  /// - Returns: All the lines.
  func text(width: Int? = nil, title: (String) -> String = { $0 }) -> String {
    let widths = fitted(naturalWidths(), to: width)
    var text = ""
    if columns.contains(where: { !$0.title.isEmpty }) {
      text += title(line(columns.map(\.title), widths)) + "\n"
    }
    for row in rows { text += line(row, widths) + "\n" }
    return text
  }

  private func naturalWidths() -> [Int] {
    columns.indices.map { index in
      rows.reduce(DisplayWidth.of(columns[index].title)) {
        max($0, DisplayWidth.of($1[index]))
      }
    }
  }

  // Takes what is too much from the widest column that may shrink, again and again.
  private func fitted(_ natural: [Int], to width: Int?) -> [Int] {
    guard let width else { return natural }
    var widths = natural
    var excess = widths.reduce(0, +) + Self.gap * (widths.count - 1) - width
    while excess > 0 {
      let candidates = columns.indices.filter {
        columns[$0].mayShrink && widths[$0] > Self.narrowest
      }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      let others = candidates.filter { $0 != widest }.map { widths[$0] }.max() ?? Self.narrowest
      let step = min(excess, max(1, widths[widest] - max(others, Self.narrowest)))
      widths[widest] -= step
      excess -= step
    }
    return widths
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let shown = Formatting.truncated(cell, to: widths[index])
      let padding = String(repeating: " ", count: widths[index] - DisplayWidth.of(shown))
      line += columns[index].alignment == .left ? shown + padding : padding + shown
      line += String(repeating: " ", count: Self.gap)
    }
    // No spaces at the end.
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
