// The fields that hashes share (Redis 8.10, opcode 242: len id, len n, n × string).
//
// A scan sees the opcode long before the hashes that need it, and perhaps in bytes that are gone by
// then (a file may come in pieces). So the strings are kept as they are stored: what a file can make
// this grow by are its own bytes, and these up to a limit.
//
// Walkers of values hold a copy, and a file may define a template between any two records. So
// layers never change: a template is added as a new layer, and layers of similar size are
// merged, which makes a copy cost a few references and an addition a logarithm.

/// The templates of a file, by id.
struct HashTemplates: Hashable, Sendable {
  /// One template.
  struct Template: Hashable, Sendable {
    /// How many fields it has.
    var fields: UInt64
    /// The strings, as the file stores them.
    var stored: [UInt8]
  }

  /// Bytes that templates may cost.
  static let limit = 1 << 26
  /// What a template costs in addition to its strings.
  static let overhead = 256

  /// How many were added: makes contexts with different definitions unequal at once.
  private var added = 0
  private var cost = 0
  /// The newest last; each is larger than the next.
  private var layers: [[UInt64: Template]] = []

  /// The template with this id, if the file has defined it.
  subscript(id: UInt64) -> Template? {
    for index in layers.indices.reversed() {
      if let template = layers[index][id] { return template }
    }
    return nil
  }

  /// Keeps a template.
  ///
  /// - Parameters:
  ///   - id: Its id; an earlier one with the same id is forgotten.
  ///   - fields: How many strings it is.
  ///   - bytes: The strings.
  ///   - offset: Where the template begins, for the error.
  /// - Throws: `.limitExceeded`.
  mutating func add(
    _ id: UInt64, fields: UInt64, _ bytes: RawSpan, at offset: Int
  ) throws(RDBError) {
    let total = cost &+ bytes.byteCount &+ HashTemplates.overhead  // both are bytes in memory
    guard total <= HashTemplates.limit else {
      throw RDBError(.limitExceeded, at: offset, number: UInt64(total))
    }
    cost = total
    added &+= 1
    var layer = [id: Template(fields: fields, stored: [UInt8](copying: bytes))]
    while let last = layers.last, last.count <= layer.count {
      layers.removeLast()
      layer = last.merging(layer) { $1 }
    }
    layers.append(layer)
  }
}
