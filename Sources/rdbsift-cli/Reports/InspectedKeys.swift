// The keys of a file, or of several, as `info` counts them.

import RDB
import RDBSift

/// Keys, by kind and by expiry.
struct InspectedKeys {
  let summary: InspectionSummary
  let kinds: [Kind: RecordCount]
  let now: UnixMilliseconds

  init(_ summary: InspectionSummary, now: UnixMilliseconds) {
    self.summary = summary
    kinds = summary.kinds
    self.now = now
  }

  /// All counts as one.
  var total: RecordCount {
    var total = RecordCount()
    for count in kinds.values { total.merge(count) }
    return total
  }

  /// Keys in a database.
  func count(in database: UInt32) -> UInt64 {
    kinds.filter { $0.key.database == database }.values.reduce(0) { $0 + $1.keys }
  }

  /// How many keys there are.
  var number: Field { Field("keys", title: "keys", .count(total.keys)) }

  /// Keys that are not selected, that expire, and that are past their expiry.
  func counts(isTimed: Bool) -> [Field] {
    [
      Field("not_selected", title: "not selected", .count(summary.leftOut))
        .shown(if: summary.leftOut > 0),
      Field("expire", title: "keys that expire", .count(total.expires))
        .shown(if: total.expires > 0),
      Field("expired", isTimed ? .count(summary.expired) : .null),
    ]
  }

  /// The first and the last expiry, and how many are past.
  var expiries: [Field] {
    let expired = "\(Formatting.count(summary.expired)) by now (\(Formatting.instant(now)))"
    return [
      Field("first_expire_ms", title: "  first", .optional(summary.firstExpiry) { .instant($0) }),
      Field("last_expire_ms", title: "  last", .optional(summary.lastExpiry) { .instant($0) }),
      Field(title: "  expired", .text(expired)),
    ].map { $0.shown(if: total.expires > 0) }
  }

  /// A row for each kind, by database and type.
  var kindRows: [[Field]] {
    sortedKinds.map { kind, count in
      [
        Field("db", title: "db", .number(kind.database)),
        Field("type", title: "type", .text(kind.module?.name ?? kind.shape.name)),
        Field("encoding", title: "encoding", .text(kind.encoding.name)),
        Field("keys", title: "keys", .count(count.keys)),
        Field(
          "elements", title: "elements", .elements(count.elements, uncounted: count.uncounted)),
        Field("uncounted_keys", .count(count.uncounted)),
        Field("bytes", title: "bytes", .bytes(count.bytes)),
        Field("expire", title: "expire", .count(count.expires)),
      ]
    }
  }

  private var sortedKinds: [(kind: Kind, count: RecordCount)] {
    func order(_ kind: Kind) -> (UInt32, ValueShape.RawValue, String, ValueEncoding.RawValue) {
      (kind.database, kind.shape.rawValue, kind.module?.name ?? "", kind.encoding.rawValue)
    }
    return kinds.map { (kind: $0.key, count: $0.value) }
      .sorted { order($0.kind) < order($1.kind) }
  }
}

extension Value {
  /// A size for people, with all its bytes.
  static func sizeWithBytes(_ size: Int) -> Value {
    .text("\(Formatting.size(size)) (\(Formatting.count(size, "byte", "bytes")))")
  }
}
