// The results as tables that Markdown and people can read.

/// Rows of text with a line of titles.
struct Table {
  private var rows: [[String]]

  init(_ titles: String...) { rows = [titles] }

  mutating func append(_ cells: String...) { rows.append(cells) }

  /// The first column to the left, the others to the right.
  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      "| "
        + row.indices.map { pad(row[$0], widths[$0], left: $0 > 0) }.joined(separator: " | ")
        + " |"
    }
    let rule = widths.indices.map { index in
      String(repeating: "-", count: widths[index] + 1) + (index > 0 ? ":" : "-")
    }
    lines.insert("|" + rule.joined(separator: "|") + "|", at: 1)
    return lines.joined(separator: "\n") + "\n"
  }

  private func pad(_ text: String, _ width: Int, left: Bool) -> String {
    let space = String(repeating: " ", count: width - text.count)
    return left ? space + text : text + space
  }
}

extension Group {
  /// What was measured in this process.
  func table(_ timings: [Timing]) -> String {
    var table = Table(
      title, "best ms", "median ms", "GB/s", "ns/\(item)", "times", "of", "answer")
    for timing in timings {
      table.append(
        timing.measure.name, milliseconds(timing.best), milliseconds(timing.median),
        fixed(Double(timing.measure.bytes) / timing.best / 1e9, 2),
        fixed(timing.best * 1e9 / Double(timing.measure.items), 2), ratio(timing, timings),
        timing.measure.against.joined(separator: " / "), timing.isRight ? "ok" : "WRONG")
    }
    return table.text
  }

  /// What was measured of whole processes.
  func processTable(_ timings: [Timing]) -> String {
    var table = Table(
      title, "best ms", "median ms", "user ms", "sys ms", "RSS MB", "GB/s", "ns/\(item)", "times",
      "of", "answer")
    for timing in timings {
      let cost = timing.cost
      table.append(
        timing.measure.name, milliseconds(timing.best), milliseconds(timing.median),
        milliseconds(cost?.user ?? 0), milliseconds(cost?.system ?? 0),
        fixed(Double(cost?.resident ?? 0) / 1e6, 0),
        fixed(Double(timing.measure.bytes) / timing.best / 1e9, 2),
        fixed(timing.best * 1e9 / Double(timing.measure.items), 2), ratio(timing, timings),
        timing.measure.against.joined(separator: " / "), timing.isRight ? "ok" : "WRONG")
    }
    return table.text
  }

  private func ratio(_ timing: Timing, _ timings: [Timing]) -> String {
    let others = timing.measure.against.compactMap { name in
      timings.first { $0.measure.name == name }
    }
    return others.map { fixed(timing.best / $0.best, 2) }.joined(separator: " / ")
  }
}

/// A number with so many digits behind the point.
func fixed(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite, value.magnitude < 1e15 else { return "-" }
  var power = 1.0
  for _ in 0..<digits { power *= 10 }
  let scaled = (value.magnitude * power).rounded()
  let whole = String(Int(scaled / power))
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard digits > 0 else { return sign + whole }
  let part = String(Int(scaled) % Int(power))
  return sign + whole + "." + String(repeating: "0", count: digits - part.count) + part
}

/// Seconds as milliseconds.
func milliseconds(_ seconds: Double) -> String { fixed(seconds * 1e3, 1) }
