// Counts records by kind while they are read. Neighbours are mostly of one kind: they are added to
// one current count, which is stored when a record of another kind follows.

/// Counts records, by kind.
package struct RecordTally: Sendable {
  /// Events it holds at most before the scan comes back.
  static let eventLimit = 256

  /// The time that decides which expiries are past.
  package let moment: UnixMilliseconds
  /// Events between records, in file order, since the last `removeEvents`.
  package private(set) var events: [RDBEvent] = []
  /// Combines the offset, sizes and expiry of every record in file order:
  /// tallies with equal fingerprints have counted the same records.
  package private(set) var fingerprint: UInt64 = 0

  private var expiries = Expiries()

  /// The kinds, and the counts of all but the current one.
  private var counts: [(kind: RecordKind, count: RecordCount)] = []
  private var places: [RecordKind: Int] = [:]
  /// The same for one database and dialect, by type and packing; −1 where it is not known.
  private var nearPlaces: [Int] = []
  private var near: UInt64 = .max
  /// The current kind, as a number, its place in `counts` and its count.
  private var current: UInt64 = .max
  private var place = -1
  private var count = RecordCount()

  /// Makes a tally of nothing.
  package init(moment: UnixMilliseconds = UnixMilliseconds(0)) { self.moment = moment }

  /// Counts a record whose bytes are in `bytes`.
  package mutating func add(
    _ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect
  ) {
    take(record, in: bytes, dialect)
  }

  /// Removes events that were handled.
  package mutating func removeEvents() { events.removeAll(keepingCapacity: true) }
}

extension RecordTally: RecordSink {
  @inline(__always)
  var isFull: Bool { events.count >= RecordTally.eventLimit }

  /// It is the kind that remembers the dialect.
  @inline(__always)
  var needsContext: Bool { false }

  mutating func take(_ event: RDBEvent) { events.append(event) }

  @inline(__always)
  mutating func take(_ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect) {
    let kind = RecordTally.number(
      record.database, dialect, record.type, record.flags.intersection(.packedValue))
    if kind != current { change(to: kind, valueAt: record.valueOffset, in: bytes) }
    count.add(record)
    fingerprint = record.mixed(into: fingerprint)
    if record.flags.contains(.expiry) {
      expiries.add(record.expiryMilliseconds, moment: moment.rawValue)
    }
  }

  func beginRun() -> Run { Run(fingerprint: fingerprint, moment: moment.rawValue) }

  mutating func endRun(
    _ run: Run, of byteCount: Int, in bytes: RawSpan, database: UInt32, _ dialect: RDBDialect
  ) {
    guard run.keys > 0 else { return }
    let kind = RecordTally.number(database, dialect, .string, [])
    if kind != current { change(to: kind, valueAt: 0, in: bytes) }
    count.addStrings(run.keys, bytes: byteCount, expires: run.expiries.count)
    fingerprint = run.fingerprint
    expiries.merge(run.expiries)
  }

  /// What is not the same for all records of a run.
  struct Run: RecordRun {
    private(set) var fingerprint: UInt64
    private(set) var keys: UInt64 = 0
    private(set) var expiries = Expiries()
    private let moment: Int64

    init(fingerprint: UInt64, moment: Int64) {
      self.fingerprint = fingerprint
      self.moment = moment
    }

    @inline(__always)
    var isFull: Bool { false }

    @inline(__always)
    mutating func take(_ record: RDBRecord) {
      keys &+= 1
      fingerprint = record.mixed(into: fingerprint)
      if record.flags.contains(.expiry) {
        expiries.add(record.expiryMilliseconds, moment: moment)
      }
    }
  }

  /// Expiries, added up.
  struct Expiries: BitwiseCopyable {
    private(set) var count: UInt64 = 0
    private(set) var past: UInt64 = 0
    private(set) var earliest = Int64.max
    private(set) var latest = Int64.min

    @inline(__always)
    mutating func add(_ expiry: Int64, moment: Int64) {
      count &+= 1
      if expiry < moment { past &+= 1 }
      earliest = min(earliest, expiry)
      latest = max(latest, expiry)
    }

    mutating func merge(_ other: Expiries) {
      count &+= other.count
      past &+= other.past
      earliest = min(earliest, other.earliest)
      latest = max(latest, other.latest)
    }
  }

  /// A kind as a number, all but the module.
  @inline(__always)
  private static func number(
    _ database: UInt32, _ dialect: RDBDialect, _ type: RDBType, _ packing: RDBRecord.Flags
  ) -> UInt64 {
    UInt64(database) &<< 32 | UInt64(dialect.rawValue) &<< 16 | UInt64(type.rawValue) &<< 8
      | UInt64(packing.rawValue)
  }

