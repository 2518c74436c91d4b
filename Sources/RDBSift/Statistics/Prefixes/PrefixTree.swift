// Counts keys by prefix in bounded memory. Each key is counted once: in the longest prefix of it that is
// kept, or among the other keys of the longest one whose continuation was dropped. When there are too many
// prefixes, those without children and with least memory are folded into their parents; sums therefore stay
// exact, and a prefix that comes back counts from then on. Keys come in file order, so that the result does
// not depend on threads.

import RDB

/// The prefixes of keys, with counts.
struct PrefixTree {
  struct Node: BitwiseCopyable {
    var parent: Int32
    let hash: UInt64
    /// Where the last part of the prefix is among the bytes of all parts.
    fileprivate var partStart: Int32
    fileprivate let partCount: UInt8
    /// Keys that end here.
    var own = PrefixCount()
    /// Keys with longer prefixes that were dropped.
    var other = PrefixCount()
  }

  let limit: Int
  private let depth: Int
  private let now: Int64
  private var path: PrefixPath
  /// The root, without a prefix, comes first; parents come before their children.
  private(set) var nodes: [Node]
  /// The last parts of all prefixes.
  private var parts: [UInt8] = []
  /// Numbers of nodes by hash, with the upper half of the hash; 0 where there is none.
  private var table: [UInt64]
  /// Whether prefixes were dropped, so that counts of single prefixes may be too low.
  private(set) var isPartial = false

  init(_ request: StatisticsRequest) {
    limit = max(request.prefixLimit, 16)
    depth = request.depth
    now = request.now.rawValue
    path = PrefixPath(separators: request.separators, depth: request.depth)
    nodes = [Node(parent: -1, hash: 0, partStart: 0, partCount: 0)]
    table = [UInt64](repeating: 0, count: 1024)
  }

  /// The last part of a prefix.
  func part(of node: Node) -> ArraySlice<UInt8> {
    parts[Int(node.partStart)..<Int(node.partStart) + Int(node.partCount)]
  }

  mutating func add(_ row: StatisticsRow, _ key: RawSpan) {
    path.find(in: key)
    nodes[node(for: key)].own.add(row, now: now)
    if nodes.count > limit { prune() }
  }

  /// The node of the longest prefix, which is made if it is new.
  private mutating func node(for key: RawSpan) -> Int {
    var level = path.count
    var node = 0
    while level > 0 {
      node = find(path.steps[level - 1].hash)
      if node > 0 { break }
      level -= 1
    }
    while level < path.count {
      node = insert(path.steps[level], below: node, key)
      level += 1
    }
    return node
  }

