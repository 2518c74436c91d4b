// Keys that a file has twice. Servers do not load such a file, so one record of each key is written: whole
// before partial, sure before probable, and then the last.

import RDB

/// Coinciding keys, and the records that an export leaves out for them.
struct DuplicateKeys {
  /// Keys of different names or files that would become one.
  private(set) var collisions = CoincidingKeys()
  /// The records of a file that another record of the same key replaces, by file and identity.
  private(set) var replaced: [Int: [Int]] = [:]

  /// Splits coinciding keys.
  ///
  /// - Parameters:
  ///   - found: The coinciding keys.
  ///   - leavesOut: Whether duplicate keys of a file are left out; otherwise all are written.
  ///   - exclusions: What is left out already, by file.
  init(_ found: CoincidingKeys, leavesOut: Bool, _ exclusions: [Exclusions]) {
    collisions.isTruncated = found.isTruncated
    for key in found.keys { add(key, leavesOut, exclusions) }
  }

  private mutating func add(
    _ key: CoincidingKey, _ leavesOut: Bool, _ exclusions: [Exclusions]
  ) {
    let places = key.places.filter { place in
      guard exclusions.indices.contains(place.file) else { return true }
      return exclusions[place.file].records[place.offset] == nil
    }
    var origins: [CoincidingKey.Origin: [CoincidingKey.Place]] = [:]
    for place in places { origins[place.origin, default: []].append(place) }
    if origins.count > 1 {
      var collision = key
      collision.places = places
      collisions.keys.append(collision)
    }
    guard leavesOut else { return }
    for group in origins.values where group.count > 1 {
      let winner = DuplicateKeys.winner(of: group)
      for place in group where place.offset != winner.offset {
        replaced[place.file, default: []].append(place.offset)
      }
    }
  }

  /// The record that is written; `group` is in file order.
  private static func winner(of group: [CoincidingKey.Place]) -> CoincidingKey.Place {
    group.reduce(group[0]) { $1.rank >= $0.rank ? $1 : $0 }
  }
}

extension CoincidingKey {
  /// A key as the files have it.
  fileprivate struct Origin: Hashable {
    var file: Int
    var database: UInt32
    var key: [UInt8]
  }
}

extension CoincidingKey.Place {
  fileprivate var origin: CoincidingKey.Origin {
    CoincidingKey.Origin(file: file, database: record.database, key: key)
  }

  fileprivate var rank: Int {
    switch confidence {
    case .partial: 0
    case .probable: 1
    case .sure, nil: 2
    }
  }
}
