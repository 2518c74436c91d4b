// Checks a backup and, if it is damaged, writes what is left of it:
//   swift run CheckBackup dump.rdb rest.rdb

import RDBSift

@main
struct CheckBackup {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else { return print("usage: CheckBackup BACKUP [REST]") }
    let backup = try Backup(paths: [arguments[1]])
    let found = try backup.verify()
    print("\(found.records) records, \(found.findingCount) findings")
    for finding in found.findings where finding.severity > .note {
      let key = finding.key.map { " of \($0)" } ?? ""
      print("  \(finding.severity) \(finding.rule) at byte \(finding.offset)\(key)")
    }
    guard !found.isSound, arguments.count > 2 else { return }
    let rest = try backup.salvage(as: .rdb(), to: .file(arguments[2]))
    print("wrote \(rest.keys) of \(rest.records) records; \(rest.lostBytes) bytes are lost")
  }
}
