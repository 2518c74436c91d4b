// The overlay as an ordinary RDB file.

import RDB

extension LogMoment {
  /// Writes what the selected keys hold that the log changed, as an RDB file.
  ///
  /// - Parameter body: Gets the bytes, piece by piece.
  /// - Returns: What was written, and what became of the base's keys.
  package func writeOverlay(_ body: @escaping (RawSpan) -> Void) -> Overlay {
    var (bytes, overlay) = begin(body)
    for (number, index) in keyspace.numbers.sorted(by: { $0.key < $1.key }) {
      let container = keyspace.containers[index]
      let moved = container.base.flatMap { $0 == number ? nil : $0 }
      let isMoved = isMoved(number)
      bytes.select(number)
      for key in container.keys.indices {
        if key % LogMoment.ahead == 0 {
          keyspace.touch(key..<(key + LogMoment.ahead), in: container)
        }
        let entry = container.entry(key)
        // What no command changed is the base's record still, unless its database is another now.
        guard isMoved || entry.isInexact || entry.change != nil else { continue }
        write(container.keys.key(key), entry, in: number, &bytes, &overlay)
      }
      if let moved { copyUntouched(of: moved, to: number, &bytes, &overlay) }
      bytes.flush(atLeast: 1 << 18)
    }
    end(&bytes, &overlay)
    noteBase(&overlay)
    return overlay
  }

  /// Keys whose bytes are read at once before they are written.
  private static let ahead = 32

  /// Everything before the records.
  func begin(_ body: @escaping (RawSpan) -> Void) -> (RDBBytes, Overlay) {
    var overlay = Overlay(header: header)
    var bytes = RDBBytes(body)
    bytes.append(Array(overlay.header.description.utf8))
    bytes.aux(rules.isValkey ? "valkey-ver" : "redis-ver", version)
    if let reference { bytes.aux("ctime", String(reference / 1000)) }
    if !keyspace.functions.isEmpty || keyspace.changesFunctions {
      writeFunctions(&bytes, &overlay)
    }
    overlay.recordBytes = bytes.written..<bytes.written
    return (bytes, overlay)
  }

  /// Everything after the records.
  func end(_ bytes: inout RDBBytes, _ overlay: inout Overlay) {
    overlay.recordBytes = overlay.recordBytes.lowerBound..<bytes.written
    bytes.end()
    overlay.rejected = keyspace.rejected
    overlay.everything = keyspace.everythingUnknown.map { inexact([], 0, $0) }
  }

  /// A header that knows every type that is written.
  private var header: RDBHeader {
    let isValkey = dialect == .valkey
    var version: UInt16 = isValkey ? 80 : 9
    if let base = input.base, base.header.isValkey == isValkey {
      version = max(version, base.header.version)
    }
    for container in keyspace.containers {
      for key in container.keys.indices {
        let value = container.keys[key].value
        version = max(version, value.form(rules, dialect)?.version ?? 0)
      }
    }
    return RDBHeader(isValkey: isValkey, version: version)
  }

  /// The version of the server that wrote the base, or one that has the rules.
  private var version: String {
    input.base?.serverVersion ?? "\(rules.major).\(rules.minor).0"
  }

  private var dialect: RDBDialect {
    let isValkey = input.base?.header.isValkey ?? (rules.isValkey && rules.isAtLeast(9, 0))
    return isValkey ? .valkey : .redis
  }

