// The nodes of a radix tree whose keys are inserted in order.
//
// A node that branches has a child for each next byte; a run of bytes without branches is one node; each
// key ends in a leaf. Between neighbouring keys, the number of common bytes shows where the tree branches.

import RDB

/// Counts the nodes of a tree of stream ids, which have 16 bytes, and what the nodes occupy.
struct RadixTree {
  private struct Branch {
    var depth: Int
    var children: Int
  }

  private static let keyCount = 16

  private let allocator: Allocator
  /// Branches on the way to the last key, by depth: at most one for each byte of a key.
  private var open: [Branch] = []
  private var last: StreamID?
  /// Common bytes of the last two keys; −1 before the second.
  private var common = -1
  /// Number of keys inserted.
  private(set) var keys = 0
  private var nodes = 0
  private var bytes = 0

  init(_ allocator: Allocator) { self.allocator = allocator }

  mutating func removeAll() {
    if !open.isEmpty { open.removeAll(keepingCapacity: true) }
    last = nil
    (common, keys, nodes, bytes) = (-1, 0, 0, 0)
  }

  /// Adds a key, which is greater than those before it.
  mutating func insert(_ id: StreamID) {
    if let last {
      guard last != id else { return }
      let shared = RadixTree.commonBytes(last, id)
      addLeaf(below: max(common, shared))
      close(to: shared)
      if open.last?.depth == shared {
        open[open.count - 1].children += 1
      } else {
        open.append(Branch(depth: shared, children: 2))
      }
      common = shared
    }
    last = id
    keys += 1
  }

  /// Ends the tree: its nodes, and what they occupy.
  mutating func finish() -> (nodes: Int, bytes: Int) {
    if keys == 0 { return (1, allocator.usable(RadixTree.node(0, children: 0))) }
    addLeaf(below: common)
    close(to: -1)
    return (nodes, bytes)
  }

  /// The leaf of the last key, and the run that leads to it from a branch.
  private mutating func addLeaf(below depth: Int) {
    addRun(RadixTree.keyCount - depth - 1)
    add(RadixTree.node(0, children: 0) + 8)
  }

  /// Ends the branches that are deeper.
  private mutating func close(to depth: Int) {
    while let branch = open.last, branch.depth > depth {
      open.removeLast()
      add(RadixTree.node(branch.children, children: branch.children))
      addRun(branch.depth - max(depth, open.last?.depth ?? -1) - 1)
    }
  }

  private mutating func addRun(_ count: Int) {
    if count > 0 { add(RadixTree.node(count, children: 1)) }
  }

  private mutating func add(_ size: Int) {
    nodes += 1
    bytes += allocator.usable(size)
  }

  /// Bytes of a node without a value: its header, its bytes, padding, and its children.
  static func node(_ count: Int, children: Int) -> Int {
    let padding = (8 - (count + 4) % 8) & 7
    return 4 + count + padding + 8 * children
  }

  private static func commonBytes(_ a: StreamID, _ b: StreamID) -> Int {
    let (ms, seq) = (a.ms ^ b.ms, a.seq ^ b.seq)
    return ms != 0 ? ms.leadingZeroBitCount / 8 : 8 + seq.leadingZeroBitCount / 8
  }
}
