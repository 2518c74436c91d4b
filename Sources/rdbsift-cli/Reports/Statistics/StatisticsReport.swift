// The `stats` report: what fills the memory, as data, as text and as a document.

import Memory
import RDB
import RDBSift

/// Statistics of a backup.
struct StatisticsReport {
  /// How they are shown.
  struct Options {
    let masks: Bool
    let prefixes: Int
    let whatIf: String?
    let threats: ThreatCounts?
  }

  let statistics: Statistics
  let subject: ReportSubject
  let chosen: ChosenModel
  let options: Options
  let mask: KeyMask
  let root: PrefixSummary
  /// The memory that the server said it used, of all files that state it.
  let serverMemory: Int?
  let failure: JobFailure?

  /// The part of a file that was counted; nil for all of a backup.
  let range: FileRange?

  /// Makes the report of what a sweep has counted.
  init(
    _ statistics: Statistics, _ result: BackupResult<WriteSummary<MeasuredKeys>>,
    _ chosen: ChosenModel, _ options: Options
  ) {
    let stated = result.readable.compactMap {
      $0.result.metadata.aux("used-mem").flatMap { Int($0) }
    }
    self.statistics = statistics
    self.chosen = chosen
    self.options = options
    subject = result.subject
    mask = KeyMask(masks: options.masks)
    root = statistics.prefixes(listing: options.prefixes)
    serverMemory = stated.isEmpty ? nil : stated.reduce(0) { $0 &+ max(0, $1) }
    failure = result.readable.lazy.compactMap(\.result.failure).first
    range = result.backup.range
  }

  /// Makes the report of counts that were added up.
  init(_ merged: MergedStatistics, _ options: Options) {
    statistics = merged.statistics
    chosen = merged.settings.chosen
    self.options = options
    subject = merged.subject
    mask = KeyMask(masks: options.masks)
    root = merged.statistics.prefixes(listing: options.prefixes)
    serverMemory = merged.serverMemory
    (failure, range) = (nil, nil)
  }

  var total: KeyGroup { statistics.total }

  // MARK: Data

  /// All that a program gets.
  var facts: Fields { head + Fields(parts.map { Field($0.id, .rows($0.rows)) }) + tail }

  private var head: Fields {
    [
      "file": file.shown, "size": .bytes(subject.size).shown, "sha256": .text(subject.sha256),
      "model": .text(chosen.model.name).shown("memory of", as: .text(modelWords)),
      "model_from": .text(chosen.origin), "allocator": .text(chosen.model.allocator.rawValue),
      "confirmed": .flag(chosen.model.isConfirmed), "now_ms": .instant(statistics.request.now),
      "keys": .count(total.keys).shown, "memory": .bytes(total.memory).shown,
      "exact_memory": .bytes(total.count(.exact).memory),
      "expected_memory": .bytes(total.count(.expected).memory)
        .shown("contains expectations", if: total.count(.expected).keys > 0),
      "estimated_memory": .bytes(total.count(.estimated).memory)
        .shown("estimated", if: total.count(.estimated).keys > 0),
      "unknown_keys": .count(total.unknownKeys)
        .shown("keys not counted", if: total.unknownKeys > 0),
      "table_memory": .bytes(tables.main).shown("main dictionaries"),
      "expires_memory": .bytes(tables.expires).shown(
        "expires dictionaries", if: tables.expires > 0),
      "server_memory": .bytes(serverMemory).shown("used by the server, as the file states"),
      "keys_without_ttl": .count(total.persistent)
        .shown("keys without TTL", as: .text(counted(total.persistent))),
      "expired_keys": .count(total.expired)
        .shown("expired, still present", if: total.expired > 0),
      "quantile_error": .share(QuantileSketch.error),
    ] + (options.threats?.fields ?? [:])
  }

  /// The data as a report of its own.
  var data: Report { Report(command: "stats", facts: facts, sections: []) }

