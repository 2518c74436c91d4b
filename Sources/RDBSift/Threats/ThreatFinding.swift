// What a search for signatures found, as data.

package import RDB
package import Restore

/// A place that a rule describes.
package struct ThreatFinding: Hashable, Sendable {
  /// The rule's number in the pack.
  package var rule: Int
  /// What kind of text it stands in.
  package var place: SignatureRule.Places
  /// The record, if it stands in one.
  package var record: RDBRecord?
  /// The key of that record, the name of an AUX field, of a function library or of the file; secrets
  /// are masked.
  package var name: [UInt8]
  /// Which element of a value it stands in.
  package var element: ElementPlace?
  /// Where in the file: the match itself if `isExact`, else the value that holds it in packed form.
  package var offset: Int
  /// Whether the bytes of the match stand at `offset` as they are.
  package var isExact: Bool
  /// Where in the text, once it is unpacked.
  package var at: Int
  /// Bytes of the match.
  package var count: Int
  /// What was found, secrets masked, cut to a length.
  package var excerpt: [UInt8]
  /// Where the record or opcode begins, and which of its findings this is: the file's order.
  var position: Int
  var ordinal = 0

  /// Whether it comes before another in the file.
  static func < (a: ThreatFinding, b: ThreatFinding) -> Bool {
    (a.position, a.ordinal) < (b.position, b.ordinal)
  }
}

/// Which element of a value.
package struct ElementPlace: Hashable, Sendable {
  /// What the element is.
  package enum Part: String, Hashable, Sendable {
    /// An element of a list, a set, a sorted set or an array.
    case element
    /// A field of a hash or of a stream's entry.
    case field
    /// The value of a field.
    case value
    /// A consumer group's name.
    case group
    /// A consumer's name.
    case consumer
    /// A name that a stream keeps to recognise messages.
    case message
    /// A part of a module's value.
    case module
    /// A cron job's script, key or argument.
    case job
  }

  /// What it is.
  package var part: Part
  /// Which of them, from 0 in the file's order; of a stream, which entry.
  package var index: UInt64
  /// The entry of a stream.
  package var entry: StreamID?
}

/// A text that a rule gave up on: whether it holds what the rule describes is not known.
package struct UndecidedText: Hashable, Sendable {
  /// The rule's number.
  package var rule: Int
  /// The key, the AUX field or the library, secrets masked.
  package var name: [UInt8]
  /// Where the record or opcode begins.
  package var offset: Int
}
