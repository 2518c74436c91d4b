// Keys matched with one prefix, one expression and fifty patterns. How many match is also counted by
// a loop that knows nothing of patterns.

import RDB
import Restore

/// Patterns, and what they mean in plain code.
struct Filter {
  var name: String
  var patterns: [KeyPattern]
  var means: ([UInt8]) -> Bool

  func compiled() throws(Trouble) -> CompiledPatterns {
    do throws(FilterKeyError) {
      return try CompiledPatterns(patterns)
    } catch {
      throw Trouble("a pattern of the benchmark is wrong: \(error.code)")
    }
  }

  /// The filters of a corpus whose keys often begin with `prefix`.
  static func all(prefix: String) -> [Filter] {
    [one(prefix: prefix), expression(), fifty(prefix: prefix)]
  }

  private static func one(prefix: String) -> Filter {
    let bytes = Array(prefix.utf8)
    return Filter(name: "scan, 1 prefix", patterns: [KeyPattern(keyRegex: prefix + ".*")]) {
      $0.starts(with: bytes)
    }
  }

  /// Keys of parts, the last of which ends with an odd digit.
  private static func expression() -> Filter {
    Filter(name: "scan, 1 expression", patterns: [KeyPattern(keyRegex: ".*:[^:]*[13579]")]) {
      guard let last = $0.last, last & 1 == 1, (0x30...0x39).contains(last) else { return false }
      return $0.contains(0x3a)
    }
  }

  /// As people write them: 25 prefixes, 20 parts of keys, 5 expressions proper, which say that a
  /// key begins with the prefix and ends with two digits.
  private static func fifty(prefix: String) -> Filter {
    let numbers = (10..<35).map { String($0) }
    let starts = numbers.map { prefix + $0 }
    let parts = numbers.prefix(20).map { "1" + $0 + "7" }
    let ends = numbers.prefix(5).map { "0" + $0 }
    let texts =
      starts.map { $0 + ".*" } + parts.map { ".*\($0).*" } + ends.map { "\(prefix).*\($0)" }
    let patterns = texts.enumerated().map { KeyPattern(keyRegex: $1, option: $0) }
    let first = Array(prefix.utf8)
    let bytes = (starts: starts.map { Array($0.utf8) }, parts: parts.map { Array($0.utf8) })
    let last = ends.map { Array($0.utf8) }
    return Filter(name: "scan, 50 patterns", patterns: patterns) { key in
      if bytes.parts.contains(where: { holds(key, $0) }) { return true }
      guard key.starts(with: first) else { return false }
      if bytes.starts.contains(where: { key.starts(with: $0) }) { return true }
      let rest = key.dropFirst(first.count)
      return last.contains { rest.suffix($0.count) == $0[...] }
    }
  }
}

/// Whether bytes hold a part.
private func holds(_ key: [UInt8], _ part: [UInt8]) -> Bool {
  guard key.count >= part.count else { return false }
  return (0...(key.count - part.count)).contains { place in
    part.indices.allSatisfy { key[place + $0] == part[$0] }
  }
}

/// Counts keys that match.
struct MatchConsumer: RecordConsumer, ~Copyable {
  private var matcher: KeyMatcher
  private(set) var selected: UInt64 = 0
  private(set) var failures = 0

  init(_ patterns: CompiledPatterns) { matcher = KeyMatcher(patterns) }

  mutating func take(_ records: Span<RDBRecord>, in bytes: RawSpan, _ context: ValueContext) {
    for index in records.indices {
      guard let key = records[index].rawKey else { continue }
      do throws(KeyMatchError) {
        if try matcher.matches(bytes.extracting(key.range)) { selected += 1 }
      } catch {
        failures += 1
      }
    }
  }
}

/// Counts keys that a filter means.
private struct MeaningConsumer: RecordConsumer {
  let means: ([UInt8]) -> Bool
  var selected: UInt64 = 0

  mutating func take(_ records: Span<RDBRecord>, in bytes: RawSpan, _ context: ValueContext) {
    var key: [UInt8] = []
    for index in records.indices {
      guard let place = records[index].rawKey else { continue }
      key.removeAll(keepingCapacity: true)
      for at in place.range {
        // SAFETY: `unsafeLoad` checks its bounds, and bytes are plain bits.
        key.append(unsafe bytes.unsafeLoad(fromByteOffset: at, as: UInt8.self))
      }
      if means(key) { selected += 1 }
    }
  }
}

extension MappedFile {
  /// Scans and matches; how many keys match.
  func match(_ patterns: CompiledPatterns) throws(Trouble) -> UInt64 {
    var consumer = MatchConsumer(patterns)
    _ = try sound { () throws(RDBError) in
      try withBytes { bytes throws(RDBError) in try sweep(bytes, into: &consumer) }
    }
    guard consumer.failures == 0 else { throw Trouble("a pattern of the benchmark gave up") }
    return consumer.selected
  }

  /// The same count without patterns.
  func count(_ filter: Filter) throws(Trouble) -> UInt64 {
    var consumer = MeaningConsumer(means: filter.means)
    _ = try sound { () throws(RDBError) in
      try withBytes { bytes throws(RDBError) in try sweep(bytes, into: &consumer) }
    }
    return consumer.selected
  }
}
