// Members of a sorted set in order: blocks of bounded size, so that an insertion moves few of them.

/// Members by score, and by bytes where scores are equal.
struct SortedOrder {
  /// A member and its score.
  struct Item: BitwiseCopyable {
    var score: Double
    var member: StringPlace

    func precedes(_ other: Item, _ parts: ByteParts) -> Bool {
      score == other.score ? parts.precedes(member, other.member) : score < other.score
    }
  }

  private var blocks: [[Item]] = []
  /// Members.
  private(set) var count = 0

  private static let most = 256

  init(_ items: [Item], _ parts: ByteParts) {
    let sorted = items.sorted { $0.precedes($1, parts) }
    count = sorted.count
    for start in stride(from: 0, to: sorted.count, by: SortedOrder.most / 2) {
      blocks.append(Array(sorted[start..<min(start + SortedOrder.most / 2, sorted.count)]))
    }
  }

  /// Whether all members have one score.
  var isOfOneScore: Bool {
    guard let first = blocks.first?.first, let last = blocks.last?.last else { return true }
    return first.score == last.score
  }

  /// The block in which an item is, or into which it belongs.
  private func block(_ item: Item, _ parts: ByteParts) -> Int {
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if item.precedes(blocks[middle][0], parts) { high = middle } else { low = middle + 1 }
    }
    return max(0, low - 1)
  }

  /// The first place in a block that does not precede an item.
  private func place(_ item: Item, in block: Int, _ parts: ByteParts) -> Int {
    var (low, high) = (0, blocks[block].count)
    while low < high {
      let middle = (low + high) / 2
      if blocks[block][middle].precedes(item, parts) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func insert(_ item: Item, _ parts: ByteParts) {
    count += 1
    guard !blocks.isEmpty else { return blocks.append([item]) }
    let block = block(item, parts)
    blocks[block].insert(item, at: place(item, in: block, parts))
    guard blocks[block].count > SortedOrder.most else { return }
    let half = Array(blocks[block][(SortedOrder.most / 2)...])
    blocks[block].removeLast(half.count)
    blocks.insert(half, at: block + 1)
  }

  mutating func remove(_ item: Item, _ parts: ByteParts) {
    guard !blocks.isEmpty else { return }
    let block = block(item, parts)
    let place = place(item, in: block, parts)
    guard place < blocks[block].count, !item.precedes(blocks[block][place], parts) else { return }
    blocks[block].remove(at: place)
    count -= 1
    if blocks[block].isEmpty { blocks.remove(at: block) }
  }

  /// The items of a range of ranks.
  func items(_ ranks: Range<Int>) -> [Item] {
    var items: [Item] = []
    var first = 0
    for block in blocks where first < ranks.upperBound {
      let end = first + block.count
      if end > ranks.lowerBound {
        let from = max(ranks.lowerBound, first) - first
        items += block[from..<(min(ranks.upperBound, end) - first)]
      }
      first = end
    }
    return items
  }

  /// How many items, from the first, hold a condition; it must hold for a head of the order only.
  func countHead(while holds: (Item) -> Bool) -> Int {
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if holds(blocks[middle][0]) { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return 0 }
    let before = blocks[..<(low - 1)].reduce(0) { $0 + $1.count }
    return before + (blocks[low - 1].firstIndex { !holds($0) } ?? blocks[low - 1].count)
  }
}
