// `info` over several files: a table of them, then what they hold together.

import RDB
import RDBSift
import Restore

extension Info {
  /// Says what is in a set.
  func report(_ set: ShardSet, now: UnixMilliseconds, _ selected: Selection) throws -> ExitStatus {
    let reading = try SetReading(set, "reading", selected) { _, selection throws(JobFailure) in
      InspectionWorker(selection)
    }
    let screen = InfoSetScreen(set: set, now: now, reading: reading)
    try reportFile.write(screen.json(isTimed: clock.now != nil), command: "info", set)
    switch report.format {
    case .text: try set.session.console.write(screen.text())
    case .json: try set.session.console.write(screen.json())
    }
    return selection.status(reading.tell(), afterKeys: screen.total.keys, set.session)
  }
}

/// What `info` shows of a set.
struct InfoSetScreen {
  let set: ShardSet
  let reading: SetReading<InspectionSummary>
  private let screens: [InfoScreen]
  private let summary: InspectionSummary
  private let now: UnixMilliseconds

  init(set: ShardSet, now: UnixMilliseconds, reading: SetReading<InspectionSummary>) {
    self.set = set
    self.reading = reading
    let console = set.session.console
    screens = reading.shards.map {
      InfoScreen(console: console, file: $0.file, now: now, $0.result)
    }
    var summary = InspectionSummary(RecordTally())
    for screen in screens { summary.merge(screen.summary) }
    self.summary = summary
    self.now = now
  }

  private var console: Console { self.set.session.console }
  private var facts: SetFacts { reading.facts }

  var total: RecordCount {
    var total = RecordCount()
    for screen in screens { total.merge(screen.total) }
    return total
  }

  func text() -> String {
    var table = TextTable([.left(""), .left("", mayShrink: true)])
    table.add(["set", HumanText.count(set.shards.count, "file", "files")])
    table.add([
      "size", "\(HumanText.size(set.size)) (\(HumanText.count(set.size, "byte", "bytes")))",
    ])
    if let created = facts.created { table.add(["created", SetText.spelled(created)]) }
    InfoScreen.addKeys(total, summary, now: now, to: &table)
    let slots = facts.slots.count
    if facts.isCluster {
      table.add([
        "slots with keys", "\(HumanText.count(slots)) of \(HumanText.count(HashSlot.count))",
      ])
    }
    let width = console.output.width
    let tables = [
      table.text(width: width), files(width),
      InfoScreen.kindTable(summary.kinds, console),
    ]
    return tables.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func files(_ width: Int?) -> String {
    var table = TextTable([
      .left("file", mayShrink: true), .right("size"), .left("server"), .left("created"),
      .right("keys"), .right("expire"), .right("slots"), .left("checksum"),
    ])
    for (screen, shard) in zip(screens, reading.shards) {
      let facts = ShardFacts(screen.facts, shard.census)
      let checksum = ChecksumText.word(screen.checksum, isWhole: screen.failure == nil)
      table.add([
        Messages.spelled(screen.file.path), HumanText.size(screen.file.size),
        facts.server.map { KeyText.spelled($0.utf8, width: 30) } ?? "",
        facts.created.map { HumanText.instant(milliseconds: $0.rawValue) } ?? "",
        HumanText.count(screen.total.keys), HumanText.count(screen.total.expires),
        HumanText.count(shard.census.slots.count), checksum,
      ])
    }
    return table.text(width: width) { console.output.styled($0, .bold) }
  }

  /// The whole report: each file's own, and what they are together.
  func json(isTimed: Bool = true) -> JSONValue {
    .object([
      "files": .array(
        zip(screens, reading.shards).map { screen, shard in
          screen.json(isTimed: isTimed).adding("slots", SetText.json(shard.census.slots.ranges))
        }),
      "set": reading.json
        .adding("not_selected", .count(summary.leftOut)).adding("expire", .count(total.expires))
        .adding("expired", isTimed ? .count(summary.expired) : .null)
        .adding("kinds", .array(InfoScreen.sorted(summary.kinds).map(InfoScreen.json))),
    ])
  }
}
