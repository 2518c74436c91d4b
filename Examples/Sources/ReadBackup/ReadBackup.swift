// Lists the keys of a backup with their first elements: swift run ReadBackup dump.rdb 'user:.*'

import RDBSift

@main
struct ReadBackup {
  /// Ends the walk through a value.
  struct Enough: Error {}

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let path = arguments.first else { return print("usage: ReadBackup FILE [REGEX]") }
    let keys = arguments.count > 1 ? Selection.Keys.regex(arguments[2]) : .all

    let backup = try Backup(paths: [path])
    var records = try backup.records(try Selection(keys: keys))
    while let record = try records.next() {
      let expiry = record.expiry.map { "until \($0)" } ?? "for good"
      print("\(record.database) \(record.key) \(record.type) (\(record.encoding)), \(expiry)")
      try printElements(of: record.value, first: 3)
    }
    for file in records.files {
      print("\(file.server ?? "unknown server"), \(file.size) bytes, checksum \(file.checksum)")
    }
  }

  static func printElements(of value: Record.Value, first count: Int) throws {
    guard value.isDecoded else { return print("  \(try value.json())") }
    var left = count
    do {
      try value.forEachElement { element in
        guard left > 0 else { throw Enough() }
        left -= 1
        switch element {
        case .item(let item): print("  \(item)")
        case .member(let member, let score): print("  \(score) \(member)")
        case .field(let field): print("  \(field.name) = \(field.value)")
        case .entry(let entry): print("  \(entry.id), \(entry.fields.count) fields")
        }
      }
    } catch is Enough {
      print("  …")
    }
  }
}
