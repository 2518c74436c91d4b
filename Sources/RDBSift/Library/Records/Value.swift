import Export
import RDB

extension Record {
  /// The value of a record, decoded when it is asked for.
  ///
  /// Structures that only a module knows, and types of later servers, have no elements here: ``isDecoded`` is false, and
  /// ``json()`` has what there is of Tair's and other known modules.
  public struct Value: Sendable {
    let record: Record

    /// A field of a hash, or of an entry of a stream.
    public struct Field: Hashable, Sendable {
      /// The name.
      public let name: StoredString
      /// The value.
      public let value: StoredString
      /// When the field expires by itself (Redis 7.4, Valkey 9); nil if it does not.
      public let expiry: UnixTime?
    }

    /// An entry of a stream that was not deleted.
    public struct Entry: Hashable, Sendable {
      /// The ID: milliseconds, a hyphen and a number.
      public let id: String
      /// The fields in their order.
      public let fields: [Field]
    }

    /// An element of a value.
    public enum Element: Hashable, Sendable {
      /// A string, an element of a list, or a member of a set.
      case item(StoredString)
      /// A member of a sorted set; the score is never NaN.
      case member(StoredString, score: Double)
      /// A field of a hash.
      case field(Field)
      /// An entry of a stream.
      case entry(Entry)
    }

    /// Whether the elements can be read.
    public var isDecoded: Bool {
      ElementSink.accepts.isSuperset(of: record.record.type.content(in: record.context.dialect))
        && record.record.type.isDecoded(in: record.context.dialect)
    }

    /// Calls a closure with each element, in the order of the file.
    ///
    /// - Parameter body: Called with each element; an error ends the walk.
    /// - Throws: What `body` throws, ``SiftError/Code/damaged`` if the value is damaged, or ``SiftError/Code/valueType`` if
    ///   it is not decoded.
    public func forEachElement(_ body: (Element) throws -> Void) throws {
      guard isDecoded else { throw wrongType("a type that is not decoded") }
      try withoutActuallyEscaping(body) { body in
        var sink = ElementSink(body)
        do throws(RDBError) {
          try walk(into: &sink)
          try sink.finish()
        } catch {
          throw sink.failure ?? record.failure(error)
        }
      }
    }

    /// Calls a closure with each field of a hash.
    ///
    /// - Parameter body: Called with each field and its value; an error ends the walk.
    /// - Throws: What `body` throws, or ``SiftError`` if the value is damaged or no hash.
    public func forEachField(_ body: (StoredString, StoredString) throws -> Void) throws {
      try forEachElement {
        guard case .field(let field) = $0 else { throw wrongType("no hash") }
        try body(field.name, field.value)
      }
    }

    /// Calls a closure with each element of a list, or member of a set.
    ///
    /// - Parameter body: Called with each; an error ends the walk.
    /// - Throws: What `body` throws, or ``SiftError`` if the value is damaged or neither.
    public func forEachItem(_ body: (StoredString) throws -> Void) throws {
      try forEachElement {
        guard case .item(let item) = $0 else { throw wrongType("neither list nor set") }
        try body(item)
      }
    }

    /// Calls a closure with each member of a sorted set and its score, in ascending order.
    ///
    /// - Parameter body: Called with each; an error ends the walk.
    /// - Throws: What `body` throws, or ``SiftError`` if the value is damaged or no sorted set.
    public func forEachMember(_ body: (StoredString, Double) throws -> Void) throws {
      try forEachElement {
        guard case .member(let member, let score) = $0 else { throw wrongType("no sorted set") }
        try body(member, score)
      }
    }

    /// Calls a closure with each entry of a stream, in the order of IDs.
    ///
    /// Consumer groups are not passed: a sink of your own gets them.
    ///
    /// - Parameter body: Called with each; an error ends the walk.
    /// - Throws: What `body` throws, or ``SiftError`` if the value is damaged or no stream.
    public func forEachEntry(_ body: (Entry) throws -> Void) throws {
      try forEachElement {
        guard case .entry(let entry) = $0 else { throw wrongType("no stream") }
        try body(entry)
      }
    }

    /// The string, if the value is one.
    ///
    /// - Returns: The string; nil for any other type.
    /// - Throws: ``SiftError`` if the value is damaged.
    public func string() throws(SiftError) -> StoredString? {
      guard record.record.type == .string else { return nil }
      var found: StoredString?
      try sifting { try forEachElement { if case .item(let item) = $0 { found = item } } }
      return found
    }

    /// The value as JSON, as `export --as json` writes it: strings that are not UTF-8 are `{"b64":"…"}`, hashes and
    /// sorted sets are arrays of pairs, streams have their groups; `null` for what is not decoded.
    ///
    /// - Returns: The text.
    /// - Throws: ``SiftError`` if the value is damaged.
    public func json() throws(SiftError) -> String {
      guard record.record.type.isDecoded(in: record.context.dialect) else { return "null" }
      var writer = ValueWriter(.json, into: OutputBuffer(capacity: 4096))
      do throws(RDBError) {
        try walk(into: &writer)
      } catch {
        throw record.failure(error)
      }
      writer.end()
      return writer.output.withBytes { String(decoding: [UInt8](copying: $0), as: UTF8.self) }
    }

    /// Lends the value as it is in the file: what `DUMP` answers, without the type byte before it and the footer.
    ///
    /// - Parameter body: Reads the bytes; its error, of any type, passes through.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public func withSerializedBytes<Result, Failure: Error>(
      _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try record.bytes.withBytes { (span) throws(Failure) in
        try body(span.extracting(record.record.value.range))
      }
    }

    private func wrongType(_ detail: String) -> SiftError {
      SiftError(
        .valueType, "\(record.type) is \(detail)", path: record.file, offset: record.offset,
        key: record.key)
    }
  }
}
