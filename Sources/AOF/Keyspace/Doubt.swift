// Effects of lost commands. A doubtful key keeps the value that the readable commands
// give it; doubt goes with values from key to key, and ends where a command writes a key wholly.

import RDB

/// What is known of lost commands.
struct Doubt {
  /// Whether databases that were never met are doubtful.
  private(set) var isEverywhere = false
  /// Whether the selected database is: a SELECT may have been lost.
  private var isOfSelection = false
  /// Whether the current command has read a doubtful key.
  private var isRead = false

  /// Whether the keys that the current command writes are doubtful.
  var isOfCommand: Bool { isOfSelection || isRead }

  /// A command begins.
  mutating func begin() { isRead = false }

  /// A database is selected.
  mutating func select() { isOfSelection = false }

  /// The current command reads a key.
  mutating func read(_ entry: KeyEntry) { if entry.isDoubtful { isRead = true } }

  /// Which database is selected is as doubtful as it was.
  mutating func keepSelection(of other: Doubt) { isOfSelection = other.isOfSelection }

  mutating func beginEverywhere() { (isEverywhere, isOfSelection) = (true, true) }
}

extension Keyspace {
  /// Nothing is known of the keys that a command writes of which only the first arguments can be read.
  func loseWritten(damaged places: [StringPlace]) {
    guard let name = places.first,
      let spec = parts.withBytes(name, { CommandTable.shared.find($0) })
    else { return }
    command = name
    loseWritten(spec.keys, Arguments(places: places, parts: parts), cause(.damage))
  }
}
