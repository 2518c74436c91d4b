// Expiries, slots and sizes.

import RDB
import RDBSift

extension StatisticsReport {
  /// Memory that expiries free, by the time until then.
  var expirySpans: PagePart {
    let names = [
      "expired", "within a minute", "within an hour", "within a day", "within a week",
      "within 30 days", "within a year", "later",
    ]
    let spans = statistics.expiries.spans
    guard spans.contains(where: { $0.keys > 0 }) else {
      return PagePart(id: "expiries", title: "Expiries")
    }
    var freed: UInt64 = 0
    let rows: [Fields] = zip(names, spans).map { name, count in
      freed &+= count.memory
      return [
        "span": .text(name).shown("expires"), "keys": .count(count.keys).shown,
        "memory": .bytes(count.memory).shown, "freed": .bytes(freed).shown("freed until then"),
      ]
    }
    return PagePart(
      id: "expiries", title: "Expiries", rows: rows, picture: bars(spans.map { Double($0.memory) }))
  }

  /// Minutes in which many keys expire.
  var massExpiries: PagePart {
    let fullest = statistics.expiries.fullest(10)
    let rows: [Fields] = fullest.map { minute, count in
      [
        "minute_ms": .instant(minute).shown("minute"), "keys": .count(count.keys).shown,
        "memory": .bytes(count.memory).shown,
        "share": .share(share(count.keys, of: total.keys)).shown,
      ]
    }
    let isPartial = statistics.expiries.isPartial && !rows.isEmpty
    return PagePart(
      id: "mass_expiries", title: "Minutes in which most keys expire", rows: rows,
      notes: isPartial ? ["Emptier minutes were forgotten: these are lower bounds."] : [],
      picture: bars(fullest.map { Double($0.count.keys) }))
  }

  /// Shards of a cluster with these keys.
  var shards: PagePart {
    guard total.keys > 0 else { return PagePart(id: "shards", title: "Cluster shards") }
    let rows: [Fields] = [3, 6, 12].map { count in
      let shards = statistics.slots.shards(count)
      let most = shards.max { $0.memory < $1.memory }?.memory ?? 0
      let mean = total.memory / UInt64(count)
      return [
        "shards": .count(count).shown, "largest": .bytes(most).shown("largest shard"),
        "mean": .bytes(mean).shown,
        "ratio": .share(share(most, of: mean)).shown("largest to mean"),
      ]
    }
    return PagePart(
      id: "shards", title: "Cluster shards, with equal ranges of slots", rows: rows,
      notes: [
        "\(Formatting.count(statistics.slots.used)) of 16,384 slots have keys; "
          + "\(Formatting.count(statistics.slots.tagged, "key has", "keys have")) a hash tag."
      ])
  }

  /// The slots with most memory.
  var slots: PagePart {
    let rows: [Fields] = statistics.slots.largest(5).map { slot, count in
      [
        "slot": .number(Int64(slot)).shown, "keys": .count(count.keys).shown,
        "memory": .bytes(count.memory).shown,
        "share": .share(share(count.memory, of: total.memory)).shown,
      ]
    }
    return PagePart(id: "slots", title: "Largest slots", rows: rows)
  }

  /// Keys by the power of two of their memory.
  var sizes: PagePart {
    let counts = statistics.sizes.enumerated().filter { $0.element.keys > 0 }
    let rows: [Fields] = counts.map { power, count in
      [
        "up_to": .bytes(UInt64(1) << UInt64(min(power, 62))).shown("up to"),
        "keys": .count(count.keys).shown,
        "memory": .bytes(count.memory).shown,
        "share": .share(share(count.memory, of: total.memory)).shown,
      ]
    }
    return PagePart(
      id: "sizes", title: "Sizes of keys", rows: rows,
      picture: bars(counts.map { Double($0.element.memory) }))
  }
}
