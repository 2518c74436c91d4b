// Damage as disks, transfers and attackers make it.

/// Damages bytes at random places.
public struct Mutation: Sendable, CustomStringConvertible {
  private enum Way: CaseIterable {
    case flip, set, delete, insert, zeros, ones, cut, copy
  }

  private let way: Way
  private let place: Int
  private let count: Int
  private let byte: UInt8

  /// A random damage to so many bytes behind the first `start`.
  public init(of byteCount: Int, from start: Int, _ random: inout SeededRandom) {
    way = Way.allCases[random.below(Way.allCases.count)]
    place = start + random.below(max(1, byteCount - start))
    count = 1 + random.below(random.below(4) == 0 ? 300 : 8)
    byte = UInt8(truncatingIfNeeded: random.next())
  }

  /// What it does, and where.
  public var description: String { "\(way) \(count) at \(place)" }

  /// The damaged bytes.
  public func damage(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let range = min(place, bytes.count)..<min(place + count, bytes.count)
    switch way {
    case .flip: for index in range.prefix(1) { bytes[index] ^= 1 << (byte & 7) }
    case .set: for index in range.prefix(1) { bytes[index] = byte }
    case .delete: bytes.removeSubrange(range)
    case .insert:
      bytes.insert(contentsOf: [UInt8](repeating: byte, count: count), at: range.lowerBound)
    case .zeros: for index in range { bytes[index] = 0 }
    case .ones: for index in range { bytes[index] = 0xff }
    case .cut: bytes.removeSubrange(range.lowerBound...)
    case .copy: bytes.insert(contentsOf: Array(bytes[range]), at: range.lowerBound)
    }
    return bytes
  }
}
