// The `info` report on an append-only log: what it covers, its files, its commands, and the keys at a moment.

import AOF
import RDB
import RDBSift

/// The contents of a log.
struct LogInfoReport {
  let log: LogSource
  let coverage: LogCoverage
  /// The base's AUX fields; nil for a log without a base.
  let base: BaseFacts?
  /// The keys at the moment; nil if the log cannot be read up to it.
  let keys: InspectedKeys?
  /// The moment; nil if the log cannot be read up to it.
  let moment: Moment?
  let sha256: String?

  /// Names of commands that are listed one by one.
  private static let named = 30

  /// The report; without `isTimed` nothing in it depends on the current time.
  func report(isTimed: Bool = true) -> Report {
    var facts = file + covered + doubts
    var sections: [Section] = [.table(files), .table(commands)]
    if let keys {
      facts =
        facts + ["now_ms": .instant(isTimed ? keys.now : nil)] + keys.number
        + keys.counts(isTimed: isTimed) + keys.expiries
        + ["kinds": .rows(keys.kinds)] + UnknownKeys.fields(moment.map { [$0] } ?? [])
      sections.append(.table(keys.kinds))
    }
    return Report(
      command: "info",
      facts: facts + [
        "files": .rows(files), "commands_by_name": .rows(allCommands), "gaps": .rows(gaps),
      ], sections: sections + [.table(gaps), .lines(notes)])
  }

  private var server: Value {
    let server = base?.serverVersion.map {
      (base?.header.isValkey ?? false ? "Valkey " : "Redis ") + $0
    }
    return server.map { .foreign($0) } ?? .null
  }

  private var file: Fields {
    let databases = coverage.databases.sorted()
    return [
      "file": .path(log.name).shown, "size": .bytes(log.size).shown(as: .allBytes(log.size)),
      "sha256": .text(sha256).shown, "format": .text("append-only log").shown,
      "server": server.shown,
      "base_created_ms": .instant(base?.created.map { Self.instant($0) }).shown("base created"),
      "databases": .list(databases.map { .number($0) }).shown(if: !databases.isEmpty),
    ]
  }

  private var covered: Fields {
    let count = coverage.files.reduce(0) { $0 + $1.commands }
    return [
      "commands": .count(count).shown,
      "first_stamp_ms": .instant(coverage.firstStamp.map { Self.instant($0) })
        .shown("first second"),
      "last_stamp_ms": .instant(coverage.lastStamp.map { Self.instant($0) }).shown("last second"),
      "unstamped_commands": .count(coverage.unstamped)
        .shown("without a time", if: coverage.unstamped > 0),
      "state_ms": .instant(moment?.reference).shown("state at"),
    ]
  }

  private var doubts: Fields {
    [
      "backward_stamps": .count(coverage.backwards)
        .shown("times the clock ran back", if: coverage.backwards > 0),
      "missing_files": .list(log.missing.map { .path($0) }).shown(if: !log.missing.isEmpty),
      "unlisted_files": .list(log.unlisted.map { .path($0) }).shown(if: !log.unlisted.isEmpty),
    ]
  }

  private var files: [Fields] {
    log.parts.enumerated().map { index, part in
      let facts = coverage.files.indices.contains(index) ? coverage.files[index] : nil
      return [
        "file": .path(part.name).shown, "size": .bytes(part.file.packedSize).shown,
        "commands": .count(facts?.commands).shown,
        "first_stamp_ms": .instant(facts?.firstStamp.map { Self.instant($0) }).shown(
          "first second"),
        "last_stamp_ms": .instant(facts?.lastStamp.map { Self.instant($0) }).shown("last second"),
      ]
    }
  }

  private var allCommands: [Fields] {
    coverage.commands.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { name, count in
      ["command": .foreign(name).shown, "count": .count(count).shown]
    }
  }

  private var commands: [Fields] { Array(allCommands.prefix(LogInfoReport.named)) }

  /// Stretches of a minute and more without a stamp.
  private var gaps: [Fields] {
    coverage.gaps.filter { $0.to - $0.from >= 60 }.map { gap in
      [
        "from_ms": .instant(Self.instant(gap.from)).shown("no stamp from"),
        "to_ms": .instant(Self.instant(gap.to)).shown("to"),
        "commands": .count(gap.commands).shown("commands at the first"),
      ]
    }
  }

  /// The log as one of several.
  var row: Fields {
    let row: Fields = [
      "log": .path(log.name).shown, "size": .bytes(log.size).shown, "server": server.shown,
      "commands": .count(coverage.files.reduce(0) { $0 + $1.commands }).shown,
      "first": .instant(coverage.firstStamp.map { Self.instant($0) }).shown("first second"),
      "last": .instant(coverage.lastStamp.map { Self.instant($0) }).shown("last second"),
      "keys": .count(keys?.total.keys).shown,
    ]
    return row.textOnly
  }

  private var notes: [String] {
    var notes: [String] = []
    if coverage.firstStamp == nil, !coverage.commands.isEmpty {
      notes.append(
        "the log has no time stamps: its end, --cut FILE:OFFSET and --cut-commands N can be restored"
      )
    } else if coverage.unstamped > 0, let first = coverage.firstStamp {
      notes.append(
        "commands before the first time stamp belong to no known second; seconds are known from "
          + LogText.second(first))
    }
    if let damage = coverage.damage { notes.append(LogText.text(damage, log)) }
    return notes
  }

  private static func instant(_ second: Int64) -> UnixMilliseconds {
    UnixMilliseconds(second.multipliedReportingOverflow(by: 1000).partialValue)
  }
}
