// What the parts of one value add up to under one model.

import RDB

/// Adds up a value under a model, element by element.
struct ModelSums {
  private let costs: ElementCosts
  private let isConfirmed: Bool
  /// The limits that decide how values are kept; nil to keep what the file has.
  let limits: EncodingLimits?
  /// Costs of elements in a table; of sorted sets in 1/256 bytes.
  private var elements = 0
  /// Costs of packed structures.
  private var blobs = 0
  private var stream: StreamSums
  /// The nodes of a list, where a limit decides about them.
  private var list = ListNodes()

  init(_ model: MemoryModel, _ limits: EncodingLimits?) {
    costs = model.costs
    isConfirmed = model.isConfirmed
    self.limits = limits
    stream = StreamSums(model.costs)
  }

  private var layout: ServerLayout { costs.layout }

  mutating func begin() {
    elements = 0
    blobs = 0
    list = ListNodes()
  }

  // MARK: Parts

  mutating func blob(_ count: Int) { blobs += costs.blob(count) }

  /// An element of a list, with its bytes in a listpack.
  mutating func listElement(_ length: Int, packed: Int) {
    guard let limit = listLimit else { return }
    list.add(length, packed: packed, limit: limit, costs)
  }

  /// The limit that lists are packed by; nil where they keep the nodes of the file.
  private var listLimit: Int? {
    guard let limit = limits?[.listNode], limit != 0 else { return nil }
    return limit
  }

  @inline(__always)
  mutating func members(_ lengths: [Int], first count: Int) {
    var sum = 0
    for index in 0..<count { sum &+= costs.member(lengths[index]) }
    elements &+= sum  // each is a small multiple of bytes of the file
  }

  @inline(__always)
  mutating func sortedSetMembers(_ lengths: [Int], first count: Int) {
    var sum = 0
    for index in 0..<count { sum &+= costs.sortedSetMember(lengths[index]) }
    elements &+= sum
  }

  @inline(__always)
  mutating func pairs(_ lengths: [Int], first count: Int) {
    var sum = 0
    for index in stride(from: 0, to: count, by: 2) {
      sum &+= costs.pair(lengths[index], lengths[index + 1])
    }
    elements &+= sum
  }

  mutating func pair(_ field: Int, _ value: Int, hasExpiry: Bool) {
    elements += costs.pair(field, value, hasExpiry: hasExpiry)
  }

  mutating func beginStream() { stream.begin() }
  mutating func node(_ id: StreamID, _ listpack: Int) { stream.node(id, listpack) }
  mutating func group(_ name: Int) { stream.group(name) }
  mutating func consumer(_ name: Int) { stream.consumer(name) }
  mutating func pending(_ id: StreamID, isOwned: Bool) { stream.pending(id, isOwned: isOwned) }

  // MARK: Values

  /// The memory of a string's key.
  func string(_ length: Int, isInteger: Bool, _ key: KeyFacts) -> KeyMemory {
    sure(costs.key(key) + costs.stringValue(length, isInteger: isInteger, key), .exact)
  }

  /// The memory of a key whose value was walked.
  mutating func finish(_ facts: ValueFacts, _ key: KeyFacts) -> KeyMemory {
    var certainty = MemoryCertainty.exact
    let base = costs.key(key) + costs.container(key)
    let value = value(container(of: facts), facts, &certainty)
    return certainty == .unknown ? .unknown : sure(base + value, certainty)
  }

  private func sure(_ bytes: Int, _ certainty: MemoryCertainty) -> KeyMemory {
    KeyMemory(bytes, isConfirmed ? certainty : max(certainty, .estimated))
  }

  private mutating func value(
    _ container: Container, _ facts: ValueFacts, _ certainty: inout MemoryCertainty
  ) -> Int {
    switch container {
    case .unknown, .string:
      certainty = .unknown
      return 0
    case .blob: return packed(facts, &certainty)
    case .listpackEx: return listpackEx(facts, &certainty)
    case .table: return table(facts, &certainty)
    case .skiplist:
      certainty = .expected
      return costs.sortedSetParts + costs.table(facts.count).bytes
        + elements / ElementCosts.unitsPerByte
    case .quicklist: return quicklist(facts, &certainty)
    case .stream:
      if layout.streams.countsNames, facts.groups > 0 { certainty = .estimated }
      return stream.finish()
    }
  }

  private func packed(_ facts: ValueFacts, _ certainty: inout MemoryCertainty) -> Int {
    if facts.container == .blob, facts.shape != .set || limits == nil {
      if facts.isZiplist != layout.hasZiplists, !facts.isIntset { certainty = .estimated }
      return blobs
    }
    if limits != nil { certainty = .estimated }
    if facts.shape == .set, facts.isIntegers {
      return costs.blob(8 + facts.integerWidth * facts.count)
    }
    return costs.blob(facts.listpackBytes)
  }

