// The findings of a signature search, as data.

package import RDB
package import Restore

/// A match of a rule.
package struct ThreatFinding: Hashable, Sendable {
  /// The number of the rule in the pack.
  package var rule: Int
  /// The kind of text with the match.
  package var place: SignatureRule.Places
  /// The record, if the match is in one.
  package var record: RDBRecord?
  /// The key of the record, or the name of the AUX field, function library, module or file; redacted.
  package var name: [UInt8]
  /// The element of the value.
  package var element: ElementPlace?
  /// The file offset: of the match if `isExact`, otherwise of the packed value.
  package var offset: Int
  /// Whether the bytes of the match are at `offset`.
  package var isExact: Bool
  /// The offset in the unpacked text.
  package var at: Int
  /// The length of the match in bytes.
  package var count: Int
  /// The matched text, redacted and truncated.
  package var excerpt: [UInt8]
  /// The offset of the record or opcode and the number of the finding in it: the sort order.
  var position: Int
  var ordinal = 0

  /// Whether it comes before another in the file.
  static func < (a: ThreatFinding, b: ThreatFinding) -> Bool {
    (a.position, a.ordinal) < (b.position, b.ordinal)
  }
}

/// An element of a value.
package struct ElementPlace: Hashable, Sendable {
  /// The kind of element.
  package enum Part: String, Hashable, Sendable {
    /// An element of a list, a set, a sorted set or an array.
    case element
    /// A field of a hash or of a stream entry.
    case field
    /// The value of a field.
    case value
    /// The name of a consumer group.
    case group
    /// The name of a consumer.
    case consumer
    /// A producer or message ID that a stream keeps against duplicates.
    case message
    /// A part of a module value.
    case module
    /// A script, key or argument of a cron job.
    case job
  }

  /// The kind of element.
  package var part: Part
  /// The index in file order from 0; for a stream, the index of the entry.
  package var index: UInt64
  /// The ID of the stream entry.
  package var entry: StreamID?
}

/// A text on which a rule hit its match limit, so that it has no result.
package struct UndecidedText: Hashable, Sendable {
  /// The number of the rule.
  package var rule: Int
  /// The key, AUX field or function library; redacted.
  package var name: [UInt8]
  /// The offset of the record or opcode.
  package var offset: Int
}
