// The AUX field `slot-info`, which Valkey in cluster mode writes before the keys of each slot:
//
//   "slot,keys,expires" or "slot,keys,expires,hashes whose fields expire"

/// What an AUX field `slot-info` states about a cluster slot.
package struct SlotInfo: Hashable, Sendable {
  /// The name of the field.
  package static let name = Array("slot-info".utf8)
  /// Longer texts are no slot info.
  private static let longest = 128

  /// The slot.
  package var slot: UInt16
  /// The numbers after the slot: keys, keys that expire, hashes whose fields expire.
  package var counts: [UInt64]

  /// Makes the slot info of some counts.
  package init(slot: UInt16, counts: [UInt64]) {
    self.slot = slot
    self.counts = counts
  }

  /// Keys of the slot; nil if the text has no such number.
  package var keys: UInt64? { counts.first }

  /// Parses the text of the field; nil if it does not begin with a slot and a comma.
  ///
  /// Counts end at the first part that is not a number.
  package init?(parsing text: RawSpan) {
    let commas = (0..<text.byteCount).filter { text.byte(at: $0) == 0x2c }
    guard let first = commas.first, let slot = Decimal.parse(text.extracting(0..<first)),
      slot < HashSlot.count
    else { return nil }
    self.slot = UInt16(slot)
    counts = []
    for (comma, next) in zip(commas, commas.dropFirst() + [text.byteCount]) {
      guard let count = Decimal.parse(text.extracting((comma + 1)..<next)) else { break }
      counts.append(count)
    }
  }

  /// Parses an AUX field; nil if it is another field or has another text.
  package init?(aux name: StringObject, _ value: StringObject, in bytes: RawSpan) {
    guard case .raw(let place) = name, bytes.extracting(place.range).equals(SlotInfo.name),
      value.count <= SlotInfo.longest
    else { return nil }
    var scratch = Scratch()
    let parsed = try? scratch.withBytes(of: value, in: bytes) { (text) throws(RDBError) in
      SlotInfo(parsing: text)
    }
    guard let parsed else { return nil }
    self = parsed
  }

  /// The text of the field.
  package var text: String {
    ([UInt64(slot)] + counts).map { "\($0)" }.joined(separator: ",")
  }
}
