// The keys that are followed, and the commands of the log applied to them.

import RDB

/// Whose rules a log follows, where servers differ.
package struct ServerRules: Hashable, Sendable {
  /// Whether it is a Valkey and not a Redis.
  package var isValkey: Bool
  /// The version's first number.
  package var major: Int
  /// The version's second number.
  package var minor: Int

  /// Makes rules.
  package init(isValkey: Bool, major: Int, minor: Int) {
    self.isValkey = isValkey
    self.major = major
    self.minor = minor
  }

  /// Whether the server is at least of a version.
  func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
    (self.major, self.minor) >= (major, minor)
  }

  /// Whether streams have counters, and groups know how many entries they have read.
  var countsStreams: Bool { isValkey || isAtLeast(7, 0) }

  /// Whether XCLAIM makes its consumer even if it claims nothing.
  var makesClaimants: Bool { isValkey || isAtLeast(7, 2) }
}

/// One database of a server, wherever SWAPDB has put it.
final class Container {
  var keys = PlaceMap<KeyState>()
  /// The database of the base that shows through; nil once it was flushed, and without a base.
  var base: UInt32?
  /// Why keys that no command has named since are not known, if they are not.
  var unknown: Inexactness?
  /// Whether lost commands may have changed keys that no command has named since.
  var isDoubtful: Bool

  init(base: UInt32?, unknown: Inexactness?, isDoubtful: Bool) {
    self.base = base
    self.unknown = unknown
    self.isDoubtful = isDoubtful
  }

  /// The entry of a number.
  @inline(__always)
  func entry(_ index: Int) -> KeyEntry { KeyEntry(self, index) }
}

/// The keys that are followed, at a moment of the log.
final class Keyspace {
  let parts: ByteParts
  let rules: ServerRules
  let base: BaseIndex?
  let relevant: RelevantKeys
  private(set) var containers: [Container] = []
  /// Which container a database is.
  private(set) var numbers: [UInt32: Int] = [:]
  /// The container of the database that is selected.
  private(set) var current = 0
  private(set) var database: UInt32 = 0
  /// Why databases that were never met are not known, if they are not.
  private var unknown: Inexactness?
  /// Function libraries, by name.
  var functions: [[UInt8]: [UInt8]] = [:]
  /// Whether a command changed function libraries.
  var changesFunctions = false
  /// What is known of lost commands.
  var doubt = Doubt()
  /// Bytes of zeros that commands may still ask for.
  var zeros: Int
  /// Whether stored values are checked before they count, as a salvage does.
  var checksValues = false
  private var check = RecordCheck()

  /// The second of the log, in milliseconds; nil before the first stamp.
  var clock: Int64?
  /// The command at hand.
  var position = LogPosition(file: 0, offset: 0)
  var command = StringPlace.empty
  /// Commands that a server refuses when it loads the log.
  private(set) var rejected = 0
  /// Who is told of what commands do, if anybody.
  var observer: (any KeyspaceObserver)?

  init(
    _ parts: ByteParts, _ rules: ServerRules, base: BaseIndex?, _ relevant: RelevantKeys
  ) {
    self.parts = parts
    self.rules = rules
    self.base = base
    self.relevant = relevant
    zeros = 1 << 30 / relevant.share.count
    select(0)
  }

  // MARK: Databases

  func select(_ number: UInt32) {
    doubt.select()
    database = number
    current = container(number)
  }

  /// The container of a database, made when it is first met.
  func container(_ number: UInt32) -> Int {
    if let index = numbers[number] { return index }
    containers.append(
      Container(
        base: base == nil || isFlushed ? nil : number, unknown: unknown,
        isDoubtful: doubt.isEverywhere))
    numbers[number] = containers.count - 1
    return containers.count - 1
  }

  /// Whether SWAPDB has put a database elsewhere.
  private(set) var swapsDatabases = false

