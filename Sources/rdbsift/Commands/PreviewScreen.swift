// What `preview` shows: one screen, the answer first.

import Pipeline
import RDB
import Restore

struct PreviewScreen {
  let session: Session
  let file: OpenFile
  let head: FileFacts
  let request: RestoreRequest
  let selection: Selection
  let readings: Readings
  let summary: PreviewSummary

  private var console: Console { session.console }

  func text() -> String {
    [times(), outcome(), ways(), patterns(), breakdown(), examples()]
      .filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func table(_ columns: [TextTable.Column], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    var table = TextTable(columns)
    for row in rows { table.add(row) }
    return table.text(width: console.output.width) { console.output.styled($0, .bold) }
  }

  private func instant(_ moment: UnixMilliseconds) -> String {
    HumanText.instant(milliseconds: moment.rawValue)
  }

  private func times() -> String {
    var rows = [["file", "\(Messages.spelled(file.path)), \(HumanText.size(file.size))"]]
    if let reference = selection.reference {
      let source = request.restoreTime == nil ? " (the file's own: its ctime)" : ""
      rows.append(["restore time", instant(reference) + source])
    } else {
      rows.append(["restore time", "unknown: the file has no ctime"])
    }
    if let shift = selection.shift {
      let distance = shift.target.rawValue - shift.from.rawValue
      rows.append([
        "time shift",
        "\(instant(shift.target)): expiries move by \(HumanText.duration(milliseconds: distance))",
      ])
    } else {
      rows.append(["time shift", "none: expiries stay as they are"])
    }
    rows.append(["now", instant(selection.now)])
    return table([.left(""), .left("", mayShrink: true)], rows)
  }

  private func outcome() -> String {
    let tally = summary.tally
    var rows = [row("would be restored", tally.restored)]
    let skipped: [(String, SkipReason)] = [
      ("expired at the restore time", .expiredAtReference),
      ("expired by now", .expiredAtSubmission),
      ("not selected: key", .key), ("not selected: type", .type),
      ("not selected: database", .database),
    ]
    for (name, reason) in skipped where tally.skipped(reason).keys > 0 {
      rows.append(row(name, tally.skipped(reason)))
    }
    if summary.unsupported > 0 {
      rows.append(["of them without commands yet", HumanText.count(summary.unsupported), ""])
    }
    return table([.left("outcome"), .right("keys"), .right("bytes")], rows)
  }

  private func row(_ name: String, _ count: KeyCount) -> [String] {
    [name, HumanText.count(count.keys), HumanText.size(Int(clamping: count.valueBytes))]
  }

  private func ways() -> String {
    let rows = readings.modes.indices.map { index in
      let mode = readings.modes[index]
      let mark = mode == request.mode ? " (asked for)" : ""
      return row("\(mode.rawValue)\(mark)", summary.readings[index])
    }
    return table([.left("read as"), .right("keys"), .right("bytes")], rows)
  }

  private func patterns() -> String {
    let all = selection.filter.keys.patterns
    guard all.count > 1 else { return "" }
    let rows = zip(all, summary.tally.restoredByPattern).map { pattern, count in
      row(KeyText.spelled(pattern.bytes, width: 60), count)
    }
    return table([.left("first selected by"), .right("keys"), .right("bytes")], rows)
  }

  private func breakdown() -> String {
    var rows: [[String]] = []
    let databases = summary.tally.restoredByDatabase
    for (number, count) in databases { rows.append(row("db \(number)", count)) }
    for shape in ValueShape.allCases where summary.tally.restored(shape).keys > 0 {
      rows.append(row(shape.name, summary.tally.restored(shape)))
    }
    return table([.left("restored"), .right("keys"), .right("bytes")], rows)
  }

  private func examples() -> String {
    let rows = summary.examples.map { note in
      let expiry = note.record.expiry.map { selection.shift?($0) ?? $0 }
      return [
        KeyText.spelled(note.key, width: 60), "db \(note.record.database)",
        expiry.map { "until \(instant($0))" } ?? "for ever",
      ]
    }
    return table([.left("first keys", mayShrink: true), .left(""), .left("")], rows)
  }

  /// Says what is doubtful, loudest what differs between readings.
  func warn() {
    let patterns = selection.filter.keys.patterns
    for warning in FilterKeyWarning.warnings(about: patterns) {
      session.tell(warning: Messages.text(warning, patterns))
    }
    if Set(summary.readings.map(\.keys)).count > 1 {
      session.tell(
        warning: "the ways of reading the patterns differ in what they select; make them agree "
          + "before a restore in production")
    }
  }
}
