// The fields that hashes share (Redis 8.10, opcode 242: len id, len n, n × string).
//
// A scan sees the opcode long before the hashes that need it, and perhaps in bytes that are gone by
// then (a file may come in pieces). So the strings are kept as they are stored: what a file can make
// this grow by are its own bytes, and these up to a limit.

/// The templates of a file, by id.
struct HashTemplates: Hashable, Sendable {
  /// One template.
  struct Template: Hashable, BitwiseCopyable, Sendable {
    /// How many fields it has.
    var fields: UInt64
    /// Where they stand in `stored`.
    var place: ByteRange
  }

  /// Bytes of templates that are kept at most.
  static let limit = 1 << 24

  private var templates: [UInt64: Template] = [:]
  /// The strings of all templates, as the file stores them.
  private(set) var stored: [UInt8] = []

  /// The template of an id, if the file has told of one.
  subscript(id: UInt64) -> Template? { templates[id] }

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
    // A template costs memory of its own beside its bytes.
    let cost = (templates.count &+ 1) &* 64 &+ stored.count &+ bytes.byteCount
    guard cost <= HashTemplates.limit else {
      throw RDBError(.limitExceeded, at: offset, number: UInt64(cost))
    }
    let place = ByteRange(offset: stored.count, count: bytes.byteCount)
    stored.append(bytes)
    templates[id] = Template(fields: fields, place: place)
  }
}
