// The `salvage` report on an append-only log: bytes that are no commands, then the keys that are left.

import AOF
import RDB
import RDBSift

/// The result of a salvage of one log.
struct LogSalvageReport {
  let log: SalvagedLog
  let found: SalvagedFile
  let subject: ReportSubject

  /// The number of gaps in text output.
  private static let shownGaps = 100

  private var probable: Int { found.records - found.sure }
  private var commands: Int { log.commands.reduce(0, +) }
  private var unknown: Int { log.state.overlay.inexact.count }

  var report: Report {
    Report(
      command: "salvage",
      facts: subject.facts + [
        "commands": .count(commands), "keys": .count(found.records), "sure": .count(found.sure),
        "probable": .count(probable), "partial": .count(0), "lost_bytes": .bytes(log.lostBytes),
        "missing_files": .list(log.log.missing.map { .path($0) }),
        "gap_count": .count(log.holeCount), "gaps": .rows(log.holes.map(row)),
      ] + UnknownKeys.fields([(log.state.overlay, log.log)]).dataOnly, sections: [.lines(lines)],
      status: log.isSound ? .done : .finding)
  }

  private func name(_ file: Int) -> String { log.log.allParts[file].name }

  private func row(_ file: Int, _ hole: LogHole) -> Fields {
    [
      "kind": .text(hole.isTail ? "tail" : "lost"), "log_file": .path(name(file)),
      "offset": .count(hole.start), "bytes": .bytes(hole.end - hole.start),
      "damage": .count(hole.error.offset), "rule": .text(FindingRules.name(hole.error.reason)),
      "message": .text(LogText.text(hole)),
    ]
  }

  private var lines: [String] {
    var lines = log.log.missing.map { "missing: \(Messages.spelled($0))" }
    lines += log.holes.prefix(LogSalvageReport.shownGaps).map(line)
    let more = log.holeCount - lines.count
    if more > 0 { lines.append("\(Formatting.count(more)) more gaps") }
    if let open = log.end.openTransaction {
      let commands = Formatting.count(log.end.droppedCommands, "command", "commands")
      let place = LogText.place(open.offset, Int(open.file), log.log)
      lines.append("the MULTI at \(place) has no EXEC; \(commands) left out")
    }
    if probable > 0 {
      lines.append(
        "probable keys: lost commands may have changed them, and no later command wrote them wholly"
      )
    }
    if let first = log.holes.first(where: { !$0.hole.isTail && !$0.hole.isHarmless }) {
      let place = LogText.place(first.hole.start, first.file, log.log)
      lines.append(
        "the exact state before this gap: rdbsift export \(LogText.words(log.log.input)) --cut \(place)"
      )
    }
    return lines + [summary]
  }

  private func line(_ file: Int, _ hole: LogHole) -> String {
    let (first, last) = (Formatting.count(hole.start), Formatting.count(hole.end - 1))
    let count = Formatting.count(hole.end - hole.start)
    let place = "\(Messages.spelled(name(file))): bytes \(first) to \(last) (\(count))"
    return "gap: \(place): \(LogText.text(hole))"
  }

  private var summary: String {
    let keys = Formatting.count(found.records, "key", "keys")
    let trust = "\(Formatting.count(found.sure)) sure, \(Formatting.count(probable)) probable"
    let left = unknown > 0 ? ", \(Formatting.count(unknown)) unknown" : ""
    let gaps = Formatting.count(log.holeCount, "gap", "gaps")
    let commands = Formatting.count(commands, "command", "commands")
    return "\(Messages.spelled(subject.path)): \(commands), \(keys) (\(trust)\(left)), \(gaps) "
      + "(\(Formatting.count(log.lostBytes, "byte", "bytes")))"
  }
}
