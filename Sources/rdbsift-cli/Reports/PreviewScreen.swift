// What `preview` shows: one screen, the answer first.

import RDB
import RDBSift
import Restore

struct PreviewScreen {
  let session: Session
  let file: ReportSubject
  let request: RestoreRequest
  let selection: Selection
  let readings: Readings
  let summary: PreviewSummary
  let silent: [SilentPattern]
  /// The backup of what is there now, if it was given.
  let present: ReportSubject?
  let failure: JobFailure?

  var console: Console { session.console }

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
      let source = request.restoreTime == nil ? file.timeNote : ""
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
    var rows = [row("would be restored", tally.restored.count)]
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
    return totals(
      .left("first selected by", mayShrink: true),
      zip(all, summary.tally.restoredByPattern).map { pattern, sums in
        (KeyText.spelled(pattern.bytes, width: 60), sums)
      })
  }

  private func breakdown() -> String {
    let databases = summary.tally.restoredByDatabase.map { ("db \($0.database)", $0.totals) }
    let types = ValueShape.allCases.map { ($0.name, summary.tally.restored($0)) }
    return totals(.left("restored"), databases + types.filter { $0.1.keys > 0 })
  }

  /// A row for each part of the keys that are restored.
  private func totals(_ title: TextTable.Column, _ parts: [(name: String, sums: KeyTotals)])
    -> String
  {
    let rows = parts.map { name, sums in
      [
        name, HumanText.count(sums.keys),
        HumanText.elements(sums.elements, uncounted: sums.uncounted),
        HumanText.size(Int(clamping: sums.valueBytes)), HumanText.count(sums.expiring),
      ]
    }
    return table(
      [title, .right("keys"), .right("elements"), .right("bytes"), .right("expire")], rows)
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