  private var tail: Fields {
    ["prefixes_partial": .flag(statistics.isPrefixPartial), "stopped_by": damage]
  }

  private var file: Value {
    .path(options.masks ? mask.text(Array(subject.path.utf8)) : subject.path)
  }

  /// Damage names a key and a path, which a masked report must not.
  private var damage: Value {
    guard let failure else { return .null }
    return options.masks ? .text("damage") : .damage(failure, path: subject.path)
  }

  private func counted(_ keys: UInt64) -> String {
    "\(Formatting.count(keys)) (\(Formatting.percent(share(keys, of: total.keys))))"
  }

  func share(_ number: UInt64, of whole: UInt64) -> Double {
    whole == 0 ? 0 : Double(number) / Double(whole)
  }

  private var modelWords: String {
    let source =
      switch chosen.origin {
      case "file": " (the file's server: \(chosen.stored ?? "unknown"))"
      case "default": " (the file does not name its server)"
      default: ""
      }
    let doubt = chosen.model.isConfirmed ? "" : ", an estimate: not compared with a running server"
    return "\(chosen.model.name) with \(chosen.model.allocator.rawValue)\(source)\(doubt)"
  }

  /// Bytes of the tables that find keys and expiries, which MEMORY USAGE leaves out.
  private var tables: (main: Int, expires: Int) {
    statistics.groups { $0.database }.values.reduce((0, 0)) { sum, group in
      let own = chosen.model.tables(keys: group.keys, expires: group.keys - group.persistent)
      return (sum.0 + own.main, sum.1 + own.expires)
    }
  }

  // MARK: Text

  /// The report for a terminal.
  var report: Report {
    Report(
      command: "stats", facts: head,
      sections: parts.filter { !$0.isEmpty }.map { .titled($0.title, $0.rows, notes: $0.notes) })
  }

  /// The document.
  var page: ReportPage {
    ReportPage(
      title: "What fills the memory: \(mask.masksName(subject.path))", verdict: verdict,
      numbers: [
        Field(title: "memory", .bytes(total.memory)), Field(title: "keys", .count(total.keys)),
        Field(title: "without TTL", .share(share(total.persistent, of: total.keys))),
        Field(title: "expired, still present", .count(total.expired)),
      ], parts: parts.filter { !$0.isEmpty } + [provenance])
  }

  private var verdict: String {
    guard total.keys > 0 else { return "There are no keys." }
    var text =
      "\(Formatting.count(total.keys, "key takes", "keys take")) \(Formatting.size(Int(total.memory)))"
      + " on \(chosen.model.name) with \(chosen.model.allocator.rawValue);"
      + " \(Formatting.percent(share(total.persistent, of: total.keys))) have no TTL."
    if let first = root.children.first {
      text += " The largest prefix is \(mask.text(first.prefix)) with "
      text += "\(Formatting.percent(share(first.total.memory, of: total.memory))) of the memory."
    }
    return text
  }

  /// The command line, which names keys and paths.
  private var command: [Field] {
    guard !options.masks else { return [] }
    let words = CommandLine.arguments.dropFirst().map { ShellWord.quoted($0.utf8) }
    return [Field(title: "command", .text((["rdbsift"] + words).joined(separator: " ")))]
  }

  private var provenance: PagePart {
    let facts = command + head.list.filter { $0.title != nil && !$0.visible.isNull }
    let rows = facts.map {
      Fields([Field(title: "fact", .text($0.title)), Field(title: "value", $0.visible)])
    }
    return PagePart(
      id: "provenance", title: "Provenance", rows: rows,
      notes: [
        "Memory is what MEMORY USAGE key SAMPLES 0 answers after the file was loaded.",
        "Quantiles are within \(Formatting.percent(QuantileSketch.error)) of their value.",
        "rdbsift \(Version.number)",
      ])
  }
}

extension KeyMask {
  /// A path as a title.
  func masksName(_ path: String) -> String { text(Array(path.utf8)) }
}
