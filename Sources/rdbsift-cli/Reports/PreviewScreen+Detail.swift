// The second half of what `preview` shows: when keys would die, what would not come back, what is
// big, and how much an export would write.

import RDB
import RDBSift
import Restore

extension PreviewScreen {
  /// Spans of life, as `ExpirySpread` counts them.
  private static let spans = [
    "less than a minute", "less than an hour", "less than a day", "less than a week",
    "less than 30 days", "less than a year", "longer",
  ]

  /// Expiries of the keys that are restored: what is told of them.
  private struct Expiries {
    var name: String
    var spread: ExpirySpread
    var median: UnixMilliseconds?
  }

  /// Expiries as the file has them, and as they would be restored.
  ///
  /// A median is the better known the nearer it is to now, and a shift keeps the order of keys; so the
  /// farther one is the nearer one, moved.
  private var expirySpreads: (file: Expiries, restored: Expiries) {
    let lives = summary.lives
    var restored = Expiries(name: "as restored", spread: lives, median: lives.median)
    guard let shift = selection.shift, let median = lives.median,
      let inFile = summary.fileLives.median
    else { return (restored, restored) }
    var file = Expiries(name: "in the file", spread: summary.fileLives, median: inFile)
    let now = Int128(selection.now.rawValue)
    if (Int128(median.rawValue) - now).magnitude <= (Int128(inFile.rawValue) - now).magnitude {
      file.median = file.spread.bounded(shift.inverse(median))
    } else {
      restored.median = restored.spread.bounded(shift(inFile))
    }
    return (file, restored)
  }

  /// What is shown: the file's expiries only where the shift makes them others.
  private var shownExpiries: [Expiries] {
    let (file, restored) = expirySpreads
    return selection.shift == nil ? [restored] : [file, restored]
  }

  /// Expiries before and after the shift, side by side.
  func expiries() -> String {
    guard summary.lives.count > 0 else { return "" }
    let shown = shownExpiries
    func row(_ name: String, _ moment: (Expiries) -> String?) -> [String] {
      [name] + shown.map { moment($0) ?? "" }
    }
    return table(
      [.left("expiry")] + shown.map { .left($0.name) },
      [
        row("first") { $0.spread.first.map(instant) },
        row("median, about") { $0.median.map(near) },
        row("last") { $0.spread.last.map(instant) },
      ])
  }

  /// To the second: the median is known to a 64th of its distance from now.
  private func near(_ moment: UnixMilliseconds) -> String {
    instant(UnixMilliseconds(moment.rawValue / 1000 * 1000))
  }

  /// How many keys live how long from now, before and after the shift, as bars.
  func histogram() -> String {
    guard summary.lives.count > 0 else { return "" }
    let columns = shownExpiries.map {
      (name: $0.name, keys: [$0.spread.over] + $0.spread.livesBySpan)
    }
    let names = ["none: over already"] + PreviewScreen.spans
    let most = max(columns.flatMap(\.keys).max() ?? 1, 1)
    let width = UInt64(columns.count == 1 ? 30 : 15)
    let rows = names.indices.filter { row in columns.contains { $0.keys[row] > 0 } }.map { row in
      [names[row]] + columns.flatMap { bar($0.keys[row], most, width) }
    }
    return table(
      [.left("life from now")]
        + columns.flatMap { column in
          [
            .right(columns.count == 1 ? "keys" : column.name), .left("", mayShrink: true),
          ] as [TextTable.Column]
        }, rows)
  }

  /// A number and its bar; nothing is nothing, and little is not.
  private func bar(_ keys: UInt64, _ most: UInt64, _ width: UInt64) -> [String] {
    guard keys > 0 else { return ["", ""] }
    // Shares of 64 bits: a file with so many keys that the product is beyond them is none.
    let length = max(Int(keys.multipliedFullWidth(by: width).low / most), 1)
    return [HumanText.count(keys), String(repeating: "#", count: length)]
  }

  /// The same numbers for a program.
  func expiriesJSON() -> JSONValue {
    func moments(_ expiries: Expiries) -> JSONValue {
      .object([
        "first_ms": .optional(expiries.spread.first) { .moment($0) },
        "median_about_ms": .optional(expiries.median) { .moment($0) },
        "last_ms": .optional(expiries.spread.last) { .moment($0) },
      ])
    }
    let (file, restored) = expirySpreads
    let ends = ExpirySpread.ends.map { JSONValue.integer($0) } + [.null]
    let lives = zip(ends, zip(restored.spread.livesBySpan, file.spread.livesBySpan))
    return .object([
      "keys": .count(restored.spread.count), "in_file": moments(file),
      "restored": moments(restored), "over_in_file": .count(file.spread.over),
      "lives": .array(
        lives.map { end, keys in
          .object(["below_ms": end, "keys": .count(keys.0), "keys_in_file": .count(keys.1)])
        }),
    ])
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
