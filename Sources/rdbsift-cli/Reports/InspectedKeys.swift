// Key counts of one or several files, for `info`.

import RDB
import RDBSift

/// Key counts by kind and by expiry.
struct InspectedKeys {
  let summary: InspectionSummary
  let now: UnixMilliseconds
  /// The sum of all counts.
  let total: RecordCount
  private let counts: [Kind: RecordCount]
  /// Keys by database.
  private let databases: [UInt32: UInt64]

  init(_ summaries: [InspectionSummary], now: UnixMilliseconds) {
    var summary = InspectionSummary(RecordTally())
    for other in summaries { summary.merge(other) }
    self.summary = summary
    self.now = now
    counts = summary.kinds
    var total = RecordCount()
    var databases: [UInt32: UInt64] = [:]
    for (kind, count) in counts {
      total.merge(count)
      databases[kind.database, default: 0] += count.keys
    }
    self.total = total
    self.databases = databases
  }

  /// Keys in a database.
  func count(in database: UInt32) -> UInt64 { databases[database] ?? 0 }

  var number: Fields { ["keys": .count(total.keys).shown] }

  /// The numbers of keys that are not selected, that have a TTL, and that have expired.
  func counts(isTimed: Bool) -> Fields {
    [
      "not_selected": .count(summary.leftOut).shown(if: summary.leftOut > 0),
      "expire": .count(total.expires).shown("keys with a TTL", if: total.expires > 0),
      "expired": isTimed ? .count(summary.expired) : .null,
    ]
  }

  /// The first and the last expiry and, in text output, the number of expired keys.
  var expiries: Fields {
    let expired = "\(Formatting.count(summary.expired)) as of \(Formatting.instant(now))"
    let isShown = total.expires > 0
    return [
      "first_expire_ms": .instant(summary.firstExpiry).shown("  first", if: isShown),
      "last_expire_ms": .instant(summary.lastExpiry).shown("  last", if: isShown),
      "  expired": .textOnly(isShown ? .text(expired) : .null),
    ]
  }

  /// A row for each kind, by database and type.
  var kinds: [Fields] {
    func order(_ kind: Kind) -> (UInt32, ValueShape.RawValue, String, ValueEncoding.RawValue) {
      (kind.database, kind.shape.rawValue, kind.module?.name ?? "", kind.encoding.rawValue)
    }
    return counts.sorted { order($0.key) < order($1.key) }.map { kind, count in
      [
        "db": .number(kind.database).shown,
        "type": .text(kind.module?.name ?? kind.shape.name).shown,
        "encoding": .text(kind.encoding.name).shown, "keys": .count(count.keys).shown,
        "elements": .elements(count.elements, uncounted: count.uncounted).shown,
        "uncounted_keys": .count(count.uncounted),
        "record_bytes": .bytes(count.bytes).shown("bytes"),
        "expire": .count(count.expires).shown("with TTL"),
      ]
    }
  }
}

extension Value {
  /// A size in a readable unit, and in bytes.
  static func allBytes(_ size: Int) -> Value {
    .text("\(Formatting.size(size)) (\(Formatting.count(size, "byte", "bytes")))")
  }
}
