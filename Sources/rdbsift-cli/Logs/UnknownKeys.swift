// Keys of logs whose value at a moment is not known, all of them, for reports.

import AOF
import RDB
import RDBSift

enum UnknownKeys {
  /// The number of keys, and a row for each: which command left it unknown, and why.
  static func fields(_ moments: [Moment]) -> Fields {
    fields(moments.map { ($0.overlay, $0.log) })
  }

  /// The same for states of logs.
  static func fields(_ states: [(overlay: Overlay, log: LogSource)]) -> Fields {
    let count = states.reduce(0) { $0 + $1.overlay.inexact.count }
    let rows = states.flatMap { overlay, log in
      overlay.inexact.map { row($0, log) } + (overlay.everything.map { [others($0, log)] } ?? [])
    }
    return [
      "unknown_keys": .count(count).shown("unknown keys", if: count > 0), "unknown": .rows(rows),
    ]
  }

  private static func row(_ key: InexactKey, _ log: LogSource) -> Fields {
    ["db": .number(key.database), "key": .key(key.key)] + cause(key, log)
  }

  /// All keys that no row names.
  private static func others(_ key: InexactKey, _ log: LogSource) -> Fields {
    ["db": .null, "key": .key(nil)] + cause(key, log)
  }

  private static func cause(_ key: InexactKey, _ log: LogSource) -> Fields {
    let file = Int(key.position.file)
    let name = log.allParts.indices.contains(file) ? log.allParts[file].name : log.name
    return [
      "command": .foreign(String(decoding: key.command, as: UTF8.self)), "log_file": .path(name),
      "log_offset": .count(key.position.offset), "message": .text(LogText.cause(key, log)),
    ]
  }
}