  private func listpackEx(_ facts: ValueFacts, _ certainty: inout MemoryCertainty) -> Int {
    guard let head = layout.listpackEx else {
      certainty = .estimated
      return blobs
    }
    return costs.usable(head) + blobs
  }

  private func table(_ facts: ValueFacts, _ certainty: inout MemoryCertainty) -> Int {
    let isHash = facts.shape == .hash
    let table = costs.table(facts.count, extra: isHash ? layout.hashExtra : 0)
    if table.isExpected { certainty = .expected }
    guard isHash, facts.expiring > 0 else { return table.bytes + elements }
    return elements + expiringTable(facts, table.bytes, &certainty)
  }

  /// The table of a hash whose fields have expiries.
  private func expiringTable(
    _ facts: ValueFacts, _ table: Int, _ certainty: inout MemoryCertainty
  ) -> Int {
    if layout.hashtable != nil {
      // Up to 127 fields are in one vector, more in buckets by their expiries.
      if facts.expiring > 127 { certainty = .estimated }
      return table + (facts.expiring > 1 ? costs.usable(8 + 8 * facts.expiring) : 0)
    }
    if layout.listpackEx == nil { certainty = .estimated }
    // The table grows while the fields are loaded; chance decides when it has grown.
    if facts.count > 4 { certainty = max(certainty, .expected) }
    return layout.dictionary + ElementCosts.growingBuckets(facts.count)
  }

  private mutating func quicklist(_ facts: ValueFacts, _ certainty: inout MemoryCertainty) -> Int {
    if let listLimit { return repacked(listLimit, &certainty) }
    if facts.isZiplist != layout.hasZiplists { certainty = .estimated }
    if facts.blobs == 1, layout.packsSmallLists, facts.blobBytes <= ModelSums.smallList {
      return blobs
    }
    guard facts.blobs > 0 else { return linkedList(facts, &certainty) }
    let (head, node) = quicklistParts
    let nodes = blobs + node * facts.blobs
    guard layout.averagesNodes, facts.count > 0 else { return head + nodes }
    return head + Int(Double(nodes) / Double(facts.count) * Double(facts.count))
  }

  /// Bytes of a list without its nodes, and of a node without its elements.
  private var quicklistParts: (head: Int, node: Int) {
    let isRounded = layout.quicklist > 40 || layout.roundsStructures
    return isRounded
      ? (costs.usable(layout.quicklist), costs.usable(layout.quicklistNode))
      : (layout.quicklist, layout.quicklistNode)
  }

  /// A list whose elements were pushed under a limit.
  private mutating func repacked(_ limit: Int, _ certainty: inout MemoryCertainty) -> Int {
    certainty = .estimated
    list.close(costs)
    if list.count == 1, layout.packsSmallLists { return list.bytes }
    let (head, node) = quicklistParts
    return head + list.bytes + node * list.count
  }

  /// Bytes of a node up to which a list is a listpack, unless it is configured otherwise.
  private static let smallList = 8192

  /// A list that the file has element by element, in nodes of 8 KiB.
  private func linkedList(_ facts: ValueFacts, _ certainty: inout MemoryCertainty) -> Int {
    certainty = .estimated
    let nodes = facts.packedBytes / ModelSums.smallList + 1
    return layout.quicklist + nodes * layout.quicklistNode
      + costs.blob(facts.packedBytes + 7 * nodes)
  }

  // MARK: Limits

  /// The container in memory: the file's, or what the limits say.
  private func container(of facts: ValueFacts) -> Container {
    guard let limits, facts.expiring == 0 else { return facts.container }
    let isSmall: Bool
    switch facts.container {
    case .blob, .table, .skiplist: isSmall = fits(facts, limits)
    default: return facts.container
    }
    if isSmall { return .blob }
    return facts.shape == .sortedSet ? .skiplist : .table
  }

  private func fits(_ facts: ValueFacts, _ limits: EncodingLimits) -> Bool {
    let (entries, value): (Int, Int)
    switch facts.shape {
    case .hash: (entries, value) = (limits[.hashFields], limits[.hashBytes])
    case .sortedSet: (entries, value) = (limits[.sortedSetMembers], limits[.sortedSetBytes])
    case .set:
      if facts.isIntegers { return facts.count <= limits[.intsetMembers] }
      guard layout.packsSets else { return false }
      (entries, value) = (limits[.setMembers], limits[.setBytes])
    default: return true
    }
    return facts.count <= entries && facts.longest <= value
  }
}
