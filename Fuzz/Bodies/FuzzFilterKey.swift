// Patterns and a key.
//
//   0   modes of the patterns, two bits each, the first pattern's lowest; they repeat after four
//   1   bit 0: machine code; bits 1 to 3: steps, 2^n thousand
//   2   bytes of the key
//   3…  the key, then the patterns between commas

import RDB
import Restore

/// Matches a key with all patterns at once, and with each by itself.
public func fuzzFilterKey(_ bytes: RawSpan) {
  var input = FuzzInput()
  let modes = input.option(bytes)
  let costs = input.option(bytes)
  let keyCount = Int(input.option(bytes))
  let limits = MatchLimits(
    steps: 1000 << UInt32(costs >> 1 & 7), heapKiB: 1024, stackBytes: 64 << 10,
    usesJIT: costs & 1 == 1)
  let payload = bytes.extracting(input.payload(bytes)).fuzzBytes
  let key = Array(payload.prefix(keyCount))
  let texts = FilterKey(Array(payload.dropFirst(keyCount))).items
  // More than eight patterns, or long ones, cost time and tell nothing new.
  guard texts.count <= 8, texts.allSatisfy({ $0.bytes.count <= 64 }) else { return }
  let patterns = texts.map { item in
    KeyPattern(
      item.bytes, mode: MatchMode.allCases[Int(modes >> UInt8(item.index % 4 * 2) & 3)],
      from: .filterKey(option: 0, item: item.index, offset: item.offset))
  }
  withExactCopy(of: key) { key in match(key, patterns, limits) }
}

private func match(_ key: RawSpan, _ patterns: [KeyPattern], _ limits: MatchLimits) {
  let compiled: CompiledPatterns
  do throws(FilterKeyError) {
    compiled = try CompiledPatterns(patterns, limits: limits)
  } catch {
    return expectRefused(error, patterns)
  }
  // Without limits being reached, the first pattern that selects the key by itself is the answer.
  var first: Int?
  for (index, pattern) in patterns.enumerated() {
    switch Verdict(of: pattern, on: key, limits) {
    case .refused: preconditionFailure("a pattern compiles among others, but not by itself")
    case .gaveUp: return expectEnds(compiled, key)
    case .selects: first = first ?? index
    case .passes: break
    }
  }
  var matcher = KeyMatcher(compiled)
  for _ in 0..<2 {
    guard let found = try? matcher.firstMatch(key) else { return }
    precondition(found == first, "patterns select otherwise together than one by one")
  }
}

/// What a pattern makes of a key by itself.
private enum Verdict {
  case selects, passes, gaveUp, refused

  init(of pattern: KeyPattern, on key: RawSpan, _ limits: MatchLimits) {
    guard let compiled = try? CompiledPatterns([pattern], limits: limits) else {
      self = .refused
      return
    }
    var matcher = KeyMatcher(compiled)
    guard let matches = try? matcher.matches(key) else {
      self = .gaveUp
      return
    }
    self = matches ? .selects : .passes
    let slow = pattern.naiveVerdict(on: key.fuzzBytes)
    precondition(slow == nil || slow == matches, "a pattern selects otherwise than its twin")
  }
}

/// Traps unless an error names a pattern that is refused by itself, and a place in it.
private func expectRefused(_ error: FilterKeyError, _ patterns: [KeyPattern]) {
  precondition(patterns.indices.contains(error.index), "an error names no pattern")
  let pattern = patterns[error.index]
  precondition((0...pattern.bytes.count).contains(error.offset), "an error points beside a pattern")
  precondition(
    (try? CompiledPatterns([pattern])) == nil, "an error names a pattern that compiles")
}

/// Matches where some pattern gives up by itself: an answer, or an error that names a pattern.
private func expectEnds(_ compiled: CompiledPatterns, _ key: RawSpan) {
  var matcher = KeyMatcher(compiled)
  do throws(KeyMatchError) {
    let found = try matcher.firstMatch(key)
    precondition(found == nil || found.map(compiled.patterns.indices.contains) == true)
  } catch {
    precondition(compiled.patterns.indices.contains(error.pattern), "an error names no pattern")
  }
}

extension KeyPattern {
  /// What a twin says: of a literal, and of a glob without classes and escapes; otherwise nil.
  fileprivate func naiveVerdict(on key: [UInt8]) -> Bool? {
    switch mode {
    case .literal: return bytes == key
    case .glob where !bytes.contains(0x5b) && !bytes.contains(0x5c):
      return KeyPattern.globSlowly(bytes, key)
    case .glob, .full, .search: return nil
    }
  }

  /// A row per byte of the pattern: which beginnings of the key it describes so far.
  private static func globSlowly(_ pattern: [UInt8], _ key: [UInt8]) -> Bool {
    var row = [true] + key.map { _ in false }
    for element in pattern {
      var next = row
      next[0] = element == 0x2a && row[0]
      for (index, byte) in key.enumerated() {
        next[index + 1] =
          element == 0x2a
          ? row[index + 1] || next[index]
          : row[index] && (element == 0x3f || element == byte)
      }
      row = next
    }
    return row[key.count]
  }
}
