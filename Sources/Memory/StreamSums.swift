// The memory of a stream, part by part in the order of the file.

import RDB

/// Adds up the parts of a stream.
struct StreamSums {
  private let costs: ElementCosts
  private var bytes = 0
  private var tree: RadixTree
  /// The pending entries of the last consumer, in the order of the file, and of its group.
  private var owned: RadixTree
  private var pending: [StreamID] = []
  private var everywhere: [StreamID] = []
  private var groups = 0
  private var consumers = 0

  init(_ costs: ElementCosts) {
    self.costs = costs
    tree = RadixTree(costs.allocator)
    owned = RadixTree(costs.allocator)
  }

  private var sizes: ServerLayout.Streams { costs.layout.streams }

  mutating func begin() {
    bytes = 0
    tree.removeAll()
    (groups, consumers) = (0, 0)
    if !everywhere.isEmpty { everywhere.removeAll(keepingCapacity: true) }
  }

  /// A node of the stream.
  mutating func node(_ id: StreamID, _ listpack: Int) {
    tree.insert(id)
    bytes += sizes.roundsListpacks ? costs.usable(listpack) : listpack
  }

  mutating func group(_ name: Int) {
    endGroup()
    if groups == 0 { endEntries() }
    groups += 1
    bytes += costs.structureOrUsable(sizes.group, sizes.countsNames)
    if sizes.countsNames { bytes += nameNode(name) }
  }

  mutating func consumer(_ name: Int) {
    endConsumer()
    consumers += 1
    bytes += costs.structureOrUsable(sizes.consumer, sizes.countsNames)
    bytes += sizes.countsNames ? costs.string(name) + nameNode(name) : name
  }

  /// An entry that is pending in the last group; if it is owned, of the last consumer.
  mutating func pending(_ id: StreamID, isOwned: Bool) {
    if isOwned { owned.insert(id) }
    pending.append(id)
    bytes += costs.structureOrUsable(sizes.pending, sizes.countsNames)
  }

  /// Ends the stream.
  mutating func finish() -> Int {
    endGroup()
    if groups == 0 { endEntries() }
    if sizes.countsNames, !everywhere.isEmpty {
      everywhere.sort()
      bytes += charge(everywhere)
    }
    groups = 0
    return costs.structureOrUsable(sizes.stream, sizes.countsNames) + bytes
  }

  private mutating func endEntries() { bytes += charge(tree.keys, tree.finish()) }

  private mutating func endConsumer() {
    if consumers > 0 { bytes += charge(owned.keys, owned.finish()) }
    owned.removeAll()
  }

  private mutating func endGroup() {
    guard groups > 0 else { return }
    endConsumer()
    consumers = 0
    if sizes.countsNames { everywhere += pending }
    pending.sort()
    bytes += charge(pending)
    if !pending.isEmpty { pending.removeAll(keepingCapacity: true) }
  }

  private func charge(_ ids: [StreamID]) -> Int {
    var whole = RadixTree(costs.allocator)
    for id in ids { whole.insert(id) }
    return charge(whole.keys, whole.finish())
  }

  /// What the server says of a tree: measured, or 16 bytes per key and 244 per node.
  private func charge(_ keys: Int, _ tree: (nodes: Int, bytes: Int)) -> Int {
    sizes.measuresTrees
      ? costs.usable(sizes.radixTree) + tree.bytes : 16 * keys + 244 * tree.nodes
  }

  /// A name in a tree of few names: a run and a leaf.
  private func nameNode(_ name: Int) -> Int {
    costs.usable(RadixTree.node(name, children: 1)) + costs.usable(16)
  }
}

extension ElementCosts {
  /// A fixed structure, rounded where the layout or the caller says so.
  fileprivate func structureOrUsable(_ count: Int, _ isRounded: Bool) -> Int {
    isRounded ? usable(count) : structure(count)
  }
}
