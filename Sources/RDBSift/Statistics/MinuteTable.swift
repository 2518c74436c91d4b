// Keys and memory by minute, in bounded memory. When there are too many minutes, those with fewest keys are
// forgotten; a minute that comes back counts from then on. Keys come in file order, so that the result does
// not depend on threads.

/// Counts by minute.
struct MinuteTable: Sendable {
  /// A minute since the epoch, and the keys that expire in it; no keys mark an empty place.
  struct Entry: BitwiseCopyable, Sendable {
    var minute: Int64 = 0
    var count = MemoryCount()
  }

  /// Minutes to keep when some are forgotten, which happens at twice as many.
  private static let limit = 8192

  private var entries = [Entry](repeating: Entry(), count: 1024)
  private var used = 0
  /// Whether minutes were forgotten, so that counts of minutes are lower bounds.
  private(set) var isPartial = false

  /// Counts a key.
  mutating func add(_ minute: Int64, _ memory: Int) {
    let place = place(of: minute)
    if entries[place].count.keys == 0 {
      entries[place].minute = minute
      used += 1
    }
    entries[place].count.add(memory)
    if used * 2 > entries.count { makeRoom() }
  }

  /// Minutes that can be expressed in milliseconds.
  static let minutes = Int64.min / 60_000...Int64.max / 60_000

  /// The minutes with their counts, the earliest first.
  var counts: [StatisticsData.Numbered] {
    entries.filter { $0.count.keys > 0 }.sorted { $0.minute < $1.minute }
      .map { .init(number: $0.minute, count: $0.count) }
  }

  /// Adds minutes.
  mutating func merge(_ counts: [StatisticsData.Numbered], isPartial: Bool) {
    for minute in counts where minute.count.keys > 0 {
      let place = place(of: minute.number)
      if entries[place].count.keys == 0 {
        entries[place].minute = minute.number
        used += 1
      }
      entries[place].count.merge(minute.count)
      if used * 2 > entries.count { makeRoom() }
    }
    if isPartial { self.isPartial = true }
  }

  /// Where a minute is, or would be.
  @inline(__always)
  private func place(of minute: Int64) -> Int {
    let mixed = UInt64(bitPattern: minute) &* 0x9e37_79b9_7f4a_7c15
    var place = Int(truncatingIfNeeded: mixed >> 32) & (entries.count - 1)
    while entries[place].count.keys > 0, entries[place].minute != minute {
      place = (place + 1) & (entries.count - 1)
    }
    return place
  }

  @inline(never)
  private mutating func makeRoom() {
    var kept = entries.filter { $0.count.keys > 0 }
    var size = entries.count * 2
    if used > 2 * MinuteTable.limit {
      isPartial = true
      size = entries.count
      var least: UInt64 = 1
      while kept.count > MinuteTable.limit {
        kept.removeAll { $0.count.keys <= least }
        least *= 2
      }
    }
    entries = [Entry](repeating: Entry(), count: size)
    used = kept.count
    for entry in kept { entries[place(of: entry.minute)] = entry }
  }

  /// The minutes with most keys, the fullest first.
  func fullest(_ count: Int) -> [Entry] {
    let sorted = entries.filter { $0.count.keys > 0 }.sorted { a, b in
      a.count.keys != b.count.keys ? a.count.keys > b.count.keys : a.minute < b.minute
    }
    return Array(sorted.prefix(count))
  }
}
