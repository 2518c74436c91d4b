// Writes the carts of a backup as commands for another server:
//   swift run ExportCarts dump.rdb carts.resp 2026-11-24T06:00:00Z 2026-11-25T09:00:00Z

import RDBSift

@main
struct ExportCarts {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let restoreTime = UnixTime(arguments[3]),
      let shift = UnixTime(arguments[4])
    else { return print("usage: ExportCarts BACKUP OUTPUT RESTORE-TIME SHIFT-TO") }

    var options = Backup.Options()
    options.threads = 4
    let backup = try Backup(paths: [arguments[1]], options: options)
    let carts = try Selection(keys: .regex("cart:.*"), excluding: .glob("cart:test*"))

    // What would happen: the same plan, and nothing is written.
    let preview = try backup.preview(carts, restoredAt: restoreTime, shiftedTo: shift)
    print("\(preview.written.keys) keys, of which \(preview.written.expiring) expire")
    for (type, count) in preview.byType.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      print("  \(type): \(count.keys) keys, \(count.valueBytes) bytes")
    }

    let result = try backup.export(
      carts, as: .commands(for: .redis(7, 2)), to: .file(arguments[2]), restoredAt: restoreTime,
      shiftedTo: shift)
    print("wrote \(result.keys) keys in \(result.bytes) bytes; \(result.expired) had expired")
    for loss in result.losses { print("  \(loss.key): \(loss.reason)") }
  }
}
