// Counts of a part of a backup as data, which other processes add up. Whoever adds data checks it first: it may
// come from anywhere.

import Memory
import RDB

extension ValueShape: Codable {}
extension ValueEncoding: Codable {}
extension EncodingLimits.Name: Codable {}

extension UnixMilliseconds: Codable {
  /// Reads a number.
  package init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Int64.self))
  }

  /// Writes the number.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

/// The counts of `Statistics`.
package struct StatisticsData: Codable, Sendable {
  /// Keys and memory of a minute or a slot.
  package struct Numbered: Codable, Sendable {
    /// The minute since the epoch, or the slot.
    package var number: Int64
    /// Its keys.
    package var count: MemoryCount
  }

  /// A prefix.
  package struct Prefix: Codable, Sendable {
    /// The place of the prefix without the last part; 0 is the prefix of all keys.
    package var parent: Int
    /// Its hash.
    package var hash: UInt64
    /// Its last part.
    package var part: [UInt8]
    /// Keys without a longer prefix.
    package var own: PrefixCount
    /// Keys with longer prefixes that were dropped.
    package var other: PrefixCount
  }

  var kinds: [StatisticsKind]
  var groups: [KeyGroup]
  var otherKinds: KeyGroup
  var spans: [MemoryCount]
  var minutes: [Numbered]
  var isMinutesPartial: Bool
  var slots: [Numbered]
  var tagged: UInt64
  var sizes: [MemoryCount]
  var savings: [OverLimits.Saving]
  /// The lists of keys, in the order of `Statistics.lists`.
  var lists: [[RankedKey]]
  var prefixes: [Prefix]
  var isPrefixPartial: Bool
}

/// What is wrong with data.
package struct StatisticsDataError: Error, Sendable {
  /// The member that cannot be.
  package let member: StaticString

  init(_ member: StaticString) { self.member = member }

  /// Throws that a member cannot be, unless it can.
  static func check(
    _ isPossible: Bool, _ member: StaticString
  ) throws(StatisticsDataError) {
    if !isPossible { throw StatisticsDataError(member) }
  }
}
