import RDB
import TestSupport
import Testing

@testable import Memory

@Suite("Radix trees of stream ids")
struct RadixTreeTests {
  @Test("an empty tree has one node")
  func empty() {
    var tree = RadixTree(.jemalloc)
    #expect(tree.finish() == (nodes: 1, bytes: 8))
  }

  @Test("one id is a run of sixteen bytes and a leaf")
  func one() {
    var tree = RadixTree(.jemalloc)
    tree.insert(StreamID(ms: 1, seq: 2))
    // 4 + 16 + 4 of padding + a child; 4 + 4 of padding + a value.
    #expect(tree.finish() == (nodes: 2, bytes: 32 + 16))
  }

  @Test("an id that comes twice is one key")
  func twice() {
    var tree = RadixTree(.jemalloc)
    for _ in 0..<2 { tree.insert(StreamID(ms: 1, seq: 2)) }
    #expect(tree.keys == 1)
    #expect(tree.finish().nodes == 2)
  }

  @Test("random ids give the nodes of a tree that is built", arguments: [1, 2, 3, 4])
  func random(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var ids: Set<StreamID> = []
    for _ in 0..<200 {
      let ms = UInt64.random(in: 0..<600, using: &random) << 3
      ids.insert(StreamID(ms: ms, seq: UInt64.random(in: 0..<3, using: &random)))
    }
    var tree = RadixTree(.glibc)
    for id in ids.sorted() { tree.insert(id) }
    let keys = ids.sorted().map { Self.bytes($0.ms) + Self.bytes($0.seq) }
    var nodes: [Int] = []
    Self.build(keys[...], 0, &nodes)
    #expect(tree.finish() == (nodes.count, nodes.reduce(0) { $0 + Allocator.glibc.usable($1) }))
  }

  private static func bytes(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
  }

  /// The sizes of the nodes below a depth, from the definition.
  private static func build(_ keys: ArraySlice<[UInt8]>, _ depth: Int, _ nodes: inout [Int]) {
    guard let first = keys.first, let last = keys.last, depth < 16 else { return nodes.append(16) }
    var end = depth
    while end < 16, first[end] == last[end] { end += 1 }
    if end > depth {
      nodes.append(RadixTree.node(end - depth, children: 1))
      return build(keys, end, &nodes)
    }
    let groups = Dictionary(grouping: keys) { $0[depth] }
    nodes.append(RadixTree.node(groups.count, children: groups.count))
    for group in groups.values { build(group[...], depth + 1, &nodes) }
  }
}
