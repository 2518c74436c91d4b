// Messages about several files that form one backup.

import RDB
import RDBSift
import Restore
import Storage

enum SetText {
  /// Why the files cannot be read as one backup.
  static func failure(_ problem: BackupError) -> any Error {
    switch problem {
    case .input(let error, let path): FileFailure(error, path: path)
    case .twice(let one, let two):
      Misuse("\(Messages.spelled(two)) is the same file as \(Messages.spelled(one))")
    case .nothing(let directory):
      Misuse(
        "\(Messages.spelled(directory)) contains no backup; use --recursive to search its "
          + "subdirectories")
    case .emptyList(let path): Misuse("\(Messages.spelled(path)) lists no files")
    case .notText(let path, let line):
      Misuse("\(Messages.spelled(path)): line \(line) is not valid UTF-8")
    case .utf16(let path):
      Misuse("\(Messages.spelled(path)) is UTF-16; save it as UTF-8")
    case .log(let failure): failure
    case .memberOfSeveral:
      Misuse("--member needs exactly one archive; several files were given")
    }
  }

  /// A finding about a set: its code and its message.
  static func sentence(
    _ finding: BackupFinding, _ names: [String]
  ) -> (code: String, text: String) {
    let name = { (index: Int) in Messages.spelled(names[index]) }
    switch finding {
    case .slotsMissing(let ranges):
      let count = ranges.reduce(0) { $0 + $1.count }
      return (
        "Set.SlotsMissing",
        "no file has keys in \(Formatting.count(count, "slot", "slots")) (\(spelled(ranges))), "
          + "although the other slots are full: a shard may be missing"
      )
    case .slotsOverlap(let one, let two, let ranges):
      return (
        "Set.SlotsOverlap",
        "\(name(one)) and \(name(two)) both have keys in "
          + "\(ranges.count == 1 && ranges[0].count == 1 ? "slot" : "slots") \(spelled(ranges))"
      )
    case .savedApart(let first, let last, let milliseconds):
      return (
        "Set.SavedApart",
        "\(name(last)) was saved \(Formatting.duration(milliseconds: milliseconds)) after "
          + "\(name(first)): they may belong to different backups"
      )
    case .serversDiffer(let one, let two):
      return (
        "Set.ServersDiffer",
        "\(name(one)) and \(name(two)) come from different server versions"
      )
    case .sameReplication(let one, let two):
      return (
        "Set.SameReplication",
        "\(name(one)) and \(name(two)) have the same replication ID: they come from one server, or "
          + "from a primary and its replica"
      )
    }
  }

  /// Creation times: the earliest, the latest, and the difference.
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

  /// A key in two files, with both offsets.
  static func shared(_ key: CoincidingKey, _ names: [String]) -> String {
    let places = key.firstOfEachFile.prefix(2).map { place in
      "\(Messages.spelled(names[place.file])) byte \(Formatting.count(place.offset))"
    }
    return "key \(Messages.spelled(key.name)) (db \(key.database)) is in two files: "
      + places.joined(separator: " and ")
  }
}
