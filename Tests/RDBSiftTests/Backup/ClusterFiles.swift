// The files of a cluster, made of one keyspace: each key goes where its slot says.

import RDB
import TestSupport

/// Makes the files of a cluster.
struct ClusterFiles {
  var created = "1795500000"
  var version = "5.0.14"

  /// Keys by number.
  static func keys(_ count: Int) -> [String] { (0..<count).map { "user:\($0 * 7919)" } }

  /// The number of a key's slot.
  static func slot(_ key: String) -> UInt16 {
    Array(key.utf8).withRawSpan { HashSlot(of: $0).rawValue }
  }

  /// So many ranges of slots, as clusters are set up.
  static func ranges(_ count: Int) -> [ClosedRange<UInt16>] {
    (0..<count).map { index in
      UInt16(index * HashSlot.count / count)...UInt16((index + 1) * HashSlot.count / count - 1)
    }
  }

  /// A file of strings.
  func file(_ keys: [String], database: UInt64 = 0, aux: [(String, String)] = []) -> [UInt8] {
    var builder = RDBBuilder("REDIS0009")
    builder.aux("redis-ver", version)
    builder.aux("ctime", created)
    for (name, value) in aux { builder.aux(name, value) }
    builder.selectDB(database)
    builder.resizeDB(keys: UInt64(keys.count), expires: 0)
    for key in keys { builder.string(key: key, value: "value of \(key)") }
    return builder.ended()
  }

  /// A file for each range, of those of the keys that belong there.
  func shards(of keys: [String], _ ranges: [ClosedRange<UInt16>]) -> [[UInt8]] {
    ranges.map { range in file(keys.filter { range.contains(ClusterFiles.slot($0)) }) }
  }
}