  func swap(_ a: UInt32, _ b: UInt32) {
    swapsDatabases = true
    let (first, second) = (container(a), container(b))
    numbers[a] = second
    numbers[b] = first
    current = container(database)
  }

  /// Empties a container; names stay, as those of keys that are gone.
  func flush(_ index: Int) {
    containers[index].base = nil
    containers[index].unknown = nil
    containers[index].isDoubtful = doubt.isOfCommand
    for key in containers[index].keys.indices { clear(containers[index].entry(key)) }
  }

  func flushAll() {
    for number in base?.databases.keys.sorted() ?? [] { _ = container(number) }
    unknown = nil
    let doubted = doubt
    doubt = Doubt()
    for index in containers.indices { flush(index) }
    doubt.keepSelection(of: doubted)
    isFlushed = true
  }

  /// Whether databases of the base that were never met are gone.
  private(set) var isFlushed = false

  /// Notes that nothing is known of any key any more.
  func loseEverything(_ reason: InexactReason) {
    let cause = cause(reason)
    let shared = SharedInexactness(cause)
    unknown = cause
    for index in containers.indices {
      containers[index].unknown = cause
      for key in containers[index].keys.indices { containers[index].keys[key].share(shared) }
    }
  }

  /// Commands are lost that may have changed any key, or selected another database.
  func doubtEverything() {
    doubt.beginEverywhere()
    for index in containers.indices {
      containers[index].isDoubtful = true
      for key in containers[index].keys.indices {
        containers[index].keys[key].isDoubtful = true
      }
    }
  }

  /// Why nothing is known of databases that were never met; nil if something is.
  var everythingUnknown: Inexactness? { unknown }

  // MARK: Keys

  /// The entry of a key in the selected database; a detached one for a key that is not followed.
  func entry(_ key: StringPlace) -> KeyEntry { entry(key, in: current) }

  func entry(_ key: StringPlace, in index: Int) -> KeyEntry {
    let container = containers[index]
    let hash = PlaceMap<KeyState>.hash(key, in: parts)
    if let found = container.keys.find(key, hash, in: parts) { return container.entry(found) }
    guard follows(key) else { return KeyEntry(detached: KeyState()) }
    return container.entry(container.keys.append(key, hash, state(of: key, in: container)))
  }

  /// A key whose name a pattern made, opened: if nothing else names it, it is not noted as one of the log.
  func glance(_ key: StringPlace) throws(CommandFailure) -> KeyEntry {
    let container = containers[current]
    let isNamed =
      container.keys.find(key, in: parts) != nil
      || container.base.flatMap { base?.find(key, in: $0, parts) } != nil
    let entry = isNamed ? entry(key) : KeyEntry(detached: state(of: key, in: container))
    try open(entry)
    return entry
  }

  /// What is known of a key that no command has named.
  private func state(of key: StringPlace, in container: Container) -> KeyState {
    var state = KeyState()
    if let number = container.base, let base, let record = base.find(key, in: number, parts) {
      state = KeyState(record, base.context.dialect)
    }
    state.inexact = container.unknown
    state.isDoubtful = container.isDoubtful
    return state
  }

  /// Whether a key is followed.
  func follows(_ key: StringPlace) -> Bool { parts.withBytes(key) { relevant.contains($0) } }

  func cause(_ reason: InexactReason) -> Inexactness {
    Inexactness(reason: reason, position: position, command: command)
  }

  /// A key is gone.
  func clear(_ entry: KeyEntry) {
    entry.isDoubtful = doubt.isOfCommand
    guard entry.isPresent || entry.isInexact else { return }
    entry.value = .absent
    entry.expiry = nil
    entry.inexact = nil
    entry.change = position
  }

  /// A key holds another value.
  func put(_ key: StringPlace, _ value: KeyValue, expiry: Int64? = nil) {
    put(entry(key), value, expiry: expiry)
  }

