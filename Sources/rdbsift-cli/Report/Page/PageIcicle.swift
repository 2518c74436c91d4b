// A tree as areas: each level a row, each area as wide as its part of the memory. Drawn here, so that it is
// there without a script; the script only zooms.

/// Draws a tree of areas.
struct PageIcicle {
  private static let width = 1000.0
  private static let height = 30.0
  /// Areas narrower than this many thousandths are left out; the table has them.
  private static let narrowest = 1.5

  private let root: PageArea
  private var lines: [String] = []
  private var levels = 0

  init(_ root: PageArea) {
    self.root = root
    draw(root, from: 0, width: PageIcicle.width, level: 0)
  }

  /// The picture.
  var text: String {
    let height = Double(levels) * PageIcicle.height
    return """
      <div class="scroll"><svg class="icicle" role="group" aria-label="Prefixes by memory; the table below has the numbers" \
      viewBox="0 0 1000 \(PageIcicle.short(height))" data-levels="\(levels)">
      \(lines.joined(separator: "\n"))
      </svg></div>
      <p class="note zoom" hidden>Activate a prefix to zoom in; Escape zooms out.</p>
      """
  }

  private mutating func draw(_ area: PageArea, from start: Double, width: Double, level: Int) {
    levels = max(levels, level + 1)
    let name = TerminalRenderer(.plain).text(area.name)
    let label = PageRenderer.escaped("\(name): \(area.words)")
    let y = Double(level) * PageIcicle.height
    let letters = Int(width / 7.5) - 1
    let shown = letters > 2 ? Formatting.truncated(name, to: letters) : ""
    let (x, wide) = (PageIcicle.short(start), PageIcicle.short(width))
    lines.append(
      "<g class=\"l\(level % 6)\" tabindex=\"0\" role=\"img\" aria-label=\"\(label)\" data-x=\"\(x)\" "
        + "data-w=\"\(wide)\" data-l=\"\(level)\" data-n=\"\(PageRenderer.escaped(name))\">"
        + "<title>\(label)</title>"
        + "<rect x=\"\(x)\" y=\"\(PageIcicle.short(y))\" width=\"\(wide)\" height=\"29\"/>"
        + "<text x=\"\(PageIcicle.short(start + 4))\" y=\"\(PageIcicle.short(y + 19))\">"
        + "\(PageRenderer.escaped(shown))</text></g>")
    var place = start
    for child in area.children {
      let part = width * Double(child.memory) / Double(max(area.memory, 1))
      if part >= PageIcicle.narrowest { draw(child, from: place, width: part, level: level + 1) }
      place += part
    }
  }

  /// A number with at most two decimals.
  private static func short(_ number: Double) -> String {
    let rounded = (number * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }
}
