// Keys whatever they hold: deletion, expiry, names, databases, RESTORE.

import RDB

extension Keyspace {
  func runKeys(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(2)
    switch verb {
    case .del:
      for key in arguments.places.dropFirst() where follows(key) { clear(entry(key)) }
    case .expire, .pexpire, .expireAt, .pexpireAt: try expire(verb, arguments)
    case .persist:
      let entry = entry(arguments[1])
      if entry.inexact == nil, entry.expiry != nil {
        entry.expiry = nil
        touch(entry)
      }
    case .rename: try rename(arguments)
    case .copy: try copy(arguments)
    case .move: try move(arguments)
    case .restore: try restore(arguments)
    default: try sort(arguments)
    }
  }

  /// EXPIRE and its kin.
  ///
  /// Those that count from now count from the log's second.
  private func expire(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(3)
    let number = try arguments.integer(2)
    let entry = entry(arguments[1])
    try requireKnown(entry)
    guard entry.isPresent else { return }
    let unit: Int64 = verb == .expire || verb == .expireAt ? 1000 : 1
    let isRelative = verb == .expire || verb == .pexpire
    guard let moment = instant(number, unit: unit, isRelative: isRelative) else {
      throw .inexact(cause(.relativeExpiry))
    }
    guard ExpiryCondition(arguments, from: 3).allows(moment, over: entry.expiry) else { return }
    entry.expiry = moment
    touch(entry)
  }

  ///
  ///
  /// A moment in milliseconds; nil where it counts from a now that the log does not tell.
  func instant(_ number: Int64, unit: Int64, isRelative: Bool) -> Int64? {
    let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit)
    let scaled = overflow ? (number < 0 ? Int64.min : .max) : milliseconds
    guard isRelative else { return scaled }
    guard let clock else { return nil }
    let (moment, beyond) = scaled.addingReportingOverflow(clock)
    return beyond ? .max : moment
  }

  private func rename(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(3)
    let source = entry(arguments[1])
    if source.inexact != nil || source.isPresent {
      transfer(from: source, to: entry(arguments[2]))
    }
  }

  /// A value, its expiry, and what is not known of it, go from one entry to another.
  private func transfer(from source: KeyEntry, to target: KeyEntry) {
    guard !source.isSame(target) else { return }
    let (value, expiry, inexact) = (source.value, source.expiry, source.inexact)
    doubt.read(source)
    clear(source)
    put(target, value, expiry: expiry)
    target.inexact = inexact
  }

  private func copy(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(3)
    var target = current
    var replaces = false
    var index = 3
    while index < arguments.count {
      if arguments.isWord(index, "DB") {
        target = container(try databaseNumber(arguments, index + 1))
        index += 1
      }
      if arguments.isWord(index, "REPLACE") { replaces = true }
      index += 1
    }
    guard follows(arguments[2]) else { return }
    let source = entry(arguments[1])
    let copy = entry(arguments[2], in: target)
    if let cause = source.inexact { return lose(copy, cause) }
    doubt.read(source)
    // What is logged was done: only a reader of the base may find the target there already.
    guard source.isPresent, replaces || copy.isDoubtful || !copy.isPresent else {
      return
    }
    put(copy, source.value.copied(), expiry: source.expiry)
  }

  private func move(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(3)
    let index = container(try databaseNumber(arguments, 2))
    guard index != current else { throw .rejected }
    let source = entry(arguments[1])
    let target = entry(arguments[1], in: index)
    guard source.inexact != nil || source.isPresent else { return }
    if let cause = target.inexact {
      // Whether the key is moved depends on whether the target is there.
      lose(source, cause)
      return
    }
    guard !target.isPresent || target.isDoubtful else { throw .rejected }
    transfer(from: source, to: target)
  }

  /// RESTORE key ttl payload [REPLACE] [ABSTTL] ….
  private func restore(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    let ttl = try arguments.integer(2)
    let isAbsolute = arguments.find("ABSTTL", from: 4) != nil
    let entry = entry(arguments[1])
    guard let stored = StoredValue(payload: arguments[3], parts) else { throw .rejected }
    let isThere = entry.inexact == nil && !entry.isDoubtful && entry.isPresent
    if isThere, arguments.find("REPLACE", from: 4) == nil {
      throw .rejected
    }
    guard ttl != 0 else { return put(entry, .stored(stored)) }
    guard let moment = instant(ttl, unit: 1, isRelative: !isAbsolute) else {
      throw .inexact(cause(.relativeExpiry))
    }
    put(entry, .stored(stored), expiry: moment)
  }
}

