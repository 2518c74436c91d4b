// Reports for programs as lines: what one report says of a file, and several say together.

import TestSupport

/// Which report it is.
enum TableReport: Sendable {
  case info
  case preview
  case verify
  case salvage
  case threats
  case map

  /// What the report says of the backup as a whole.
  func lines(_ report: JSONNode) -> [String] {
    // A report of one file is flat; one of several has a member for each.
    let files = report["files"].isArray ? report["files"].elements : [report]
    switch self {
    case .info: return TableReport.info(report["set"].object == nil ? report : report["set"], files)
    case .preview: return TableReport.preview(report)
    case .verify: return TableReport.verify(files)
    case .salvage: return TableReport.salvage(files)
    case .threats: return TableReport.threats(files)
    case .map: return TableReport.map(files)
    }
  }

  // MARK: - Members that are added up

  private static func sums(_ names: [String], _ files: [JSONNode]) -> [String] {
    names.map { name in "\(name) \(files.reduce(0) { $0 + ($1[name].int ?? 0) })" }
  }

  /// Members that every file has alike.
  private static func common(_ names: [String], _ files: [JSONNode]) -> [String] {
    names.map { name in
      let texts = Set(files.map { TableText.json([name: $0.object?[name] ?? "nothing"]) })
      return texts.sorted().joined(separator: " or ")
    }
  }

  /// Objects of all files whose numbers are added up where the members that name them are the same.
  private static func groups(
    _ name: String, by keys: [String], _ files: [JSONNode]
  ) -> [String] {
    var sums: [String: [String: Int]] = [:]
    for entry in files.flatMap({ $0[name].elements }) {
      let object = entry.object ?? [:]
      let group = TableText.json(object.filter { keys.contains($0.key) })
      for (member, value) in object where !keys.contains(member) {
        sums[group, default: [:]][member, default: 0] += value as? Int ?? 0
      }
    }
    return sums.map { "\(name) \($0) \(TableText.json($1))" }
  }

  private static func rows(
    _ name: String, without members: Set<String>, _ files: [JSONNode]
  ) -> [String] {
    files.flatMap { $0[name].elements }
      .map { "\(name) \(TableText.json($0.object ?? [:], without: members))" }
  }

  // MARK: - Reports

  private static func info(_ whole: JSONNode, _ files: [JSONNode]) -> [String] {
    let firsts = files.compactMap { $0["first_expire_ms"].int }
    let lasts = files.compactMap { $0["last_expire_ms"].int }
    // The member `keys` of a set counts the keys of its files, whatever is selected.
    return sums(["keys"], files) + sums(["not_selected", "expire", "expired"], [whole])
      + rows("kinds", without: [], [whole]) + groups("databases", by: ["db"], files)
      + ["expire \(firsts.min() ?? 0) to \(lasts.max() ?? 0)"]
      + common(["format", "server", "created_ms", "function_libraries", "stopped_by"], files)
      + files.map { "checksum \($0["checksum"]["state"].text ?? "nothing")" }.uniqued()
  }

  private static func verify(_ files: [JSONNode]) -> [String] {
    let placed: Set<String> = ["offset", "record_offset", "message", "inside"]
    return sums(
      ["keys", "elements", "skipped_values", "errors", "warnings", "notes", "finding_count"], files)
      + rows("findings", without: placed, files)
      + common(["verdict", "quick", "stopped_by"], files)
  }

  private static func salvage(_ files: [JSONNode]) -> [String] {
    let names = [
      "keys", "sure", "probable", "partial", "stated_keys", "lost_bytes", "trailing_bytes",
      "gap_count",
    ]
    return sums(names, files) + common(["header", "header_sound", "reached_end"], files)
  }

  private static func threats(_ files: [JSONNode]) -> [String] {
    let names = [
      "keys", "finding_count", "other_prefixes", "undecided_count", "damaged_values",
    ]
    return sums(names, files) + rows("findings", without: ["offset"], files)
      + groups("by_rule", by: ["rule"], files) + groups("by_prefix", by: ["prefix"], files)
  }

  /// Only keys: each file has a header and an end of its own.
  private static func map(_ files: [JSONNode]) -> [String] {
    groups("by_kind", by: ["what"], files).filter { $0.contains("\"db ") }
  }
}

extension [String] {
  /// Each text once.
  fileprivate func uniqued() -> [String] { Array(Set(self)) }
}
