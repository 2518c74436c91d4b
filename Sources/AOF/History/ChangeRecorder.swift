// What each command did to the keys that are followed: the state before and behind it is compared.

import RDB

/// Tells of every change of the selected keys.
final class ChangeRecorder: KeyspaceObserver {
  private let selector: any KeySelector
  private let body: (KeyChange) -> Void

  init(_ selector: any KeySelector, _ body: @escaping (KeyChange) -> Void) {
    self.selector = selector
    self.body = body
  }

  func willApply(_ verb: Verb, _ shape: KeyShape, _ arguments: Arguments, to keyspace: Keyspace) {}

  func didApply(
    _ verb: Verb, _ shape: KeyShape, _ arguments: Arguments, to keyspace: Keyspace, succeeded: Bool
  ) {
    guard succeeded else { return }
    var isTold: Set<Int> = []
    CommandKeys(shape: shape, arguments: arguments.places, parts: keyspace.parts).forEach {
      index, role in
      let key = arguments[index]
      guard isTold.insert(index).inserted, keyspace.follows(key) else { return }
      tell(of: key, in: keyspace.database, keyspace)
    }
    if verb == .move || verb == .copy { tellElsewhere(verb, arguments, keyspace) }
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
    let name = parts.array(keyspace.command).prefix(64).map(\.upperLetter)
    body(
      KeyChange(
        second: keyspace.clock.map { $0 / 1000 }, position: keyspace.position, database: database,
        command: String(decoding: name, as: UTF8.self), key: parts.array(key),
        isPresent: entry.inexact == nil ? entry.value.isPresent : nil))
  }
}
