// Sentences about several files that are one backup.

import RDB
import RDBSift
import Restore
import Storage

enum SetText {
  /// Why there is no set.
  static func failure(_ problem: BackupError) -> any Error {
    switch problem {
    case .input(let error, let path): FileFailure(error, path: path)
    case .twice(let one, let two):
      Misuse("\(Messages.spelled(two)) is the same file as \(Messages.spelled(one))")
    case .nothing(let directory):
      Misuse(
        "\(Messages.spelled(directory)) holds no backup; directories in it are looked into with "
          + "--recursive")
    case .emptyList(let path): Misuse("\(Messages.spelled(path)) names no file")
    case .notText(let path, let line):
      Misuse("\(Messages.spelled(path)): line \(line) is not a path in UTF-8")
    case .memberOfSeveral:
      Misuse("--member chooses from one archive; here are several files")
    }
  }

  /// What ought to be known of a set: a name for programs, and a sentence.
  static func sentence(
    _ finding: BackupFinding, _ names: [String]
  ) -> (code: String, text: String) {
    let name = { (index: Int) in Messages.spelled(names[index]) }
    switch finding {
    case .slotsMissing(let ranges):
      let count = ranges.reduce(0) { $0 + $1.count }
      return (
        "Set.SlotsMissing",
        "no file has keys of \(Formatting.count(count, "slot", "slots")), \(spelled(ranges)), though "
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
        "\(name(last)) was begun \(Formatting.duration(milliseconds: milliseconds)) after "
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
    let start = Formatting.instant(milliseconds: first)
    guard first < last else { return start }
    let (apart, overflow) = last.subtractingReportingOverflow(first)
    return "\(start) to \(Formatting.instant(milliseconds: last)) ("
      + "\(Formatting.duration(milliseconds: overflow ? .max : apart)) apart)"
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
  static func shared(_ key: CoincidingKey, _ names: [String]) -> String {
    let places = key.firstOfEachFile.prefix(2).map { place in
      "\(Messages.spelled(names[place.file])) byte \(Formatting.count(place.offset))"
    }
    return "the key \(Messages.spelled(key.name)) (db \(key.database)) is in two files: "
      + places.joined(separator: " and ")
  }
}
