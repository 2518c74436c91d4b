// What a log covers: seconds, commands, databases, bytes.

/// What a log covers, from its first command to its last.
package struct LogCoverage: Sendable {
  /// What one file holds.
  package struct FileFacts: Hashable, Sendable {
    /// Commands of the file.
    package var commands = 0
    /// The first stamp; nil where there is none.
    package var firstStamp: Int64?
    /// The last stamp.
    package var lastStamp: Int64?
    /// Where a transaction begins that the file does not end.
    package var openTransaction: LogPosition?
  }

  /// A stretch of seconds without a stamp.
  package struct Gap: Hashable, Sendable {
    /// The stamp before it.
    package var from: Int64
    /// The stamp behind it.
    package var to: Int64
    /// Where the stamp behind it stands.
    package var position: LogPosition
    /// Commands under the stamp before it.
    package var commands: Int
  }

  /// Facts by file.
  package private(set) var files: [FileFacts] = []
  /// How often each command stands in the log, by its name in upper case.
  package private(set) var commands: [String: Int] = [:]
  /// Databases that were selected.
  package private(set) var databases: Set<UInt32> = []
  /// The first second; nil for a log without stamps.
  package private(set) var firstStamp: Int64?
  /// The last second.
  package private(set) var lastStamp: Int64?
  /// Commands before the first stamp.
  package private(set) var unstamped = 0
  /// The longest stretches without a stamp, at most eight, the longest first.
  package private(set) var gaps: [Gap] = []
  /// Times that stamps ran backwards.
  package private(set) var backwards = 0
  /// Damage that ended the reading, or the cut tail of the last file.
  package private(set) var damage: LogDamage?
  /// Where the reading ended.
  package private(set) var end = LogPosition(file: 0, offset: 0)

  /// Reads a whole log.
  package init(of input: LogInput) {
    var visitor = CoverageVisitor(input.parts)
    do {
      let end = try input.walk(&visitor)
      damage = end.tail
      self.end = end.position
    } catch {
      damage = error
      end = LogPosition(file: error.file, offset: error.error.start)
    }
    visitor.finish()
    files = visitor.files
    commands = visitor.names()
    databases = visitor.databases
    (firstStamp, lastStamp) = (visitor.firstStamp, visitor.clock)
    unstamped = visitor.unstamped
    gaps = visitor.gaps
    backwards = visitor.backwards
  }
}

/// Counts what a log holds.
private struct CoverageVisitor: LogVisitor {
  let parts: ByteParts
  var files: [LogCoverage.FileFacts] = []
  var databases: Set<UInt32> = []
  var firstStamp: Int64?
  var clock: Int64?
  var unstamped = 0
  var gaps: [LogCoverage.Gap] = []
  var backwards = 0
  private var sinceStamp = 0
  /// How often each name stood, in letters as they were.
  private var counts = PlaceMap<Int>()
  private var current = LogCoverage.FileFacts()

  init(_ parts: ByteParts) { self.parts = parts }

  mutating func begin(file: Int) {
    if file > 0 { files.append(current) }
    current = LogCoverage.FileFacts()
  }

  mutating func finish() { files.append(current) }

  mutating func stamp(_ second: Int64, at position: LogPosition) -> Bool {
    if current.firstStamp == nil { current.firstStamp = second }
    current.lastStamp = second
    if firstStamp == nil { firstStamp = second }
    if let clock {
      if second < clock { backwards += 1 }
      let gap = LogCoverage.Gap(from: clock, to: second, position: position, commands: sinceStamp)
      if second > clock { note(gap) }
    }
    clock = max(clock ?? second, second)
    sinceStamp = 0
    return true
  }

  private mutating func note(_ gap: LogCoverage.Gap) {
    let place = gaps.firstIndex { $0.to - $0.from < gap.to - gap.from } ?? gaps.count
    guard place < 8 else { return }
    gaps.insert(gap, at: place)
    if gaps.count > 8 { gaps.removeLast() }
  }

  mutating func command(_ arguments: [StringPlace], at position: LogPosition) -> Bool {
    count(arguments[0])
    current.commands += 1
    sinceStamp += 1
    if firstStamp == nil { unstamped += 1 }
    switch parts.withBytes(arguments[0], { CommandTable.shared.find($0)?.verb }) {
    case .multi: current.openTransaction = current.openTransaction ?? position
    case .exec: current.openTransaction = nil
    case .select:
      if arguments.count > 1, let number = parts.integer(arguments[1]) {
        databases.insert(UInt32(clamping: number))
      }
    default: break
    }
    return true
  }

  private mutating func count(_ name: StringPlace) {
    if let index = counts.find(name, in: parts) {
      counts.replace(counts[index] + 1, at: index)
    } else if counts.count < 4096 {
      counts.append(name, 1, in: parts)
    }
  }

  /// Counts by name in upper case.
  func names() -> [String: Int] {
    var names: [String: Int] = [:]
    for index in counts.indices where counts.isLive(index) {
      let upper = parts.array(counts.key(index)).prefix(64).map(\.upperLetter)
      names[String(decoding: upper, as: UTF8.self), default: 0] += counts[index]
    }
    return names
  }
}
