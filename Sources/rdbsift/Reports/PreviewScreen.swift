// What `preview` shows: one screen, the answer first.

import Pipeline
import RDB
import Restore

struct PreviewScreen {
  let console: Console
  let file: OpenFile
  let request: RestoreRequest
  let selection: Selection
  let readings: Readings
  let summary: PreviewSummary
  let silent: [SilentPattern]
  /// The backup of what is there now, if it was given.
  let present: OpenFile?
  let failure: JobFailure?

  func text() -> String {
    [
      times(), outcome(), ways(), patterns(), breakdown(), expiries(), histogram(),
      fieldDeadlines(), lost(), biggest(), comparison(), exported(), examples(),
    ]
    .filter { !$0.isEmpty }.joined(separator: "\n")
  }

  func table(_ columns: [TextTable.Column], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    var table = TextTable(columns)
    for row in rows { table.add(row) }
    return table.text(width: console.output.width) { console.output.styled($0, .bold) }
  }

  func instant(_ moment: UnixMilliseconds) -> String {
    HumanText.instant(milliseconds: moment.rawValue)
  }

  private func times() -> String {
    var rows = [["file", "\(Messages.spelled(file.path)), \(HumanText.size(file.size))"]]
    if let present {
      rows.append([
        "against", "\(Messages.spelled(present.path)), \(HumanText.size(present.size))",
      ])
    }
    if let reference = selection.reference {
      let source = request.restoreTime == nil ? " (the file's own: its ctime)" : ""
      rows.append(["restore time", instant(reference) + source])
    } else {
      rows.append(["restore time", "unknown: the file has no ctime"])
    }
    if let shift = selection.shift {
      rows.append([
        "time shift",
        "\(instant(shift.target)): expiries move by \(HumanText.duration(milliseconds: shift.distance))",
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
    if summary.unsupported > 0 {
      rows.append(["  export has no commands for", HumanText.count(summary.unsupported), ""])
    }
    let skipped: [(String, SkipReason)] = [
      ("expired at the restore time", .expiredAtReference),
      ("expired by now", .expiredAtSubmission),
      ("not selected: key", .key), ("not selected: excluded", .excluded),
      ("not selected: bounds", .measure),
      ("not selected: sample", .sample), ("not selected: limit", .limit),
      ("not selected: type", .type),
      ("not selected: database", .database),
    ]
    for (name, reason) in skipped where tally.skipped(reason).keys > 0 {
      rows.append(row(name, tally.skipped(reason)))
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
      let count = summary.readings[index]
      if count.gaveUp != nil { return ["\(mode.rawValue)\(mark)", "gave up"] }
      let difference =
        mode == request.mode
        ? ["", ""] : [count.more, count.fewer].map { $0 == 0 ? "" : HumanText.count($0) }
      return row("\(mode.rawValue)\(mark)", count.selected) + difference
    }
    return table(
      [.left("read as"), .right("keys"), .right("bytes"), .right("more"), .right("fewer")], rows)
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
    let rows = summary.first.notes.map { note in
      let expiry = note.record.expiry.map { selection.shift?($0) ?? $0 }
      return [
        KeyText.spelled(note.key, width: 60), "db \(note.record.database)",
        expiry.map { "until \(instant($0))" } ?? "for ever",
      ]
    }
    return table([.left("first keys", mayShrink: true), .left(""), .left("")], rows)
  }
}

extension TimeShift {
  /// Milliseconds by which expiries move.
  ///
  /// The reference may come from the file, which may say anything; so the difference is cut to what
  /// the type can hold.
  var distance: Int64 { Int64(clamping: Int128(target.rawValue) - Int128(from.rawValue)) }
}
