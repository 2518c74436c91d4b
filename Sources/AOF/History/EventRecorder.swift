// Moments to go back to: flushes and swaps, each by itself, and bursts of deletions, expiries and
// overwrites, counted by second.

import RDB

/// Collects events while a log is applied with every key followed.
final class EventRecorder: KeyspaceObserver {
  /// What one second did.
  private struct Second {
    var second: Int64?
    var first: LogPosition
    var keys: [UInt32: Int] = [:]
    var prefix: [UInt8]
    var lastGood: Int64?
    var before: Int

    var count: Int { keys.values.reduce(0, +) }
  }

  private(set) var events: [LogEvent] = []
  private var bursts: [LogEvent.Kind: [Second]] = [:]
  /// Keys of each database of the base that no command has named yet.
  private var untouched: [UInt32: Int]
  /// The second at hand, its commands so far, and the last second before it that had commands.
  private var second: Int64?
  private var commands = 0
  private var lastGood: Int64?
  /// What the keys of the command at hand held before it.
  private var before: [(entry: KeyEntry, shape: ValueShape?, expiry: Int64?)] = []
  private var flushed: [UInt32: Int] = [:]

  /// Keys in a row of seconds from which on they are a burst.
  static let least = 20

  init(untouched: [UInt32: Int]) { self.untouched = untouched }

  func willApply(_ verb: Verb, _ shape: KeyShape, _ arguments: Arguments, to keyspace: Keyspace) {
    enter(keyspace.clock.map { $0 / 1000 })
    before.removeAll(keepingCapacity: true)
    switch verb {
    case .flushAll: flushed = count(Array(keyspace.numbers.keys), keyspace, andUnmet: true)
    case .flushDB: flushed = count([keyspace.database], keyspace, andUnmet: false)
    default: note(shape, arguments, keyspace)
    }
  }

  private func enter(_ now: Int64?) {
    guard now != second else { return }
    if commands > 0 { lastGood = second }
    second = now
    commands = 0
  }

  private func note(_ shape: KeyShape, _ arguments: Arguments, _ keyspace: Keyspace) {
    CommandKeys(shape: shape, arguments: arguments.places, parts: keyspace.parts).forEach {
      index, role in
      guard role != .read || shape == .transfer else { return }
      let entry = keyspace.entry(arguments[index])
      before.append((entry, entry.value.shape, entry.expiry))
    }
  }

  /// Keys that databases hold.
  private func count(
    _ numbers: [UInt32], _ keyspace: Keyspace, andUnmet: Bool
  ) -> [UInt32: Int] {
    var counts: [UInt32: Int] = [:]
    for number in numbers {
      let container = keyspace.containers[keyspace.container(number)]
      let own = container.keys.indices.count { container.keys[$0].value.isPresent }
      let base = container.base.map { left(of: $0, container, keyspace) } ?? 0
      if own + base > 0 { counts[number] = own + base }
    }
    if andUnmet, !keyspace.isFlushed {
      for (number, keys) in untouched where keyspace.numbers[number] == nil {
        counts[number] = keys
      }
    }
    return counts
  }

  /// Keys of a database of the base that no command has named.
  private func left(of number: UInt32, _ container: Container, _ keyspace: Keyspace) -> Int {
    let named = container.keys.indices.count {
      keyspace.base?.find(container.keys.key($0), in: number, keyspace.parts) != nil
    }
    return max(0, (untouched[number] ?? 0) - named)
  }

  func didApply(
    _ verb: Verb, _ shape: KeyShape, _ arguments: Arguments, to keyspace: Keyspace, succeeded: Bool
  ) {
    defer { commands += 1 }
    guard succeeded else { return }
    switch verb {
    case .flushAll: append(.flushAll, flushed, keyspace)
    case .flushDB: append(.flushDB(keyspace.database), flushed, keyspace)
    case .swapDB:
      guard let a = try? keyspace.databaseNumber(arguments, 1),
        let b = try? keyspace.databaseNumber(arguments, 2)
      else { return }
      append(.swapDB(a, b), [:], keyspace)
    case .script where keyspace.everythingUnknown?.position == keyspace.position:
      append(.anything, [:], keyspace)
    default: countBursts(shape, verb, arguments, keyspace)
    }
  }

