// What each command did to the keys that are followed: the state before and behind it is compared.

import RDB

/// Tells of every change of the selected keys.
final class ChangeRecorder: KeyspaceObserver {
  private let selector: any KeySelector
  private let takesValues: Bool
  private let input: LogInput
  private let body: (KeyChange) -> Void
  /// Databases of the base that the flush at hand empties, and where they were shown.
  private var flushed: [UInt32: UInt32] = [:]

  init(
    _ input: LogInput, _ selector: any KeySelector, takesValues: Bool,
    _ body: @escaping (KeyChange) -> Void
  ) {
    self.input = input
    self.selector = selector
    self.takesValues = takesValues
    self.body = body
  }

  func willApply(_ verb: Verb, _ shape: KeyShape, _ arguments: Arguments, to keyspace: Keyspace) {
    guard verb == .flushAll || verb == .flushDB else { return }
    flushed = [:]
    for (number, index) in keyspace.numbers where verb == .flushAll || number == keyspace.database {
      if let base = keyspace.containers[index].base { flushed[base] = number }
    }
    guard verb == .flushAll, !keyspace.isFlushed else { return }
    let met = Set(keyspace.numbers.keys)
    for number in (input.base?.keys ?? [:]).keys where !met.contains(number) {
      flushed[number] = number
    }
  }

  func didApply(
    _ verb: Verb, _ shape: KeyShape, _ arguments: Arguments, to keyspace: Keyspace, succeeded: Bool
  ) {
    guard succeeded else { return }
    if verb == .flushAll || verb == .flushDB { return tellFlushed(keyspace) }
    var isTold: Set<Int> = []
    CommandKeys(shape: shape, arguments: arguments.places, parts: keyspace.parts).forEach {
      index, role in
      let key = arguments[index]
      guard isTold.insert(index).inserted, keyspace.follows(key) else { return }
      tell(of: key, in: keyspace.database, keyspace)
    }
    if verb == .move || verb == .copy { tellElsewhere(verb, arguments, keyspace) }
  }

  /// Keys that a flush removed: those that commands have named, and those of the base.
  private func tellFlushed(_ keyspace: Keyspace) {
    for (number, index) in keyspace.numbers.sorted(by: { $0.key < $1.key }) {
      let container = keyspace.containers[index]
      for key in container.keys.indices where container.keys[key].change == keyspace.position {
        tell(of: container.keys.key(key), in: number, keyspace)
      }
    }
    guard !flushed.isEmpty else { return }
    // What is damaged was found by the first scan.
    try? input.eachBaseRecord { record, key in
      guard let database = flushed[record.database], selector.selects(key) else { return }
      let place = record.keyPlace(key, part: input.files[0].part, input.parts)
      let isNamed = keyspace.numbers[database].map {
        keyspace.containers[$0].keys.find(place, in: keyspace.parts) != nil
      }
      if isNamed ?? false { return }
      body(change(of: [UInt8](copying: key), in: database, isPresent: false, keyspace))
    }
  }

  private func change(
    of key: [UInt8], in database: UInt32, isPresent: Bool?, _ keyspace: Keyspace
  ) -> KeyChange {
    let name = keyspace.parts.array(keyspace.command).prefix(64).map(\.upperLetter)
    return KeyChange(
      second: keyspace.clock.map { $0 / 1000 }, position: keyspace.position, database: database,
      command: String(decoding: name, as: UTF8.self), key: key, isPresent: isPresent)
  }

  /// Keys of other databases that MOVE and COPY write.
  private func tellElsewhere(_ verb: Verb, _ arguments: Arguments, _ keyspace: Keyspace) {
    let place = verb == .move ? 2 : arguments.find("DB", from: 3).map { $0 + 1 }
    guard let place, let number = try? keyspace.databaseNumber(arguments, place),
      number != keyspace.database
    else { return }
    tell(of: arguments[verb == .move ? 1 : 2], in: number, keyspace)
  }

  private func tell(of key: StringPlace, in database: UInt32, _ keyspace: Keyspace) {
    let parts = keyspace.parts
    guard parts.withBytes(key, { selector.selects($0) }) else { return }
    let entry = keyspace.entry(key, in: keyspace.container(database))
    guard entry.change == keyspace.position else { return }
    var change = change(
      of: parts.array(key), in: database,
      isPresent: entry.inexact == nil ? entry.isPresent : nil, keyspace)
    change.expiry = entry.expiry
    if takesValues { change.value = value(of: entry, keyspace) }
    body(change)
  }

  private func value(of entry: KeyEntry, _ keyspace: Keyspace) -> ChangedValue? {
    guard entry.inexact == nil, entry.isPresent else { return nil }
    // A value that cannot be opened, such as a module's, is as it is stored.
    try? keyspace.open(entry)
    let dialect: RDBDialect = keyspace.rules.isValkey ? .valkey : .redis
    guard let form = entry.value.form(keyspace.rules, dialect) else { return nil }
    var bytes: [UInt8] = []
    var writer = RDBBytes { bytes += [UInt8](copying: $0) }
    writer.append(entry.value, as: form.type, keyspace.parts)
    writer.flush(atLeast: 1)
    return ChangedValue(type: form.type, dialect: dialect, bytes: bytes)
  }
}