  private func writeFunctions(_ bytes: inout RDBBytes, _ overlay: inout Overlay) {
    overlay.base.replacesFunctions = true
    for (_, source) in keyspace.functions.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      bytes.append(0xf5)
      bytes.append(string: source)
    }
  }

  /// Writes a key that is selected, or notes why it is not there.
  func write(
    _ key: StringPlace, _ entry: KeyEntry, in database: UInt32, _ bytes: inout RDBBytes,
    _ overlay: inout Overlay
  ) {
    guard keyspace.parts.withBytes(key, { selector.selects($0) }) else { return }
    if let cause = entry.inexact {
      overlay.inexact.append(inexact(keyspace.parts.array(key), database, cause))
    } else if !isThere(entry) {
      let isExpired = entry.isPresent
      overlay.absent.append(
        AbsentKey(database: database, key: keyspace.parts.array(key), isExpired: isExpired))
    } else {
      write(record: entry, key, in: database, &bytes, &overlay)
    }
  }

  private func isMoved(_ database: UInt32) -> Bool {
    guard let index = keyspace.numbers[database] else { return false }
    return keyspace.containers[index].base != database
  }

  private func inexact(_ key: [UInt8], _ database: UInt32, _ cause: Inexactness) -> InexactKey {
    InexactKey(
      database: database, key: key, reason: cause.reason, position: cause.position,
      command: keyspace.parts.array(cause.command))
  }

  /// Whether a key is there at the moment; fields that have expired go.
  func isThere(_ entry: KeyEntry) -> Bool {
    guard entry.isPresent else { return false }
    guard let reference else { return true }
    if let expiry = entry.expiry, expiry < reference { return false }
    guard case .hash(let value) = entry.value, value.hasExpiries else { return true }
    value.dropFields { rules.isValkey ? $0 < reference : $0 <= reference }
    return !value.fields.isEmpty
  }

  private func write(
    record entry: KeyEntry, _ key: StringPlace, in database: UInt32, _ bytes: inout RDBBytes,
    _ overlay: inout Overlay
  ) {
    let cause = Inexactness(unreadable: entry)
    guard isReadable(entry), let form = entry.value.form(rules, dialect),
      let encoding = entry.value.estimatedEncoding(rules, keyspace.parts)
    else {
      return overlay.inexact.append(inexact(keyspace.parts.array(key), database, cause))
    }
    let start = bytes.written
    if let expiry = entry.expiry {
      bytes.append(0xfc)
      bytes.appendLittleEndian(UInt64(bitPattern: expiry))
    }
    bytes.append(form.type.rawValue)
    bytes.append(string: key, keyspace.parts)
    bytes.append(entry.value, as: form.type, keyspace.parts)
    overlay.records.append(OverlayRecord(change: entry.change, encoding: encoding, offset: start))
  }

  /// Whether a value can be written; one that points elsewhere in its file, or is of another family, is
  /// spelled anew.
  private func isReadable(_ entry: KeyEntry) -> Bool {
    guard case .stored(let stored) = entry.value else { return true }
    guard keyspace.isSound(stored) else { return false }
    if !isPortable(stored) { try? keyspace.open(entry) }
    return true
  }

  private func isPortable(_ stored: StoredValue) -> Bool {
    let isPlain = stored.type.rawValue < 22
    return DumpPayload.version(of: stored.type, in: stored.dialect) != nil
      && (isPlain || stored.dialect == dialect)
  }

  /// The selected records of a database of the base, as far as no command named their keys, written to
  /// the database in whose place it is.
  func copyUntouched(
    of database: UInt32, to number: UInt32, _ bytes: inout RDBBytes, _ overlay: inout Overlay
  ) {
    let container = keyspace.numbers[number].map { keyspace.containers[$0] }
    guard container?.unknown == nil, let part = input.files.first?.part else { return }
    let dialect = input.base?.context.dialect ?? .redis
    // What ends the scan was found by the first one.
    try? input.eachBaseRecord { record in
      guard record.database == database, selector.share.isFirst else { return }
      let place = LogPosition(file: 0, offset: record.offset)
      overlay.inexact.append(
        inexact([], number, Inexactness(reason: .unreadableKey, position: place, command: .empty)))
    } _: { record, key in
      guard record.database == database, selector.selects(key) else { return }
      let place = record.keyPlace(key, part: part, input.parts)
      guard container?.keys.find(place, in: input.parts) == nil else { return }
      var state = KeyState(BaseRecord(record, part: part), dialect)
      state.expiry = record.expiry?.rawValue
      let entry = KeyEntry(detached: state)
      if isThere(entry) { write(record: entry, place, in: number, &bytes, &overlay) }
    }
  }

  /// Which records of the base no longer count.
  private func noteBase(_ overlay: inout Overlay) {
    guard let base = keyspace.base else { return }
    overlay.base.dropsEverything = keyspace.isFlushed || keyspace.everythingUnknown != nil
    let showing = keyspace.numbers.filter { keyspace.containers[$0.value].base == $0.key }
    overlay.base.dropped = Set(keyspace.numbers.keys).subtracting(showing.keys)
    for (number, index) in showing {
      let container = keyspace.containers[index]
      if container.unknown != nil { overlay.base.dropped.insert(number) }
      for key in container.keys.indices {
        let entry = container.entry(key)
        let name = container.keys.key(key)
        guard entry.inexact != nil || entry.change != nil,
          base.find(name, in: number, keyspace.parts) != nil
        else { continue }
        overlay.base.insert(keyspace.parts.array(name), number)
      }
    }
  }
}
