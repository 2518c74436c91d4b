// Sentences about several files that are one backup.

import RDB
import RDBSift
import Restore
import Storage

enum SetText {
  /// Keys in two files that are named one by one.
  static let named = 20

  /// Why there is no set.
  static func failure(_ problem: ShardList.Problem) -> any Error {
    switch problem {
    case .input(let error, let path): FileFailure(failure: JobFailure(error), path: path)
    case .twice(let one, let two):
      Misuse("\(Messages.spelled(two)) is the same file as \(Messages.spelled(one))")
    case .nothing(let directory):
      Misuse(
        "\(Messages.spelled(directory)) holds no backup; directories in it are looked into with "
          + "--recursive")
    case .emptyList(let path): Misuse("\(Messages.spelled(path)) names no file")
    case .notText(let path, let line):
      Misuse("\(Messages.spelled(path)): line \(line) is not a path in UTF-8")
    case .standardInput:
      Misuse("standard input (-) is a backup by itself; it cannot be one of several files")
    }
  }

  /// What ought to be known of a set: a name for programs, and a sentence.
  static func sentence(
    _ finding: SetFinding, _ names: [String]
  ) -> (code: String, text: String) {
    let name = { (index: Int) in Messages.spelled(names[index]) }
    switch finding {
    case .slotsMissing(let ranges):
      let count = ranges.reduce(0) { $0 + $1.count }
      return (
        "Set.SlotsMissing",
        "no file has keys of \(HumanText.count(count, "slot", "slots")), \(spelled(ranges)), though "
          + "keys are dense: a shard seems to be missing"
      )
    case .slotsOverlap(let one, let two, let ranges):
      return (
        "Set.SlotsOverlap",
        "\(name(one)) and \(name(two)) both have keys of "
          + "\(ranges.count == 1 && ranges[0].count == 1 ? "slot" : "slots") \(spelled(ranges))"
      )
    case .savedApart(let first, let last, let milliseconds):
      return (
        "Set.SavedApart",
        "\(name(last)) was begun \(HumanText.duration(milliseconds: milliseconds)) after "
          + "\(name(first)): they may not be one backup"
      )
    case .serversDiffer(let one, let two):
      return ("Set.ServersDiffer", "\(name(one)) and \(name(two)) are of different server versions")
    case .sameReplication(let one, let two):
      return (
        "Set.SameReplication",
        "\(name(one)) and \(name(two)) have the same replication id: they are of one server, or of "
          + "it and its replica"
      )
    }
  }

  /// When files were begun: the first, the last, and how far they are apart.
  static func spelled(_ created: ClosedRange<UnixMilliseconds>) -> String {
    let (first, last) = (created.lowerBound.rawValue, created.upperBound.rawValue)
    let start = HumanText.instant(milliseconds: first)
    guard first < last else { return start }
    let (apart, overflow) = last.subtractingReportingOverflow(first)
    return "\(start) to \(HumanText.instant(milliseconds: last)) ("
      + "\(HumanText.duration(milliseconds: overflow ? .max : apart)) apart)"
  }

  /// Ranges of slots, the first of them.
  static func spelled(_ ranges: [ClosedRange<UInt16>]) -> String {
    let shown = ranges.prefix(8).map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
    }
    let text = shown.joined(separator: ", ")
    return ranges.count > 8 ? "\(text), …" : text
  }

  /// A key in two files: both places.
  static func shared(_ key: SharedKey, _ names: [String]) -> String {
    let place = { (place: SharedKey.Place) in
      "\(Messages.spelled(names[place.shard])) byte \(HumanText.count(place.offset))"
    }
    return "the key \(Messages.spelled(key.key)) (db \(key.database)) is in two files: "
      + "\(place(key.first)) and \(place(key.second))"
  }
}

// MARK: - Reports

extension SetText {
  /// Ranges of slots as pairs.
  static func json(_ ranges: [ClosedRange<UInt16>]) -> JSONValue {
    .array(
      ranges.map { .array([.count(Int($0.lowerBound)), .count(Int($0.upperBound))]) })
  }

  /// A finding as a member of a report.
  static func json(_ finding: SetFinding, _ names: [String]) -> JSONValue {
    let (code, text) = sentence(finding, names)
    return .object(["code": .text(code), "message": .text(text)])
  }

  /// A key in two files as a member of a report.
  static func json(_ key: SharedKey, _ names: [String]) -> JSONValue {
    let place = { (place: SharedKey.Place) in
      JSONValue.object([
        "file": .text(names[place.shard]), "offset": .count(place.offset),
      ])
    }
    return .object([
      "db": .count(UInt64(key.database)), "key": .bytes(key.key), "first": place(key.first),
      "second": place(key.second),
    ])
  }
}