  private func append(_ kind: LogEvent.Kind, _ keys: [UInt32: Int], _ keyspace: Keyspace) {
    events.append(
      LogEvent(
        kind: kind, from: second, to: second, position: keyspace.position, keys: keys,
        commonPrefix: [], lastGoodSecond: lastGood, commandsBefore: commands))
  }

  private func countBursts(
    _ shape: KeyShape, _ verb: Verb, _ arguments: Arguments, _ keyspace: Keyspace
  ) {
    var index = 0
    CommandKeys(shape: shape, arguments: arguments.places, parts: keyspace.parts).forEach {
      place, role in
      guard role != .read || shape == .transfer, index < before.count else { return }
      let old = before[index]
      index += 1
      guard let kind = kind(of: old.shape, old.expiry, old.entry, verb, keyspace) else { return }
      count(kind, arguments[place], keyspace)
    }
  }

  /// What became of a key; nil for nothing that counts.
  private func kind(
    of shape: ValueShape?, _ expiry: Int64?, _ entry: KeyEntry, _ verb: Verb, _ keyspace: Keyspace
  ) -> LogEvent.Kind? {
    guard let shape, entry.inexact == nil else { return nil }
    if verb == .del, !entry.isPresent {
      // A server logs DEL for a key whose expiry is over: by the end of the second at the latest.
      let isOver = expiry.flatMap { over in keyspace.clock.map { over <= $0 + 999 } } ?? false
      return isOver ? .expiries : .deletions
    }
    guard let new = entry.value.shape, new != shape else { return nil }
    return .overwrites
  }

  private func count(_ kind: LogEvent.Kind, _ key: StringPlace, _ keyspace: Keyspace) {
    let name = keyspace.parts.array(key)
    var row = bursts[kind] ?? []
    if row.isEmpty || row[row.count - 1].second != second {
      row.append(
        Second(
          second: second, first: keyspace.position, prefix: name, lastGood: lastGood,
          before: commands))
    }
    let last = row.count - 1
    row[last].keys[keyspace.database, default: 0] += 1
    row[last].prefix = Array(zip(row[last].prefix, name).prefix { $0 == $1 }.map(\.0))
    bursts[kind] = row
  }

  /// All events by place; neighbouring seconds of a burst are one.
  func finish() -> [LogEvent] {
    for (kind, row) in bursts {
      var start = 0
      while start < row.count {
        var end = start + 1
        while end < row.count, isNext(row[end - 1].second, row[end].second) { end += 1 }
        if let event = event(kind, row[start..<end]) { events.append(event) }
        start = end
      }
    }
    return events.sorted { $0.position < $1.position }
  }

  private func isNext(_ a: Int64?, _ b: Int64?) -> Bool {
    guard let a, let b else { return false }
    return b - a == 1
  }

  private func event(_ kind: LogEvent.Kind, _ row: ArraySlice<Second>) -> LogEvent? {
    guard let first = row.first, row.reduce(0, { $0 + $1.count }) >= EventRecorder.least else {
      return nil
    }
    var keys: [UInt32: Int] = [:]
    var prefix = first.prefix
    for second in row {
      keys.merge(second.keys, uniquingKeysWith: +)
      prefix = Array(zip(prefix, second.prefix).prefix { $0 == $1 }.map(\.0))
    }
    return LogEvent(
      kind: kind, from: first.second, to: row.last?.second, position: first.first, keys: keys,
      commonPrefix: prefix, lastGoodSecond: first.lastGood, commandsBefore: first.before)
  }
}
