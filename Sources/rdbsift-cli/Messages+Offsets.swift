// Messages about records that were asked for by their offsets.

import RDBSift

extension Messages {
  /// A record that is not where it was said to be: what is there instead.
  static func text(_ wrong: WrongOffset, path: String) -> String {
    let pick = wrong.pick
    let place = "\(spelled(path)): byte \(Formatting.count(pick.offset))"
    switch wrong.found {
    case .nothing: return "\(place) begins no record. \(rdbsiftKeys)"
    case .end(let end):
      return "\(place) is after the last record, which ends at byte \(Formatting.count(end)). "
        + rdbsiftKeys
    case .record(let start, let byteCount, let database, let key):
      let found = name(database, key)
      guard start == pick.offset else {
        return "\(place) is inside the record of \(found), which begins at byte "
          + "\(Formatting.count(start)). \(rdbsiftKeys)"
      }
      guard (pick.database ?? database, pick.key ?? key) == (database, key) else {
        return "\(place) has \(found), not \(name(pick.database, pick.key)). \(rdbsiftKeys)"
      }
      return "\(place) has \(found) in \(Formatting.count(byteCount, "byte", "bytes")), not "
        + "\(Formatting.count(pick.recordBytes ?? 0)). \(rdbsiftKeys)"
    }
  }

  private static var rdbsiftKeys: String { "Take offsets from rdbsift keys on this very file." }

  private static func name(_ database: UInt32?, _ key: [UInt8]?) -> String {
    let key = key.map { "key \(spelled($0))" } ?? "an unreadable key"
    return database.map { "\(key) of db \($0)" } ?? key
  }
}