  @inline(__always)
  private func find(_ hash: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: hash) & (table.count - 1)
    while table[place] != 0 {
      let entry = table[place]
      if (entry ^ hash) >> 32 == 0 {
        let node = Int(entry & 0xffff_ffff)
        if nodes[node].hash == hash { return node }
      }
      place = (place + 1) & (table.count - 1)
    }
    return 0
  }

  private mutating func insert(
    _ step: PrefixPath.Step, below parent: Int, _ key: RawSpan
  ) -> Int {
    let start = parts.count
    if step.isFolded {
      parts.append(0x2a)
      parts.append(key.byte(step.end - 1))
    } else {
      for index in step.start..<step.end { parts.append(key.byte(index)) }
    }
    return appendNode(step.hash, below: parent, partFrom: start)
  }

  /// Makes a node whose last part has just been appended to the parts.
  private mutating func appendNode(_ hash: UInt64, below parent: Int, partFrom start: Int) -> Int {
    nodes.append(
      Node(
        parent: Int32(parent), hash: hash, partStart: Int32(start),
        partCount: UInt8(parts.count - start)))
    if nodes.count * 2 > table.count {
      rebuild(table.count * 2)
    } else {
      enter(nodes.count - 1)
    }
    return nodes.count - 1
  }

  private mutating func enter(_ node: Int) {
    let hash = nodes[node].hash
    var place = Int(truncatingIfNeeded: hash) & (table.count - 1)
    while table[place] != 0 { place = (place + 1) & (table.count - 1) }
    table[place] = hash & 0xffff_ffff_0000_0000 | UInt64(node)
  }

  private mutating func rebuild(_ size: Int) {
    table = [UInt64](repeating: 0, count: size)
    for node in nodes.indices.dropFirst() { enter(node) }
  }

  // MARK: Merging

  /// The prefixes as data, parents before their children.
  var data: [StatisticsData.Prefix] {
    nodes.map {
      StatisticsData.Prefix(
        parent: Int(max($0.parent, 0)), hash: $0.hash, part: Array(part(of: $0)), own: $0.own,
        other: $0.other)
    }
  }

  /// Adds the prefixes of a part that follows.
  /// - Throws: That they are no tree.
  mutating func merge(
    _ data: [StatisticsData.Prefix], isPartial: Bool
  ) throws(StatisticsDataError) {
    guard data.count <= limit,
      MemoryCount.arePossible(data.flatMap { [$0.own.count, $0.other.count] })
    else { throw StatisticsDataError("prefixes") }
    var places: [Int] = []
    for prefix in data {
      guard prefix.own.isPossible, prefix.other.isPossible, prefix.part.count <= Int(UInt8.max)
      else { throw StatisticsDataError("prefixes") }
      var place = 0
      if !places.isEmpty {
        guard places.indices.contains(prefix.parent), prefix.hash != 0 else {
          throw StatisticsDataError("prefixes")
        }
        place = find(prefix.hash)
        if place == 0 {
          let start = parts.count
          parts += prefix.part
          place = appendNode(prefix.hash, below: places[prefix.parent], partFrom: start)
        }
      }
      nodes[place].own.merge(prefix.own)
      nodes[place].other.merge(prefix.other)
      places.append(place)
    }
    try checkDepth()
    if isPartial { self.isPartial = true }
    if nodes.count > limit { prune() }
  }

  /// Refuses prefixes of more parts than are counted: a summary recurs as deep as the tree is.
  private func checkDepth() throws(StatisticsDataError) {
    var levels = [Int](repeating: 0, count: nodes.count)
    for index in nodes.indices.dropFirst() {
      levels[index] = levels[Int(nodes[index].parent)] + 1
      if levels[index] > depth { throw StatisticsDataError("prefixes") }
    }
  }

  // MARK: Pruning

  /// Folds prefixes into their parents until half are left.
  private mutating func prune() {
    isPartial = true
    while nodes.count > limit / 2 { foldLeaves() }
    rebuild(table.count)
  }

  /// Folds the smaller half of the prefixes that no longer one continues.
  private mutating func foldLeaves() {
    var isParent = [Bool](repeating: false, count: nodes.count)
    for node in nodes.dropFirst() { isParent[Int(node.parent)] = true }
    let leaves = nodes.indices.dropFirst().filter { !isParent[$0] }
    let weights = leaves.map { weight($0) }.sorted()
    var count = max(leaves.count / 2, 1)
    // Of leaves that weigh the same, those that came first are dropped.
    let middle = weights[count - 1]
    var ties = count - (weights.firstIndex(of: middle) ?? 0)
    var isDropped = [Bool](repeating: false, count: nodes.count)
    for leaf in leaves where count > 0 {
      let weight = weight(leaf)
      guard weight < middle || weight == middle && ties > 0 else { continue }
      if weight == middle { ties -= 1 }
      count -= 1
      isDropped[leaf] = true
      let parent = Int(nodes[leaf].parent)
      nodes[parent].other.merge(nodes[leaf].own)
      nodes[parent].other.merge(nodes[leaf].other)
    }
    compact(isDropped)
  }

  private func weight(_ node: Int) -> UInt64 {
    nodes[node].own.memory &+ nodes[node].other.memory
  }

  private mutating func compact(_ isDropped: [Bool]) {
    var places = [Int32](repeating: 0, count: nodes.count)
    var (kept, end) = (0, 0)
    for index in nodes.indices where !isDropped[index] {
      places[index] = Int32(kept)
      var node = nodes[index]
      if node.parent >= 0 { node.parent = places[Int(node.parent)] }
      for at in part(of: node).indices {
        parts[end + at - Int(node.partStart)] = parts[at]
      }
      node.partStart = Int32(end)
      end += Int(node.partCount)
      nodes[kept] = node
      kept += 1
    }
    nodes.removeSubrange(kept...)
    parts.removeSubrange(end...)
  }
}
