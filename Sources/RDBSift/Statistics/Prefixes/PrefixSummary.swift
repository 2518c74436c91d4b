/// A prefix and those that continue it.
package struct PrefixSummary: Sendable {
  /// The prefix; empty for all keys.
  package let prefix: [UInt8]
  /// Its last part.
  package let part: [UInt8]
  /// All keys with it.
  package let total: PrefixCount
  /// Keys with longer prefixes that are not listed.
  package let other: PrefixCount
  /// Keys without a longer prefix.
  package let own: PrefixCount
  /// Longer prefixes, the largest first.
  package let children: [PrefixSummary]
}

extension PrefixTree {
  /// The largest prefixes, up to a limit, with at least 0.005 % of the memory; the rest is summed up in their parents.
  func summary(listing count: Int) -> PrefixSummary {
    var children = [[Int]](repeating: [], count: nodes.count)
    for index in nodes.indices.dropFirst().reversed() {
      children[Int(nodes[index].parent)].append(index)
    }
    return PrefixShape(self, children: children, totals: totals, count: count)
      .summary(of: 0, prefix: [])
  }
}

extension PrefixTree {
  /// All keys with each prefix, those with longer ones included.
  fileprivate var totals: [PrefixCount] {
    var totals = nodes.map { node in
      var total = node.own
      total.merge(node.other)
      return total
    }
    for index in nodes.indices.dropFirst().reversed() {
      totals[Int(nodes[index].parent)].merge(totals[index])
    }
    return totals
  }
}

extension Statistics {
  /// All keys with each prefix that is kept; the empty one has all keys.
  package var prefixTotals: [[UInt8]: MemoryCount] {
    var prefixes: [[UInt8]] = []
    var totals: [[UInt8]: MemoryCount] = [:]
    for (node, total) in zip(tree.nodes, tree.totals) {
      let parent = node.parent < 0 ? [] : prefixes[Int(node.parent)]
      prefixes.append(parent + tree.part(of: node))
      totals[parent + tree.part(of: node), default: MemoryCount()].merge(total.count)
    }
    return totals
  }
}

/// The tree with its children and totals.
private struct PrefixShape {
  private let tree: PrefixTree
  private let children: [[Int]]
  private let totals: [PrefixCount]
  private let isListed: [Bool]

  init(_ tree: PrefixTree, children: [[Int]], totals: [PrefixCount], count: Int) {
    self.tree = tree
    self.children = children
    self.totals = totals
    // A parent has at least the memory of its children, and comes before them.
    let sorted = totals.indices.sorted { a, b in
      totals[a].memory != totals[b].memory ? totals[a].memory > totals[b].memory : a < b
    }
    var isListed = [Bool](repeating: false, count: totals.count)
    // What shows as 0.00 % says nothing.
    let least = totals[0].memory / 20_000
    for node in sorted.prefix(count + 1) where totals[node].memory >= least {
      isListed[node] = true
    }
    self.isListed = isListed
  }

  /// A node's summary; the recursion is as deep as the tree, which has as many levels as an option says.
  func summary(of node: Int, prefix: [UInt8]) -> PrefixSummary {
    let nodes = tree.nodes
    var other = nodes[node].other
    for child in children[node] where !isListed[child] { other.merge(totals[child]) }
    let listed = children[node].filter { isListed[$0] }.sorted { a, b in
      totals[a].memory != totals[b].memory
        ? totals[a].memory > totals[b].memory
        : tree.part(of: nodes[a]).lexicographicallyPrecedes(tree.part(of: nodes[b]))
    }
    return PrefixSummary(
      prefix: prefix, part: Array(tree.part(of: nodes[node])), total: totals[node], other: other,
      own: nodes[node].own,
      children: listed.map { summary(of: $0, prefix: prefix + tree.part(of: nodes[$0])) })
  }
}
