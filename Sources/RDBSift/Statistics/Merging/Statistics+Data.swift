// Counts to data, and back: data of parts is added to counts in the order of the parts.

import RDB

extension MemoryCount {
  /// A file has fewer keys and bytes; sums of as many files as can be added up fit 63 bits.
  package static let limit: UInt64 = 1 << 48
  /// The same for the number of keys, from which the sizes of tables follow.
  static let keyLimit: UInt64 = 1 << 40

  /// Whether a file can have such groups together.
  static func arePossible(_ counts: some Sequence<MemoryCount>) -> Bool {
    var (keys, memory) = (UInt64(0), UInt64(0))
    return counts.allSatisfy { count in
      guard count.keys <= keyLimit, count.memory <= limit else { return false }
      keys += count.keys
      memory += count.memory
      return keys <= keyLimit && memory <= limit
    }
  }
}

extension Statistics {
  /// The lists of keys.
  private var lists: [TopKeys] { [largest, longest, widest, idlest, hottest] }

  /// The counts as data.
  package var data: StatisticsData {
    StatisticsData(
      kinds: kinds.kinds, groups: kinds.groups, otherKinds: kinds.others, spans: expiries.spans,
      minutes: expiries.minuteCounts, isMinutesPartial: expiries.isPartial,
      slots: slots.counts.indices.filter { slots.counts[$0].keys > 0 }
        .map { .init(number: Int64($0), count: slots.counts[$0]) },
      tagged: slots.tagged, sizes: sizes, savings: overLimits.savings,
      lists: lists.map(\.keys), prefixes: tree.data,
      isPrefixPartial: tree.isPartial)
  }

  /// Adds the counts of a part that follows.
  /// - Throws: What cannot be in the data.
  package mutating func merge(_ data: StatisticsData) throws(StatisticsDataError) {
    try check(data)
    for (kind, group) in zip(data.kinds, data.groups) { kinds.merge(group, of: kind) }
    kinds.mergeOthers(data.otherKinds)
    expiries.merge(data.spans, data.minutes, isPartial: data.isMinutesPartial)
    for slot in data.slots { slots.counts[Int(slot.number)].merge(slot.count) }
    slots.tagged &+= data.tagged
    for index in sizes.indices { sizes[index].merge(data.sizes[index]) }
    overLimits.merge(data.savings)
    largest.merge(data.lists[0])
    longest.merge(data.lists[1])
    widest.merge(data.lists[2])
    idlest.merge(data.lists[3])
    hottest.merge(data.lists[4])
    try tree.merge(data.prefixes, isPartial: data.isPrefixPartial)
  }

  private func check(_ data: StatisticsData) throws(StatisticsDataError) {
    func check(_ isPossible: Bool, _ member: StaticString) throws(StatisticsDataError) {
      if !isPossible { throw StatisticsDataError(member) }
    }
    try check(
      data.kinds.count == data.groups.count
        && (data.groups + [data.otherKinds]).allSatisfy(\.isPossible)
        && MemoryCount.arePossible((data.groups + [data.otherKinds]).map(\.count)), "groups")
    try check(
      data.spans.count == expiries.spans.count && MemoryCount.arePossible(data.spans), "spans")
    try check(
      data.minutes.allSatisfy { MinuteTable.minutes.contains($0.number) }
        && MemoryCount.arePossible(data.minutes.map(\.count)), "minutes")
    try check(
      data.slots.allSatisfy { (0..<Int64(HashSlot.count)).contains($0.number) }
        && MemoryCount.arePossible(data.slots.map(\.count)), "slots")
    try check(
      data.sizes.count == sizes.count && MemoryCount.arePossible(data.sizes)
        && data.tagged <= MemoryCount.keyLimit, "sizes")
    try check(
      data.savings.map(\.limit) == overLimits.savings.map(\.limit)
        && data.savings.allSatisfy(\.isPossible), "savings")
    try check(
      data.lists.count == lists.count
        && data.lists.allSatisfy { $0.count <= request.topCount && $0.allSatisfy(\.isPossible) },
      "lists")
  }
}
