// The names that a log mentions, before and behind a cut: what a restore on the original instance deletes
// if it is not there at the moment.

import RDB

/// Collects the selected names of a log by the database in which a command names them.
struct SeenNames: LogVisitor {
  private let parts: ByteParts
  private let selector: any KeySelector
  private let table = CommandTable.shared
  private(set) var names: [UInt32: PlaceMap<Bool>] = [:]
  private var database: UInt32
  private var isBegun = false

  /// Begins where a database is selected.
  init(_ parts: ByteParts, _ selector: any KeySelector, database: UInt32) {
    self.parts = parts
    self.selector = selector
    self.database = database
  }

  mutating func begin(file: Int) {
    if isBegun { database = 0 }
    isBegun = true
  }

  mutating func stamp(_ second: Int64, at position: LogPosition) -> Bool { true }

  mutating func command(_ arguments: [StringPlace], at position: LogPosition) -> Bool {
    guard let spec = parts.withBytes(arguments[0], { table.find($0) }) else { return true }
    if spec.verb == .select { select(arguments) }
    if spec.keys == .first {
      if arguments.count > 1 { note(arguments[1]) }
    } else {
      CommandKeys(shape: spec.keys, arguments: arguments, parts: parts).forEach { index, _ in
        note(arguments[index])
      }
    }
    if spec.verb == .move || spec.verb == .copy { noteElsewhere(spec.verb, arguments) }
    return true
  }

  private mutating func select(_ arguments: [StringPlace]) {
    guard arguments.count > 1, let number = parts.integer(arguments[1]),
      let database = UInt32(exactly: number)
    else { return }
    self.database = database
  }

  private mutating func note(_ key: StringPlace) { note(key, in: database) }

  private mutating func note(_ key: StringPlace, in database: UInt32) {
    if names[database]?.find(key, in: parts) != nil { return }
    guard parts.withBytes(key, { selector.selects($0) }) else { return }
    names[database, default: PlaceMap()].append(key, true, in: parts)
  }

  /// Keys of other databases that MOVE and COPY write.
  private mutating func noteElsewhere(_ verb: Verb, _ arguments: [StringPlace]) {
    let words = Arguments(places: arguments, parts: parts)
    let place = verb == .move ? 2 : words.find("DB", from: 3).map { $0 + 1 }
    let key = verb == .move ? 1 : 2
    guard let place, place < arguments.count, key < arguments.count,
      let number = parts.integer(arguments[place]), let other = UInt32(exactly: number)
    else { return }
    note(arguments[key], in: other)
  }
}
