// The cost of one element of a table, by its length. Short lengths are looked up.

/// Sizes of strings, keys and table entries under one layout and allocator.
struct ElementCosts: Sendable {
  /// Lengths below this are looked up.
  private static let tableCount = 512

  let layout: ServerLayout
  let allocator: Allocator
  private var members: [Int] = []
  private var nodes: [Int] = []
  private var fields: [Int] = []
  private var values: [Int] = []

  init(_ layout: ServerLayout, _ allocator: Allocator) {
    self.layout = layout
    self.allocator = allocator
    let lengths = 0..<ElementCosts.tableCount
    members = lengths.map { computedMember($0) }
    nodes = lengths.map { computedNode($0) }
    fields = lengths.map { computedField($0) }
    values = lengths.map { string($0) }
  }

  // MARK: Strings

  /// Bytes of a string's header; an empty string that was made as such has three.
  @inline(__always)
  static func header(_ length: Int) -> Int {
    if length < 32 { return length == 0 ? 3 : 1 }
    return length < 256 ? 3 : length < 65536 ? 5 : length >> 32 == 0 ? 9 : 17
  }

  /// Bytes of a string inside another structure, and the byte that says how long its header is.
  @inline(__always)
  static func embedded(_ length: Int) -> Int {
    1 + (length == 0 ? 1 : header(length)) + length + 1
  }

  @inline(__always)
  func usable(_ count: Int) -> Int { allocator.usable(count) }

  /// A fixed structure, rounded where the layout says so.
  @inline(__always)
  func structure(_ count: Int) -> Int {
    layout.roundsStructures && count > 0 ? usable(count) : count
  }

  /// A string with an allocation of its own.
  @inline(__always)
  func string(_ length: Int) -> Int {
    if !layout.roundsShortStrings, length < 32, length > 0 { return length + 2 }
    return usable(ElementCosts.header(length) + length + 1)
  }

  /// A packed structure.
  @inline(__always)
  func blob(_ count: Int) -> Int { layout.roundsBlobs ? usable(count) : count }

  // MARK: Elements

  /// A member of a set, with its entry.
  @inline(__always)
  func member(_ length: Int) -> Int {
    length < members.count ? members[length] : computedMember(length)
  }

  /// Units per byte in the costs of members of sorted sets, which contain an expectation.
  static let unitsPerByte = 256

  /// A member of a sorted set, with its entry and its node, in 1/256 bytes.
  @inline(__always)
  func sortedSetMember(_ length: Int) -> Int {
    length < nodes.count ? nodes[length] : computedNode(length)
  }

  /// A field of a hash and its value, with their entry.
  @inline(__always)
  func pair(_ field: Int, _ value: Int) -> Int {
    switch layout.hashEntry {
    case .strings, .metadata:
      (field < fields.count ? fields[field] : computedField(field))
        + (value < values.count ? values[value] : string(value))
    case .block, .unroundedBlock: block(field, value, expiry: 0)
    }
  }

  /// The same for a field that has an expiry, or is in a hash of such fields.
  func pair(_ field: Int, _ value: Int, hasExpiry: Bool) -> Int {
    guard hasExpiry else { return pair(field, value) }
    switch layout.hashEntry {
    case .strings, .metadata:
      return structure(layout.fieldEntry) + usable(mstring(field) + 18) + string(value)
    case .block: return block(field, value, expiry: 8)
    case .unroundedBlock: return block(field, value, expiry: 16)
    }
  }

  private func computedMember(_ length: Int) -> Int {
    structure(layout.setEntry) + string(length)
  }

  /// A field without its value.
  private func computedField(_ length: Int) -> Int {
    let entry = structure(layout.fieldEntry)
    return layout.hashEntry == .metadata ? entry + usable(mstring(length)) : entry + string(length)
  }

  private func mstring(_ length: Int) -> Int {
    (length == 0 ? 1 : ElementCosts.header(length)) + length + 1
  }

  /// A field and its value in one block of at most 128 bytes, or a block that points to the value.
  @inline(__always)
  private func block(_ field: Int, _ value: Int, expiry: Int) -> Int {
    let name = ElementCosts.embedded(field) - 1
    let whole = expiry + name + 3 + value + 1
    let entry = structure(layout.hashtable == nil ? layout.fieldEntry : 0)
    if whole <= 128 {
      return entry + (layout.hashEntry == .block ? usable(whole) : whole)
    }
    // The field's header has at least three bytes then.
    let pointed = expiry + 8 + (field < 32 ? 3 + field + 1 : name)
    return entry + (layout.hashEntry == .block ? usable(pointed) : pointed) + string(value)
  }

  private func computedNode(_ length: Int) -> Int {
    let entry = structure(layout.memberEntry) * ElementCosts.unitsPerByte
    switch layout.sortedSetNode {
    case .pointer: return entry + node(24) + string(length) * ElementCosts.unitsPerByte
    case .embedded: return entry + node(16 + ElementCosts.embedded(length) - 1)
    case .embeddedWithSize: return entry + node(16 + ElementCosts.embedded(length))
    }
  }

  /// The expectation for a node of `fixed` bytes and 16 per level, of which a node has k with a
  /// probability of 0.75 · 0.25^(k−1), in 1/256 bytes.
  private func node(_ fixed: Int) -> Int {
    var (sum, share) = (0.0, 0.75)
    for level in 1...31 {
      sum += share * Double(usable(fixed + 16 * level))
      share /= 4
    }
    return Int((sum * Double(ElementCosts.unitsPerByte)).rounded())
  }
}
