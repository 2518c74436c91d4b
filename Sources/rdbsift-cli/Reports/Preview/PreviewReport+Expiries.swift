// Expiries before and after the time shift, and the distribution of remaining TTLs.

import RDB
import RDBSift
import Restore

extension PreviewReport {
  /// Remaining TTLs, as `ExpirySpread` counts them.
  private static let spans = [
    "expired", "less than a minute", "less than an hour", "less than a day",
    "less than a week", "less than 30 days", "less than a year", "longer",
  ]

  /// Expiries of the keys that are restored.
  private struct Expiries {
    var name: String
    var spread: ExpirySpread
    var median: UnixMilliseconds?
  }

  /// Expiries in the file, and as they would be restored.
  ///
  /// A median is more exact the nearer it is to now, and a shift keeps the order of keys; so the
  /// farther median is computed from the nearer one.
  private var bothExpiries: (file: Expiries, restored: Expiries) {
    var restored = Expiries(
      name: "as restored", spread: summary.remainingTTLs, median: summary.remainingTTLs.median)
    var file = Expiries(
      name: "in the file", spread: summary.storedTTLs, median: summary.storedTTLs.median)
    guard let shift = selection.shift, let median = restored.median, let inFile = file.median
    else { return (restored, restored) }
    let now = Int128(selection.now.rawValue)
    if (Int128(median.rawValue) - now).magnitude <= (Int128(inFile.rawValue) - now).magnitude {
      file.median = file.spread.bounded(shift.inverse(median))
    } else {
      restored.median = restored.spread.bounded(shift(inFile))
    }
    return (file, restored)
  }

  /// The expiries in text output; those in the file only where the shift changes them.
  private var shownExpiries: [Expiries] {
    guard summary.remainingTTLs.count > 0 else { return [] }
    let (file, restored) = bothExpiries
    return selection.shift == nil ? [restored] : [file, restored]
  }

  /// The first, median and last expiry, before and after the shift.
  var expiryTable: [Fields] {
    let shown = shownExpiries
    guard !shown.isEmpty else { return [] }
    func row(_ title: String, _ instant: (Expiries) -> UnixMilliseconds?) -> Fields {
      Fields(
        [Field(title: "expiry", .text(title))]
          + shown.map { Field(title: $0.name, .instant(instant($0))) })
    }
    return [
      row("first") { $0.spread.first },
      // To the second: the median is known to a 64th of its distance from now.
      row("median, about") { $0.median.map { UnixMilliseconds($0.rawValue / 1000 * 1000) } },
      row("last") { $0.spread.last },
    ]
  }

  /// Keys by remaining TTL, before and after the shift, as bars.
  var expiryChart: [Fields] {
    let columns = shownExpiries.map {
      (name: $0.name, keys: [$0.spread.expired] + $0.spread.countsBySpan)
    }
    let most = columns.flatMap(\.keys).max() ?? 1
    let isOne = columns.count == 1
    func cells(_ name: String, _ keys: UInt64) -> [Field] {
      [
        Field(title: isOne ? "keys" : name, keys == 0 ? .null : .count(keys)),
        Field(title: "", .bar(keys, of: most, columns: isOne ? 30 : 15)),
      ]
    }
    return PreviewReport.spans.indices.filter { span in columns.contains { $0.keys[span] > 0 } }
      .map { span in
        Fields(
          [Field(title: "remaining TTL", .text(PreviewReport.spans[span]))]
            + columns.flatMap { cells($0.name, $0.keys[span]) })
      }
  }

  /// The same numbers in JSON.
  var expiries: Fields {
    func instants(_ expiries: Expiries) -> Value {
      [
        "first_ms": .instant(expiries.spread.first), "median_about_ms": .instant(expiries.median),
        "last_ms": .instant(expiries.spread.last),
      ]
    }
    let (file, restored) = bothExpiries
    let ends = ExpirySpread.ends.map { Value.number($0) } + [.null]
    let lives = zip(ends, zip(restored.spread.countsBySpan, file.spread.countsBySpan))
    return [
      "keys": .count(restored.spread.count), "in_file": instants(file),
      "restored": instants(restored), "expired_in_file": .count(file.spread.expired),
      "remaining_ttls": .rows(
        lives.map { end, keys in
          ["below_ms": end, "keys": .count(keys.0), "keys_in_file": .count(keys.1)]
        }),
    ]
  }

  /// Field TTLs.
  var fieldExpiries: Fields {
    let fields = summary.fields
    return [
      "keys": .count(fields.keys).shown("keys with field TTLs"),
      "fields": .count(fields.fields).shown,
      "expired": .count(fields.expired).shown("expired by now (a time shift does not move them)"),
      "examples": .rows(fields.examples.notes.map { fileKey($0) }),
    ]
  }
}
