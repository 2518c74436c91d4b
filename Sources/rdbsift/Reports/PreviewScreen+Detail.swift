// The second half of what `preview` shows: when keys would die, what would not come back, what is
// big, and how much an export would write.

import Pipeline
import RDB
import Restore

extension PreviewScreen {
  /// Spans of life, and what they are called.
  private static let spans: [(name: String, milliseconds: Int64)] = [
    ("less than a minute", 60_000), ("less than an hour", 3_600_000),
    ("less than a day", 86_400_000), ("less than a week", 7 * 86_400_000),
    ("less than 30 days", 30 * 86_400_000), ("less than a year", 365 * 86_400_000),
    ("longer", .max),
  ]
  private static let barWidth: UInt64 = 30

  /// Expiries before and after the shift.
  func expiries() -> String {
    guard let first = summary.lives.first, let last = summary.lives.last,
      let median = summary.lives.median
    else { return "" }
    var rows: [[String]] = []
    if let shift = selection.shift {
      let back = shift.inverse
      rows.append(["in the file", instant(back(first)), near(back(median)), instant(back(last))])
    }
    rows.append(["as restored", instant(first), near(median), instant(last)])
    return table([.left("expiry"), .left("first"), .left("median, about"), .left("last")], rows)
  }

  /// To the second: the median is known to a 64th of its distance from now.
  private func near(_ moment: UnixMilliseconds) -> String {
    instant(UnixMilliseconds(moment.rawValue / 1000 * 1000))
  }

  /// How many keys live how long, as counts.
  func livesBySpan() -> [(name: String, within: Int64, keys: UInt64)] {
    var before: UInt64 = 0
    return PreviewScreen.spans.map { name, milliseconds in
      let within =
        milliseconds == .max
        ? summary.lives.count : summary.lives.count(within: milliseconds)
      defer { before = within }
      return (name, milliseconds, within - before)
    }
  }

  /// How many keys live how long, as bars.
  func histogram() -> String {
    guard summary.lives.count > 0 else { return "" }
    let spans = livesBySpan()
    let most = max(spans.map(\.keys).max() ?? 1, 1)
    let rows = spans.filter { $0.keys > 0 }.map { span in
      let width = max(Int(span.keys * PreviewScreen.barWidth / most), 1)
      return [span.name, HumanText.count(span.keys), String(repeating: "#", count: width)]
    }
    return table([.left("life from now"), .right("keys"), .left("", mayShrink: true)], rows)
  }

  /// Fields that expire on their own.
  func fieldDeadlines() -> String {
    let fields = summary.fields
    guard fields.fields > 0 else { return "" }
    return table(
      [.left("fields that expire on their own"), .right("")],
      [
        ["keys that have any", HumanText.count(fields.keys)],
        ["fields", HumanText.count(fields.fields)],
        ["over by now, whatever the time shift", HumanText.count(fields.over)],
      ])
  }

  /// Keys that would not come back.
  func lost() -> String {
    let kinds = [
      (summary.expiredAtReference, "expired at the restore time"),
      (summary.expiredAtSubmission, "expired by now"),
    ]
    let rows = kinds.flatMap { first, reason in
      first.notes.map { note in
        [
          KeyText.spelled(note.key, width: 60), "db \(note.record.database)",
          "\(reason): \(note.record.expiry.map { instant($0) } ?? "")",
        ]
      }
    }
    return table(
      [.left("would not come back, such as", mayShrink: true), .left(""), .left("")], rows)
  }

  /// The biggest keys.
  func biggest() -> String {
    let notes = summary.biggest.notes
    guard summary.tally.restored.keys > UInt64(notes.count) else { return "" }
    let rows = notes.map { note in
      [
        KeyText.spelled(note.key, width: 60), "db \(note.record.database)",
        HumanText.size(note.record.end - note.record.start),
      ]
    }
    return table([.left("biggest keys", mayShrink: true), .left(""), .right("in the file")], rows)
  }

  /// What an export would write.
  func exported() -> String {
    guard summary.output.tried.keys > 0 else { return "" }
    let total = summary.output.total(summary.tally)
    let about = summary.output.isExact ? "" : "about "
    var text =
      "export writes  \(about)\(HumanText.count(total.commands, "command", "commands")), "
      + "\(about)\(HumanText.size(Int(clamping: total.bytes)))\n"
    if summary.output.damaged > 0 {
      text +=
        "export stops   at the first of "
        + "\(HumanText.count(summary.output.damaged, "value", "values")) that make no sense\n"
    }
    return text
  }
}
