package import RDB

/// A record of an overlay: where the log changed its key last, and what a server would make of it.
package struct OverlayRecord: Hashable, BitwiseCopyable, Sendable {
  /// The last command that changed the key; nil where SWAPDB moved it and no command named it.
  package var change: LogPosition?
  /// The encoding that the server would choose at its default limits.
  package var encoding: ValueEncoding
  /// The offset of the record in the overlay.
  package var offset: Int
}

/// A key whose value at the moment is not known.
package struct InexactKey: Hashable, Sendable {
  /// Its database.
  package var database: UInt32
  /// Its name.
  package var key: [UInt8]
  /// Why it is not known.
  package var reason: InexactReason
  /// The command that did it.
  package var position: LogPosition
  /// The name of that command.
  package var command: [UInt8]
}

/// A key that the log names and that is not there at the moment.
package struct AbsentKey: Hashable, Sendable {
  /// Its database.
  package var database: UInt32
  /// Its name.
  package var key: [UInt8]
  /// Whether it is there still, but had expired.
  package var isExpired: Bool

  /// Names a key.
  package init(database: UInt32, key: [UInt8], isExpired: Bool) {
    self.database = database
    self.key = key
    self.isExpired = isExpired
  }
}

extension AbsentKey {
  /// Keys by database and name.
  package static func sorted(_ keys: [AbsentKey]) -> [AbsentKey] {
    keys.sorted {
      $0.database == $1.database
        ? $0.key.lexicographicallyPrecedes($1.key) : $0.database < $1.database
    }
  }
}

/// What was written of a log at a moment.
package struct Overlay: Sendable {
  /// The header of the overlay.
  package internal(set) var header: RDBHeader
  /// The bytes of the file in which its records are.
  var recordBytes = 0..<0
  /// Its records, in their order.
  package internal(set) var records: [OverlayRecord] = []
  /// What the log did to the keys of its base.
  package internal(set) var base = BaseChanges()
  /// Selected keys that are not known, by database and in the order in which the log names them.
  package internal(set) var inexact: [InexactKey] = []
  /// Selected keys that are not there.
  package internal(set) var absent: [AbsentKey] = []
  /// Why keys that the log does not name are not known, if they are not: a script or an unknown command
  /// may have changed any.
  package internal(set) var everything: InexactKey?
  /// Commands that a server refuses when it loads the log.
  package internal(set) var rejected = 0
}

extension Overlay {
  /// Keeps what is said of keys of some databases only.
  package mutating func keep(_ isWanted: (UInt32) -> Bool) {
    inexact.removeAll { !isWanted($0.database) }
    absent.removeAll { !isWanted($0.database) }
  }
}

extension Overlay {
  /// The record that begins at an offset of the overlay; nil if none does.
  package func record(at offset: Int) -> OverlayRecord? {
    var (low, high) = (0, records.count)
    while low < high {
      let middle = (low + high) / 2
      if records[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    return low < records.count && records[low].offset == offset ? records[low] : nil
  }
}
