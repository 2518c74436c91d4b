// Each layout by itself: small files in which nothing else is to be seen.

/// A layout of values.
public enum Layout: String, CaseIterable, Hashable, Sendable {
  /// Strings as they are.
  case raw = "string-raw"
  /// Strings stored as numbers.
  case int = "string-int"
  /// Strings packed with LZF.
  case lzf = "string-lzf"
  /// Lists, one string per element.
  case list = "list-linkedlist"
  /// Lists in one ziplist.
  case listZiplist = "list-ziplist"
  /// Lists in a quicklist of ziplists.
  case quicklist = "list-quicklist"
  /// Lists in a quicklist of listpacks.
  case quicklist2 = "list-quicklist2"
  /// Sets, one string per member.
  case set = "set-hashtable"
  /// Sets of packed integers.
  case intset = "set-intset"
  /// Sets in a listpack.
  case setListpack = "set-listpack"
  /// Hashes, two strings per field.
  case hash = "hash-hashtable"
  /// Hashes in a zipmap.
  case zipmap = "hash-zipmap"
  /// Hashes in a ziplist.
  case hashZiplist = "hash-ziplist"
  /// Hashes in a listpack.
  case hashListpack = "hash-listpack"
  /// Sorted sets with scores as text.
  case scoresText = "zset-text"
  /// Sorted sets with binary scores.
  case scores = "zset-skiplist"
  /// Sorted sets in a ziplist.
  case scoresZiplist = "zset-ziplist"
  /// Sorted sets in a listpack.
  case scoresListpack = "zset-listpack"

  /// The byte that says so.
  public var type: UInt8 {
    switch self {
    case .raw, .int, .lzf: 0
    case .list: 1
    case .set: 2
    case .scoresText: 3
    case .hash: 4
    case .scores: 5
    case .zipmap: 9
    case .listZiplist: 10
    case .intset: 11
    case .scoresZiplist: 12
    case .hashZiplist: 13
    case .quicklist: 14
    case .hashListpack: 16
    case .scoresListpack: 17
    case .quicklist2: 18
    case .setListpack: 20
    }
  }

  /// Elements of each value.
  private static let elements = 64

  func write(to path: String, scale: Double) throws(CorpusError) -> CorpusFacts {
    var dice = Dice(seed: 100 + UInt64(type))
    var file = try CorpusWriter(path: path, version: self == .setListpack ? 11 : 10)
    let isString = type == 0
    let count = max(1, Int((isString ? self == .lzf ? 20_000 : 400_000 : 10_000) * scale))
    file.select(0, keys: count, expiring: 0)
    for index in 0..<count {
      let key = Array("\(rawValue):\(index)".utf8)
      file.record(type, key, elements: isString ? 1 : Layout.elements)
      if isString { writeString(&file, &dice) } else { writeCollection(&file, &dice) }
    }
    return try file.finish()
  }

  private func writeString(_ file: inout CorpusWriter, _ dice: inout Dice) {
    var value: [UInt8] = []
    switch self {
    case .int: value.append(decimal: dice.below(4_000_000_000) - 2_000_000_000)
    case .lzf: value = json(2000, &dice)
    default: value.appendLetters(dice.roll(20...60), &dice)
    }
    if self == .raw { file.raw(value) } else { file.string(value) }
  }

  private func writeCollection(_ file: inout CorpusWriter, _ dice: inout Dice) {
    let members = (0..<Layout.elements).map { Layout.element($0, &dice) }
    let others = (0..<Layout.elements).map { Layout.element($0, &dice) }
    let scores = (0..<Layout.elements).map { $0 * 1000 + dice.below(1000) }
    let pairs = zip(members, others).map { (field: $0, value: $1) }
    switch self {
    case .raw, .int, .lzf: break
    case .list, .set:
      file.length(members.count)
      for member in members { file.raw(member) }
    case .hash:
      file.length(pairs.count)
      for pair in pairs {
        file.raw(pair.field)
        file.raw(pair.value)
      }
    case .scoresText, .scores: writeScores(members, scores, &file)
    case .zipmap: file.raw(Corpora.zipmap(pairs))
    case .listZiplist: file.raw(ziplist(members))
    case .hashZiplist: file.raw(ziplist(pairs.flatMap { [$0.field, $0.value] }))
    case .scoresZiplist: file.raw(ziplist(Layout.interleaved(members, scores)))
    case .intset: file.raw(Corpora.intset(scores.map { $0 * 40 }))
    case .quicklist: writeNodes(members, &file) { ziplist($0) }
    case .quicklist2: writeNodes(members, kind: 2, &file) { Layout.listpack($0) }
    case .setListpack: file.raw(Layout.listpack(members))
    case .hashListpack: file.raw(Layout.listpack(pairs.flatMap { [$0.field, $0.value] }))
    case .scoresListpack: file.raw(Layout.listpack(Layout.interleaved(members, scores)))
    }
  }

  private func writeScores(_ members: [[UInt8]], _ scores: [Int], _ file: inout CorpusWriter) {
    file.length(members.count)
    for (member, score) in zip(members, scores).reversed() {
      file.raw(member)
      if self == .scores {
        file.double(Double(score) + 0.5)
      } else {
        let text = Array("\(score).5".utf8)
        file.bare([UInt8(text.count)] + text)
      }
    }
  }

  /// Two nodes of half the elements each.
  private func writeNodes(
    _ members: [[UInt8]], kind: Int? = nil, _ file: inout CorpusWriter,
    _ pack: ([[UInt8]]) -> [UInt8]
  ) {
    file.length(2)
    for half in [members.prefix(Layout.elements / 2), members.suffix(Layout.elements / 2)] {
      if let kind { file.length(kind) }
      file.raw(pack(Array(half)))
    }
  }

  /// A number, or a few letters; each place has its own.
  private static func element(_ place: Int, _ dice: inout Dice) -> [UInt8] {
    var text: [UInt8] = []
    if place % 4 == 3 {
      text.append(decimal: place * 100_000 + dice.below(100_000))
    } else {
      text.append(decimal: place, width: 3)
      text.append(":")
      text.appendLetters(dice.roll(4...30), &dice)
    }
    return text
  }

  private static func interleaved(_ members: [[UInt8]], _ scores: [Int]) -> [[UInt8]] {
    zip(members, scores).flatMap { [$0, Array(String($1).utf8)] }
  }

  private static func listpack(_ entries: [[UInt8]]) -> [UInt8] {
    var pack = ListpackBytes()
    for entry in entries { pack.append(entry) }
    pack.finish()
    return pack.bytes
  }
}
