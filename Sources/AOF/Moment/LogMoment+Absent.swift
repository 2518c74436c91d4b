// Selected keys that are not there at the moment, although base or log name them.

import RDB

extension LogMoment {
  /// What is known of a key at the moment.
  private enum Presence {
    case present
    case absent(isExpired: Bool)
    case unknown
    /// No command decided it: it is there if a database of the base has it.
    case ofBase(UInt32)
  }

  /// Selected keys that the base or the log names, before or behind the moment, and that are not there.
  ///
  /// Keys of which it is not known whether they are there are left out.
  /// - Returns: The keys, by database and name.
  package func absentKeys() -> [AbsentKey] {
    var found = AbsentNames(keyspace.parts)
    // Names of commands that were applied are in the keyspace, in the databases in which commands named them,
    // unless databases were swapped since or the commands were dropped.
    let isKept = !keyspace.swapsDatabases && !end.dropsTransactions
    if isKept { addApplied(to: &found) }
    var seen = SeenNames(keyspace.parts, selector, database: isKept ? keyspace.database : 0)
    // Names behind damage are not known; what was seen before it is.
    _ = try? input.walk(from: isKept ? end.position : nil, &seen)
    for (database, names) in seen.names {
      for index in names.indices {
        let name = names.key(index)
        switch presence(of: name, in: database) {
        case .absent(let isExpired): found.add(name, database, isExpired: isExpired)
        case .ofBase(let number): found.expect(name, database, ofBase: number)
        case .present, .unknown: break
        }
      }
    }
    addBase(to: &found)
    return found.all()
  }

  private func addApplied(to found: inout AbsentNames) {
    for (database, index) in keyspace.numbers {
      let container = keyspace.containers[index]
      for key in container.keys.indices {
        guard case .absent(let isExpired) = presence(of: container.entry(key)),
          keyspace.parts.withBytes(container.keys.key(key), { selector.selects($0) })
        else { continue }
        found.add(container.keys.key(key), database, isExpired: isExpired)
      }
    }
  }

  private func presence(of entry: KeyEntry) -> Presence {
    if entry.inexact != nil { return .unknown }
    return isThere(entry) ? .present : .absent(isExpired: entry.isPresent)
  }

  private func presence(of key: StringPlace, in database: UInt32) -> Presence {
    guard let index = keyspace.numbers[database] else {
      if keyspace.everythingUnknown != nil { return .unknown }
      return keyspace.base == nil || keyspace.isFlushed
        ? .absent(isExpired: false) : .ofBase(database)
    }
    let container = keyspace.containers[index]
    if let found = container.keys.find(key, in: keyspace.parts) {
      return presence(of: container.entry(found))
    }
    if container.unknown != nil { return .unknown }
    return container.base.map { .ofBase($0) } ?? .absent(isExpired: false)
  }

  /// Goes through the base: expected keys that it has are there, and those that are gone are absent.
  private func addBase(to found: inout AbsentNames) {
    let showing = Dictionary(
      keyspace.numbers.compactMap { number, index in
        keyspace.containers[index].base.map { ($0, number) }
      }, uniquingKeysWith: { first, _ in first })
    // What is damaged was found by the first scan.
    try? input.eachBaseRecord { record, key in
      guard selector.selects(key) else { return }
      let place = record.keyPlace(key, part: input.files[0].part, input.parts)
      found.meet(place, inBase: record.database)
      let database = showing[record.database] ?? record.database
      switch presence(of: place, in: database) {
      case .absent(let isExpired): found.add(place, database, isExpired: isExpired)
      case .ofBase(record.database) where isOver(record):
        found.add(place, database, isExpired: true)
      case .present, .unknown, .ofBase: break
      }
    }
  }

  /// Whether a record of the base had expired at the moment.
  private func isOver(_ record: RDBRecord) -> Bool {
    guard let reference, let expiry = record.expiry else { return false }
    return expiry.rawValue < reference
  }
}

/// Names that are not there, each once.
private struct AbsentNames {
  private let parts: ByteParts
  private var names: [UInt32: PlaceMap<Bool>] = [:]
  /// Names that are absent unless the base has them, by its database, with their database.
  private var expected: [UInt32: PlaceMap<UInt32>] = [:]

  init(_ parts: ByteParts) { self.parts = parts }

  mutating func add(_ name: StringPlace, _ database: UInt32, isExpired: Bool) {
    names[database, default: PlaceMap()].set(name, isExpired, in: parts)
  }

  mutating func expect(_ name: StringPlace, _ database: UInt32, ofBase number: UInt32) {
    expected[number, default: PlaceMap()].set(name, database, in: parts)
  }

  /// The base has a name.
  mutating func meet(_ name: StringPlace, inBase number: UInt32) {
    expected[number]?.remove(name, in: parts)
  }

  /// All of them, by database and name.
  func all() -> [AbsentKey] {
    var whole = self
    for rest in expected.values {
      for index in rest.indices where rest.isLive(index) {
        whole.add(rest.key(index), rest[index], isExpired: false)
      }
    }
    return whole.names.sorted { $0.key < $1.key }.flatMap { database, names in
      AbsentKey.sorted(
        names.indices.map {
          AbsentKey(database: database, key: parts.array(names.key($0)), isExpired: names[$0])
        })
    }
  }
}
