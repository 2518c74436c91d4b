// The corpora by name. The same name and scale give the same bytes, everywhere.

/// A file that can be made.
public enum Corpus: Hashable, Sendable {
  /// Ten million small strings, a fifth of them with a deadline.
  case strings
  /// Two and a half million keys as an application has them: sessions, profiles, queues,
  /// leaderboards, tags, events, documents, counters.
  case mixed
  /// A thousand values of 64 KiB to 4 MiB.
  case bigvals
  /// One layout of values by itself.
  case layout(Layout)

  /// The three that stand for real data.
  public static var shapes: [Corpus] { [.strings, .mixed, .bigvals] }

  /// Every corpus.
  public static var all: [Corpus] { shapes + Layout.allCases.map { .layout($0) } }

  /// Its name.
  public var name: String {
    switch self {
    case .strings: "strings"
    case .mixed: "mixed"
    case .bigvals: "bigvals"
    case .layout(let layout): layout.rawValue
    }
  }

  /// Finds a corpus by its name.
  public init?(named name: String) {
    guard let found = Corpus.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// Writes the file; at scale 1 it is as large as described.
  /// - Throws: What the system answered.
  public func write(to path: String, scale: Double) throws(CorpusError) -> CorpusFacts {
    switch self {
    case .strings: try writeStrings(to: path, scale: scale)
    case .mixed: try writeMixed(to: path, scale: scale)
    case .bigvals: try writeBigValues(to: path, scale: scale)
    case .layout(let layout): try layout.write(to: path, scale: scale)
    }
  }
}

/// Ten million strings: `key:` and twelve digits, 22 to 42 letters.
private func writeStrings(to path: String, scale: Double) throws(CorpusError) -> CorpusFacts {
  var dice = Dice(seed: 1)
  var file = try CorpusWriter(path: path)
  let count = Int(10_000_000 * scale)
  file.select(0, keys: count, expiring: count / 5)
  var key = Array("key:".utf8)
  var value: [UInt8] = []
  for index in 0..<count {
    key.removeLast(key.count - 4)
    key.append(decimal: index, width: 12)
    let deadline = dice.oneIn(5) ? dice.deadline() : nil
    value.removeAll(keepingCapacity: true)
    value.appendLetters(dice.roll(22...42), &dice)
    file.record(0, key, deadline: deadline, elements: 1)
    file.raw(value)
  }
  return try file.finish()
}

/// A thousand strings of every compressibility, lists of plain nodes and hashes of large values.
private func writeBigValues(to path: String, scale: Double) throws(CorpusError) -> CorpusFacts {
  var dice = Dice(seed: 3)
  var file = try CorpusWriter(path: path)
  let strings = Int(1000 * scale)
  let collections = Int(60 * scale)
  file.select(0, keys: strings + 2 * collections, expiring: strings / 4)
  for index in 0..<strings {
    let count = bigSize(&dice)
    let deadline = dice.oneIn(4) ? dice.deadline() : nil
    let (kind, value) =
      index % 3 == 1
      ? ("json", json(count, &dice))
      : index % 5 == 0 ? ("bitmap", bitmap(count, &dice)) : ("random", noise(count, &dice))
    file.record(0, Array("blob:\(kind):\(index)".utf8), deadline: deadline, elements: 1)
    file.string(value)
  }
  for index in 0..<collections {
    file.record(18, Array("blobs:list:\(index)".utf8), elements: 6)
    file.length(6)
    for _ in 0..<6 {
      file.length(1)  // a plain node
      let mask: UInt64 = index % 2 == 0 ? .max : 0x0101_0101_0101_0101
      file.string(noise(dice.roll(65536...700_000), mask: mask, &dice))
    }
    file.record(4, Array("blobs:hash:\(index)".utf8), elements: 4)
    file.length(4)
    for part in 0..<4 {
      file.string(Array("part:\(part)".utf8))
      file.string(json(dice.roll(65536...300_000), &dice))
    }
  }
  return try file.finish()
}

/// From 64 KiB to 4 MiB; each doubling is as likely as the others.
private func bigSize(_ dice: inout Dice) -> Int {
  let doubling = dice.below(6)
  return (65536 << doubling) + Int(dice.fraction() * Double(65536 << doubling))
}

/// Zeros with a byte here and there.
private func bitmap(_ count: Int, _ dice: inout Dice) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: count)
  var at = 0
  while at < count {
    bytes[at] = UInt8(truncatingIfNeeded: dice.next())
    at += dice.roll(64...4096)
  }
  return bytes
}

/// Bytes that nothing compresses, unless a mask leaves few of their bits.
private func noise(_ count: Int, mask: UInt64 = .max, _ dice: inout Dice) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + 8)
  while bytes.count < count { bytes.append(bigEndian: dice.next() & mask) }
  return bytes
}
