// Counts keys by prefix in bounded memory. Each key is counted once: in the longest prefix of it that is
// kept, or among the other keys of the longest one whose continuation was dropped. When there are too many
// prefixes, those without children and with least memory are folded into their parents; sums therefore stay
// exact, and a prefix that comes back counts from then on. Keys come in file order, so that the result does
// not depend on threads.

import RDB

/// The prefixes of keys, with counts.
struct PrefixTree {
  struct Node {
    var parent: Int32
    let level: UInt8
    let hash: UInt64
    let part: [UInt8]
    /// Keys that end here.
    var own = PrefixCount()
    /// Keys with longer prefixes that were dropped.
    var other = PrefixCount()
  }

  private let limit: Int
  private let now: Int64
  private var path: PrefixPath
  /// The root, without a prefix, comes first; parents come before their children.
  private(set) var nodes: [Node]
  /// Numbers of nodes by hash, 0 where there is none.
  private var table: [Int32]
  /// Whether prefixes were dropped, so that counts of single prefixes may be too low.
  private(set) var isPartial = false

  init(_ request: StatisticsRequest) {
    limit = max(request.prefixLimit, 16)
    now = request.now.rawValue
    path = PrefixPath(separators: request.separators, depth: request.depth)
    nodes = [Node(parent: -1, level: 0, hash: 0, part: [])]
    table = [Int32](repeating: 0, count: 1024)
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
      node = insert(path.steps[level], level, below: node, key)
      level += 1
    }
    return node
  }

  @inline(__always)
  private func find(_ hash: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: hash) & (table.count - 1)
    while table[place] != 0 {
      let node = Int(table[place])
      if nodes[node].hash == hash { return node }
      place = (place + 1) & (table.count - 1)
    }
    return 0
  }

  private mutating func insert(
    _ step: PrefixPath.Step, _ level: Int, below parent: Int, _ key: RawSpan
  ) -> Int {
    var part = [UInt8](copying: key.extracting(step.start..<step.end))
    if step.isFolded, let separator = part.last { part = [0x2a, separator] }
    nodes.append(
      Node(parent: Int32(parent), level: UInt8(level + 1), hash: step.hash, part: part))
    if nodes.count * 2 > table.count {
      rebuild(table.count * 2)
    } else {
      enter(nodes.count - 1)
    }
    return nodes.count - 1
  }

  private mutating func enter(_ node: Int) {
    var place = Int(truncatingIfNeeded: nodes[node].hash) & (table.count - 1)
    while table[place] != 0 { place = (place + 1) & (table.count - 1) }
    table[place] = Int32(node)
  }

  private mutating func rebuild(_ size: Int) {
    table = [Int32](repeating: 0, count: size)
    for node in nodes.indices.dropFirst() { enter(node) }
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
      .sorted { weight($0) != weight($1) ? weight($0) < weight($1) : $0 < $1 }
    var isDropped = [Bool](repeating: false, count: nodes.count)
    for leaf in leaves.prefix(max(leaves.count / 2, 1)) {
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
    var (kept, places) = ([Node](), [Int32](repeating: 0, count: nodes.count))
    kept.reserveCapacity(nodes.count)
    for index in nodes.indices where !isDropped[index] {
      places[index] = Int32(kept.count)
      var node = nodes[index]
      if node.parent >= 0 { node.parent = places[Int(node.parent)] }
      kept.append(node)
    }
    nodes = kept
  }
}
