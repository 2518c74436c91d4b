import Memory
import RDB
import TestSupport
import Testing

@testable import RDBSift

@Suite("Prefix trees")
struct PrefixTreeTests {
  private func tree(
    _ keys: [String], depth: Int = 3, limit: Int = 65_536
  ) -> PrefixTree {
    var request = StatisticsRequest(
      MemoryModel(.redis, 7, 0, .jemalloc), now: UnixMilliseconds(1_000_000))
    request.depth = depth
    request.prefixLimit = limit
    var tree = PrefixTree(request)
    for (index, key) in keys.enumerated() {
      var row = StatisticsRow()
      row.memory = 10 + index % 50
      Array(key.utf8).withRawSpan { tree.add(row, $0) }
    }
    return tree
  }

  private func prefixes(_ keys: [String], depth: Int = 3) -> [String: UInt64] {
    var found: [String: UInt64] = [:]
    func visit(_ node: PrefixSummary) {
      found[String(decoding: node.prefix, as: UTF8.self)] = node.total.keys
      for child in node.children { visit(child) }
    }
    visit(tree(keys, depth: depth).summary(listing: 1000))
    return found
  }

  @Test("a key counts for each of its prefixes")
  func levels() {
    #expect(
      prefixes(["user:a:cart", "user:a:name", "user:b:cart", "plain"])
        == ["": 4, "user:": 3, "user:a:": 2, "user:b:": 1])
  }

  @Test("no level is deeper than asked")
  func depth() {
    #expect(prefixes(["a:b:c:d:e"], depth: 2) == ["": 1, "a:": 1, "a:b:": 1])
    #expect(prefixes(["a:b:c:d:e"], depth: 0) == ["": 1])
  }

  @Test(
    "parts that number things are folded",
    arguments: [
      "user:1842:cart", "user:deadbeefDEADBEEF:x",
      "user:550e8400-e29b-41d4-a716-446655440000:x",
    ])
  func folded(key: String) {
    #expect(prefixes([key])["user:*:"] == 1)
  }

  @Test(
    "other parts are not folded",
    arguments: ["user:18a:x", "user:deadbeefdeadbee:x", "user::x", "user:beef:x"])
  func kept(key: String) {
    #expect(prefixes([key])["user:*:"] == nil)
  }

  @Test("every separator ends a prefix")
  func separators() {
    #expect(prefixes(["a-b=c"]) == ["": 1, "a-": 1, "a-b=": 1])
  }

  @Test("a part that is too long ends the path")
  func long() {
    let long = String(repeating: "x", count: PrefixPath.longestPart)
    #expect(prefixes(["a:\(long):b"]) == ["": 1, "a:": 1])
  }

  @Test("sums are exact at any cap", arguments: [16, 40, 300, 5000, 65_536])
  func exact(limit: Int) {
    var random = SeededRandom(seed: 7)
    let keys = (0..<20_000).map { _ in
      "p\(random.below(40)):q\(random.below(60)):r\(random.below(900)):x"
    }
    let tree = tree(keys, limit: limit)
    #expect(tree.isPartial == (limit < 20_000))
    for count in [0, 3, 50, 1000] {
      let root = tree.summary(listing: count)
      #expect(root.total.keys == 20_000)
      #expect(root.total.memory == UInt64((0..<20_000).reduce(0) { $0 + 10 + $1 % 50 }))
      check(root)
    }
  }

  /// Each prefix is the sum of its own keys, its others and its longer prefixes.
  private func check(_ node: PrefixSummary) {
    let (keys, memory) = node.children.reduce((UInt64(0), UInt64(0))) {
      ($0.0 + $1.total.keys, $0.1 + $1.total.memory)
    }
    #expect(node.total.keys == node.own.keys + node.other.keys + keys)
    #expect(node.total.memory == node.own.memory + node.other.memory + memory)
    for child in node.children { check(child) }
  }

  @Test("a prefix with most of the memory survives any number of small ones")
  func heavy() {
    let keys = (0..<30_000).map { $0 % 3 == 0 ? "big:\($0)" : "small\($0)x:1" }
    let root = tree(keys, limit: 64).summary(listing: 1)
    #expect(root.children.first.map { String(decoding: $0.prefix, as: UTF8.self) } == "big:")
    #expect(root.children.first?.total.keys == 10_000)
  }
}
