// The nodes of a list whose elements are pushed one by one under a limit.

/// Counts the nodes that a server makes of a list under a given `list-max-listpack-size`.
///
/// Source: `_quicklistNodeAllowInsert` in quicklist.c of Redis 7.2.
struct ListNodes {
  /// Bytes of all nodes that are complete.
  private(set) var bytes = 0
  /// All nodes.
  private(set) var count = 0
  /// Bytes of elements in the node that is being filled.
  private var filled = 0
  private var elements = 0

  /// Adds an element.
  ///
  /// - Parameters:
  ///   - length: Its bytes.
  ///   - packed: Its bytes in a listpack.
  ///   - limit: Elements of a node, or −1 to −5 for its bytes.
  ///   - costs: The costs of the model.
  mutating func add(_ length: Int, packed: Int, limit: Int, _ costs: ElementCosts) {
    let size = ListNodes.size(limit)
    if length > size {
      close(costs)
      count += 1
      bytes += costs.blob(length)
      return
    }
    let isFull = ListNodes.overhead + filled + length + ListNodes.estimate > size
    if elements == 0 || isFull || limit > 0 && elements >= limit {
      close(costs)
      count += 1
    }
    elements += 1
    filled += packed
  }

  /// Ends the last node.
  mutating func close(_ costs: ElementCosts) {
    if elements > 0 { bytes += costs.blob(filled + ListNodes.overhead) }
    (filled, elements) = (0, 0)
  }

  /// The most bytes of a node under a limit; one in elements has a limit in bytes too.
  static func size(_ limit: Int) -> Int { limit > 0 ? 8192 : 2048 << min(-limit, 5) }

  /// Bytes of an empty listpack.
  private static let overhead = 7
  /// Bytes that a server expects around an element.
  private static let estimate = 8
}