extension StoredValue {
  /// The value of a payload as DUMP writes it: a type, the value, a version and a checksum.
  ///
  /// Nil for one that servers refuse.
  init?(payload: StringPlace, _ parts: ByteParts) {
    guard payload.count > 11, parts.withBytes(payload, { StoredValue.isWhole($0) }) else {
      return nil
    }
    let version = parts.withBytes(payload) { bytes in
      UInt16(bytes.byte(at: bytes.byteCount - 10)) | UInt16(bytes.byte(at: bytes.byteCount - 9))
        << 8
    }
    let type = RDBType(rawValue: parts.withBytes(payload) { $0.byte(at: 0) })
    let dialect: RDBDialect = version >= 80 ? .valkey : .redis
    guard type.shape(in: dialect) != nil else { return nil }
    self.init(
      type: type, dialect: dialect, isOfBase: false,
      place: payload.extracting(1..<(payload.count - 10)))
  }

  /// Whether the checksum is right and the value ends where the version begins.
  private static func isWhole(_ payload: RawSpan) -> Bool {
    let end = payload.byteCount - 10
    guard payload.word64(at: end + 2) == CRC64.update(0, payload.extracting(first: end + 2)) else {
      return false
    }
    let version = Int(payload.byte(at: end)) | Int(payload.byte(at: end + 1)) << 8
    guard version < 1000 else { return false }
    let digits = String(version)
    let name = version >= 80 ? "VALKEY" : "REDIS"
    // The record of an empty key in a file of that version.
    var file = Array(name.utf8)
    file += [UInt8](repeating: 0x30, count: 9 - name.utf8.count - digits.utf8.count)
    file += digits.utf8
    file += [payload.byte(at: 0), 0]
    file += [UInt8](copying: payload.extracting(1..<end))
    let valueEnd = file.count
    file += [0xff] + [UInt8](repeating: 0, count: 8)
    var batch = RecordBatch(capacity: 2)
    do throws(RDBError) {
      try file.withRawSpan { bytes throws(RDBError) in
        var scanner = try RDBScanner(headerOf: bytes)
        _ = try scanner.scan(bytes, into: &batch)
      }
    } catch {
      return false
    }
    return batch.count == 1 && batch[0].end == valueEnd
  }
}

/// NX, XX, GT and LT of commands that set an expiry.
struct ExpiryCondition {
  private var nx = false
  private var xx = false
  private var gt = false
  private var lt = false

  /// Reads the words from an argument on, as far as they are conditions.
  init(_ arguments: Arguments, from first: Int) {
    var index = first
    while index < arguments.count {
      if arguments.isWord(index, "NX") {
        nx = true
      } else if arguments.isWord(index, "XX") {
        xx = true
      } else if arguments.isWord(index, "GT") {
        gt = true
      } else if arguments.isWord(index, "LT") {
        lt = true
      } else {
        return
      }
      index += 1
    }
  }

  /// Whether an expiry takes the place of another; no expiry is later than any.
  func allows(_ moment: Int64, over old: Int64?) -> Bool {
    if nx, old != nil { return false }
    if xx, old == nil { return false }
    if gt { return old.map { moment > $0 } ?? false }
    if lt { return old.map { moment < $0 } ?? true }
    return true
  }
}