  /// The kind that a number is of, without the module.
  private static func kind(_ number: UInt64) -> RecordKind {
    RecordKind(
      database: UInt32(truncatingIfNeeded: number >> 32),
      dialect: RDBDialect(rawValue: UInt8(truncatingIfNeeded: number >> 16)) ?? .redis,
      type: RDBType(UInt8(truncatingIfNeeded: number >> 8)),
      packing: RDBRecord.Flags(rawValue: UInt8(truncatingIfNeeded: number)))
  }

  /// Puts the current count back and takes that of another kind.
  ///
  /// Takes numbers, since a record passed to a call has to be in memory.
  @inline(never)
  private mutating func change(to number: UInt64, valueAt: Int, in bytes: RawSpan) {
    if place >= 0 { counts[place].count = count }
    current = number
    if number >> 16 != near {
      near = number >> 16
      if !nearPlaces.isEmpty { nearPlaces.removeAll(keepingCapacity: true) }
      nearPlaces.append(contentsOf: repeatElement(-1, count: Int(RDBType.end) + 2))
    }
    var kind = RecordTally.kind(number)
    if kind.type == .module2 || kind.type.rawValue >= RDBType.end {
      // The number does not include the module.
      var at = valueAt
      kind.module = (try? bytes.readLength(&at)).map { ModuleID($0) }
      current = .max
      place = findPlace(kind)
    } else {
      let index = RecordTally.nearIndex(kind)
      if nearPlaces[index] < 0 { nearPlaces[index] = findPlace(kind) }
      place = nearPlaces[index]
    }
    count = counts[place].count
  }

  /// The place of a kind among those of its database, below `RDBType.end` + 2.
  private static func nearIndex(_ kind: RecordKind) -> Int {
    if kind.packing.contains(.valueIsInteger) { return Int(RDBType.end) }
    return kind.packing.contains(.valueIsLZF) ? Int(RDBType.end) + 1 : Int(kind.type.rawValue)
  }

  private mutating func findPlace(_ kind: RecordKind) -> Int {
    if let place = places[kind] { return place }
    counts.append((kind, RecordCount()))
    places[kind] = counts.count - 1
    return counts.count - 1
  }
}

// What it found.
extension RecordTally {
  /// Records by kind.
  package var kinds: [RecordKind: RecordCount] {
    var kinds: [RecordKind: RecordCount] = [:]
    for index in counts.indices {
      kinds[counts[index].kind] = index == place ? count : counts[index].count
    }
    return kinds
  }

  /// All records.
  package var total: RecordCount {
    var total = RecordCount()
    for index in counts.indices { total.merge(index == place ? count : counts[index].count) }
    return total
  }

  /// The earliest expiry; nil while there is none.
  package var firstExpiry: UnixMilliseconds? {
    expiries.count == 0 ? nil : UnixMilliseconds(expiries.earliest)
  }

  /// The latest expiry; nil while there is none.
  package var lastExpiry: UnixMilliseconds? {
    expiries.count == 0 ? nil : UnixMilliseconds(expiries.latest)
  }

  /// Records whose expiry is before `moment`.
  package var expired: UInt64 { expiries.past }

  /// Adds another tally, whose records follow these (this matters to the fingerprint).
  ///
  /// Its events are left out. `database` is that of all of its records, if it did not know it.
  package mutating func merge(_ next: RecordTally, database: UInt32? = nil) {
    if place >= 0 { counts[place].count = count }
    place = -1
    current = .max
    var keys: UInt64 = 0
    for (kind, count) in next.kinds {
      var kind = kind
      if let database { kind.database = database }
      counts[findPlace(kind)].count.merge(count)
      keys &+= count.keys
    }
    fingerprint = fingerprint &* RecordTally.power(keys) &+ next.fingerprint
    expiries.merge(next.expiries)
  }

  /// The fingerprint's factor to the power of a count.
  private static func power(_ count: UInt64) -> UInt64 {
    var power: UInt64 = 1
    var square = RDBRecord.fingerprintFactor
    var rest = count
    while rest > 0 {
      if rest & 1 == 1 { power &*= square }
      square &*= square
      rest &>>= 1
    }
    return power
  }
}

extension RDBRecord {
  fileprivate static var fingerprintFactor: UInt64 { 0x9e37_79b9_7f4a_7c15 }

  /// The fingerprint after this record.
  @inline(__always)
  fileprivate func mixed(into fingerprint: UInt64) -> UInt64 {
    fingerprint &* RDBRecord.fingerprintFactor
      &+ (UInt64(truncatingIfNeeded: offset) ^ UInt64(keyCount) &<< 40
        ^ UInt64(truncatingIfNeeded: valueCount) &<< 48
        ^ UInt64(bitPattern: expiryMilliseconds))
  }
}
