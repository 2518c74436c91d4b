/// Why what a key holds is not known.
package enum InexactReason: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable {
  /// Only its server knew which of equal elements came first, or where a range of bytes began among
  /// members of several scores.
  case sortTies
  /// A command whose effect is not known changed it: one of a module, or of another server.
  case unknownCommand
  /// A script changed it, which old logs hold as such.
  case script
  /// An expiry counts from a moment that the log does not tell.
  case relativeExpiry
  /// Its value in the base, or in a RESTORE, is damaged or of a type that is not read.
  case unreadableValue
  /// Its name in the base does not unpack.
  case unreadableKey
  /// The base is missing or empty, and no command wrote it wholly.
  case missingBase
  /// A bit or range far behind its end was set: more memory than is given to zeros.
  case tooLarge
  /// The command that wrote it last is damaged.
  case damage
}

/// Since when, and why, what a key holds is not known.
package struct Inexactness: Hashable, BitwiseCopyable, Sendable {
  /// Why.
  package var reason: InexactReason
  /// The command that did it, or that of the key from which it came.
  package var position: LogPosition
  /// The name of that command.
  package var command: StringPlace
}

extension Inexactness {
  /// A value that cannot be read where it is stored.
  init(unreadable entry: KeyEntry) {
    var position = entry.change ?? LogPosition(file: 0, offset: 0)
    if case .stored(let stored) = entry.value, stored.isOfBase {
      position = LogPosition(file: 0, offset: stored.place.offset)
    }
    self.init(reason: .unreadableValue, position: position, command: .empty)
  }
}

/// Why a command of a log changes nothing.
enum CommandFailure: Error {
  /// A server that loads the log answers with an error, and goes on.
  case rejected
  /// It depends on what is not known.
  case inexact(Inexactness)
}