  func put(_ entry: KeyEntry, _ value: KeyValue, expiry: Int64? = nil) {
    entry.value = value
    entry.expiry = value.isPresent ? expiry : nil
    entry.inexact = nil
    entry.isDoubtful = doubt.isOfCommand
    entry.change = position
  }

  /// What a key holds is not known.
  func lose(_ entry: KeyEntry, _ cause: Inexactness) {
    entry.value = .absent
    entry.expiry = nil
    entry.inexact = cause
    entry.change = position
  }

  /// Notes a change of a key; one without elements is gone.
  func touch(_ entry: KeyEntry, isEmpty: Bool = false) {
    if isEmpty { return clear(entry) }
    entry.change = position
    entry.isDoubtful = entry.isDoubtful || doubt.isOfCommand
  }

  /// The entry of a key whose value is read; its value is opened.
  func opened(_ key: StringPlace) throws(CommandFailure) -> KeyEntry {
    let entry = entry(key)
    try open(entry)
    return entry
  }

  /// Refuses to tell what a key holds, or whether it is there, where that is not known.
  func requireKnown(_ entry: KeyEntry) throws(CommandFailure) {
    if entry.isInexact, let cause = entry.inexact { throw .inexact(cause) }
    if entry.isDoubtful { doubt.read(entry) }
  }

  func open(_ entry: KeyEntry) throws(CommandFailure) {
    try requireKnown(entry)
    guard case .stored(let stored) = entry.value else { return }
    switch stored.type.shape(in: stored.dialect) {
    case .string, .list, .set, .hash, .sortedSet, .stream, .array: break
    default: throw .rejected
    }
    guard isSound(stored), let value = stored.open(parts, context(of: stored)) else {
      lose(entry, cause(.unreadableValue))
      throw .inexact(cause(.unreadableValue))
    }
    entry.value = value
  }

  private func context(of stored: StoredValue) -> ValueContext {
    stored.isOfBase ? base?.context ?? ValueContext() : ValueContext(dialect: stored.dialect)
  }

  /// False if stored values are checked and this one is damaged.
  func isSound(_ stored: StoredValue) -> Bool {
    guard checksValues else { return true }
    return parts.withBytes(ofPart: stored.place.part) { bytes in
      let sound = try? check.check(
        valueOf: stored.type, at: stored.place.offset, in: bytes, context(of: stored))
      return sound != nil
    }
  }

  /// Counts a command that a server refuses: in the share of the key that it writes.
  func noteRejection(_ shape: KeyShape, _ arguments: Arguments) {
    var owner: UInt64?
    CommandKeys(shape: shape, arguments: arguments.places, parts: parts).forEach { index, role in
      if owner != nil, role != .written { return }
      owner = parts.hash(arguments[index])
    }
    let share = relevant.share
    if owner.map({ share.contains($0) }) ?? share.isFirst { rejected += 1 }
  }

  private var touched: UInt64 = 0

  /// Reads the bytes of keys and values.
  func touch(_ entries: Range<Int>, in container: Container) {
    let entries = entries.clamped(to: container.keys.indices)
    var sum: UInt64 = 0
    for index in entries { sum &+= parts.touch(container.keys.key(index)) }
    for index in entries { sum &+= container.keys[index].value.touch(parts) }
    touched &+= sum
  }

  /// Reads what commands will look at, as far as the selected database tells.
  func touch(_ queue: inout CommandQueue) {
    touched &+= queue.touch(containers[current].keys, parts)
  }
}

/// Who is told of what commands do to keys that are followed.
protocol KeyspaceObserver: AnyObject {
  /// A command is about to be applied.
  func willApply(_ verb: Verb, _ shape: KeyShape, _ arguments: Arguments, to keyspace: Keyspace)
  /// A command was applied; false if a server refuses it.
  func didApply(
    _ verb: Verb, _ shape: KeyShape, _ arguments: Arguments, to keyspace: Keyspace, succeeded: Bool)
}
