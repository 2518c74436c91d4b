// Before keys are renamed or databases become one: would two keys end at one place? Nothing may be
// written until it is known that they do not.
//
// A sweep gathers a number of each place that keys go to (NameHash) and looks for equal ones. Memory is
// bounded: when there are too many numbers, the upper ones are dropped, and another sweep gathers those.
// Equal numbers are not yet equal places, so a last sweep reads the names behind them.

package import Export
package import RDB
package import Restore

/// Two keys that end at one place.
package struct NameCollision: Hashable, Sendable {
  /// A key of the source.
  package struct Source: Hashable, Sendable {
    /// Its database.
    package var database: UInt32
    /// Its bytes.
    package var key: [UInt8]
    /// Where its record begins in the file.
    package var offset: Int
  }

  /// The first of them in the file.
  package var first: Source
  /// The next.
  package var second: Source
  /// The database that both go to.
  package var database: UInt32
  /// The name that both get.
  package var name: [UInt8]
}

/// Gathers the numbers of places in a range.
package struct PlaceHashWorker: RecordWorker, ~Copyable {
  /// The numbers of the places that were met.
  package struct Summary: Sendable {
    /// In no order; all that are below the end, and at least `from`.
    var hashes: [NameHash]
    /// The first number that was dropped; nil if none was.
    var end: NameHash?
  }

  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private var namer: RecordNamer
  private let databases: DatabaseMap
  private let start: NameHash?
  private let limit: Int
  private var summary = Summary(hashes: [], end: nil)

  /// Makes a worker for one thread.
  ///
  /// - Parameters:
  ///   - selection: Which records are written.
  ///   - relocation: Where they go.
  ///   - start: The least number that is gathered; nil for all.
  ///   - limit: Numbers that are kept.
  package init(_ selection: Selection, _ relocation: Relocation, from start: NameHash?, limit: Int)
  {
    selector = RecordSelector(selection)
    namer = RecordNamer(relocation.naming)
    databases = relocation.databases
    self.start = start
    self.limit = max(limit, 2)
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Gathers.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      guard case .restore = answer else { continue }
      let database = databases(record.database)
      let hash = try namer.withName(of: record, in: bytes) { name throws(JobFailure) in
        NameHash(database: database, name: name)
      }
      if let start, hash < start { continue }
      if let end = summary.end, hash >= end { continue }
      summary.hashes.append(hash)
      if summary.hashes.count >= limit { narrow() }
    }
  }

  /// Drops the upper half, unless all are equal.
  private mutating func narrow() {
    summary.hashes.sort()
    let hashes = summary.hashes
    // The middle's equals stay together, on the side that has fewer of the others.
    let middle = hashes[hashes.count / 2]
    let end = middle > hashes[0] ? middle : hashes.first { $0 > middle }
    guard let end else { return keepTwo() }
    summary.end = end
    summary.hashes.removeAll { $0 >= end }
  }

  /// All numbers are one: two of them say as much.
  private mutating func keepTwo() { summary.hashes.removeLast(summary.hashes.count - 2) }

  /// What was gathered.
  package consuming func finish() -> Summary { summary }
}

/// Reads the keys whose places have one of a few numbers.
package struct PlaceNameWorker: RecordWorker, ~Copyable {
  /// A key, and where it goes.
  package struct Placed: Sendable {
    var source: NameCollision.Source
    var place: Place
  }

  /// A database and a name.
  struct Place: Hashable, Sendable {
    var database: UInt32
    var name: [UInt8]
  }

  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private var namer: RecordNamer
  private let databases: DatabaseMap
  private let hashes: Set<NameHash>
  private var counts: [Place: Int] = [:]
  private var found: [Placed] = []

  /// Makes a worker for one thread.
  package init(_ selection: Selection, _ relocation: Relocation, hashes: Set<NameHash>) {
    selector = RecordSelector(selection)
    namer = RecordNamer(relocation.naming)
    databases = relocation.databases
    self.hashes = hashes
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Reads.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      guard case .restore = answer else { continue }
      let database = databases(record.database)
      let hashes = hashes
      let place: Place? = try namer.withName(of: record, in: bytes) {
        name throws(JobFailure) in
        guard hashes.contains(NameHash(database: database, name: name)) else { return nil }
        return Place(database: database, name: Array(copying: name))
      }
      guard let place, counts[place, default: 0] < 2 else { continue }
      counts[place, default: 0] += 1
      let key = (try? record.key(in: bytes)).flatMap { $0.spelled(in: bytes) } ?? []
      let source = NameCollision.Source(database: record.database, key: key, offset: record.start)
      found.append(Placed(source: source, place: place))
    }
  }

  /// What was found: of each place the first two that this worker met.
  package consuming func finish() -> [Placed] { found }
}

/// Looks for keys that end at one place.
package struct CollisionSearch {
  private let selection: Selection
  private let relocation: Relocation
  private let threads: Int
  /// Numbers that are held at once, sixteen bytes each.
  var limit = 1 << 24
  /// Doubtful numbers whose names are read at once.
  private static let doubts = 1000

  /// Makes a search.
  package init(_ selection: Selection, _ relocation: Relocation, threads: Int) {
    self.selection = selection
    self.relocation = relocation
    self.threads = threads
  }

  /// Searches.
  ///
  /// - Parameters:
  ///   - gather: A sweep over the file with such workers.
  ///   - read: Another.
  /// - Returns: Keys that end at one place, in the file's order; not all if there are many.
  /// - Throws: What ends a sweep.
  package func collisions<Failure: Error>(
    gather: (@Sendable () -> PlaceHashWorker) throws(Failure) -> [PlaceHashWorker.Summary],
    read: (@Sendable () -> PlaceNameWorker) throws(Failure) -> [[PlaceNameWorker.Placed]]
  ) throws(Failure) -> [NameCollision] {
    var start: NameHash?
    repeat {
      let share = limit / threads
      let summaries = try gather { [selection, relocation, start] in
        PlaceHashWorker(selection, relocation, from: start, limit: share)
      }
      let end = summaries.compactMap(\.end).min()
      var doubts = CollisionSearch.repeated(summaries, below: end)[...]
      while !doubts.isEmpty {
        let some = Set(doubts.prefix(CollisionSearch.doubts))
        doubts = doubts.dropFirst(some.count)
        let placed = try read { [selection, relocation] in
          PlaceNameWorker(selection, relocation, hashes: some)
        }
        let found = CollisionSearch.pairs(placed.flatMap { $0 })
        if !found.isEmpty { return found }
      }
      start = end
    } while start != nil
    return []
  }

  /// Numbers that were met more than once.
  private static func repeated(
    _ summaries: [PlaceHashWorker.Summary], below end: NameHash?
  ) -> [NameHash] {
    var all: [NameHash] = []
    for summary in summaries {
      all += summary.hashes.filter { hash in end.map { hash < $0 } ?? true }
    }
    all.sort()
    var repeated: [NameHash] = []
    for index in all.indices.dropFirst()
    where all[index] == all[index - 1] && repeated.last != all[index] {
      repeated.append(all[index])
    }
    return repeated
  }

  /// Of the keys of each place the first two, in the file's order.
  private static func pairs(_ placed: [PlaceNameWorker.Placed]) -> [NameCollision] {
    let sorted = placed.sorted { $0.source.offset < $1.source.offset }
    return Dictionary(grouping: sorted, by: \.place).filter { $0.value.count > 1 }
      .map { place, keys in
        NameCollision(
          first: keys[0].source, second: keys[1].source, database: place.database, name: place.name)
      }
      .sorted { $0.second.offset < $1.second.offset }
  }
}
