// Shows what fills the memory, and what has changed since an older backup:
//   swift run MemoryReport new.rdb old.rdb

import RDBSift

@main
struct MemoryReport {
  static func main() throws {
    let paths = CommandLine.arguments.dropFirst()
    guard let newest = paths.first else { return print("usage: MemoryReport NEW [OLD]") }
    let backup = try Backup(paths: [newest])

    let statistics = try backup.statistics(depth: 2)
    print("\(statistics.keys) keys take \(statistics.memory) bytes on \(statistics.server)")
    for type in statistics.types { print("  \(type.type): \(type.memory) in \(type.keys) keys") }
    show(statistics.prefixes, level: 0)
    for key in statistics.largest.prefix(3) { print("\(key.key): \(key.memory) bytes") }

    for older in paths.dropFirst() {
      let changes = try backup.diff(since: try Backup(paths: [older]))
      print(
        "since \(older): \(changes.added) added, \(changes.removed) removed, "
          + "\(changes.changed) changed, \(changes.expiryChanged) with another expiry")
    }
  }

  static func show(_ prefix: StatisticsResult.Prefix, level: Int) {
    let indent = String(repeating: "  ", count: level)
    print("\(indent)\(prefix.text)* \(prefix.memory) bytes, \(prefix.keys) keys")
    for child in prefix.children.prefix(3) { show(child, level: level + 1) }
  }
}
