// A digest says of two values whether they are the same, whatever their layout and their server.

import RDB
import TestSupport
import Testing

@Suite("Digests of content")
struct ContentDigestTests {
  private static let key = DigestKey(0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210)

  private func digest(
    _ type: UInt8, _ value: [UInt8], dialect: RDBDialect = .redis, key: DigestKey = key
  ) throws -> UInt128 {
    var digest = ContentDigest(key)
    return try value.withRawSpan { (span) throws(RDBError) in
      try digest.digest(
        RDBType(rawValue: type), ValueContext(dialect: dialect),
        at: ByteRange(offset: 0, count: value.count), in: span)
    }
  }

  /// All values of the fixtures: what each is, spelled at length, and its digest.
  private func forEachValue(
    _ body: (Fixture, _ database: Int, _ key: [UInt8], _ content: String, UInt128) throws -> Void
  ) throws {
    for fixture in Fixtures.all(upTo: 130_000) {
      let bytes = try fixture.bytes()
      guard checkFailure(bytes) == nil else { continue }
      let file = ScannedFile(scanning: bytes)
      var digest = ContentDigest(ContentDigestTests.key)
      try bytes.withRawSpan { span in
        for record in file.records {
          let made = try digest.digest(record.type, file.context, at: record.value, in: span)
          let payload = Array(copying: span.extracting(record.value.range))
          var content = "stays shut \(record.type) \(payload)"
          if record.type.isDecoded(in: file.context.dialect) {
            content = try collect(
              record.type, file.context, in: span, at: record.valueOffset
            ).content
          }
          try body(
            fixture, Int(record.database), try record.keyBytes(in: span), content, made)
        }
      }
    }
  }

  @Test("are the same exactly where the values are, over all fixtures")
  func twins() throws {
    var digests: [String: UInt128] = [:]
    var contents: [UInt128: String] = [:]
    var again = 0
    try forEachValue { fixture, _, key, content, digest in
      if let known = digests[content] {
        again += 1
        #expect(known == digest, "\(fixture) \(ByteString(key))")
      }
      if let known = contents[digest] {
        #expect(known == content, "\(fixture) \(ByteString(key))")
      }
      digests[content] = digest
      contents[digest] = content
    }
    #expect(digests.count > 400 && again > 4000, "\(digests.count) \(again)")
  }

  @Test("are the same wherever servers from 2.2 to 9.1 answer the same about a value")
  func servers() throws {
    var truths: [String: String] = [:]
    for fixture in Fixtures.all {
      for (database, keys) in (try? fixture.truth())?.databases ?? [:] {
        for key in keys {
          guard let text = key.plainText else { continue }
          truths["\(fixture) \(database) \(ByteString(key.key))"] = text
        }
      }
    }
    var digests: [String: (digest: UInt128, servers: Set<Substring>)] = [:]
    var texts: [UInt128: String] = [:]
    try forEachValue { fixture, database, key, _, digest in
      guard let text = truths["\(fixture) \(database) \(ByteString(key))"] else { return }
      #expect(digests[text, default: (digest, [])].digest == digest, "\(fixture) \(text)")
      #expect(texts[digest, default: text] == text, "\(fixture)")
      digests[text, default: (digest, [])].servers.insert(fixture.name.split(separator: "/")[0])
      texts[digest] = text
    }
    #expect(digests.values.map(\.servers.count).max() ?? 0 >= 15)
    #expect(digests.values.count { $0.servers.count > 5 } > 100)
  }

  @Test("differ where one element does, and only there")
  func elements() throws {
    var random = SeededRandom(seed: 20_261_124)
    for _ in 0..<30 {
      let texts = (0..<Int.random(in: 2...9, using: &random)).map {
        "\($0):\(String(repeating: "x", count: random.below(30)))"
      }
      var seen = try digests(of: texts)
      let shuffled = try digests(of: Array(texts.reversed()))
      // Only in a list the order counts.
      #expect(seen[0] != shuffled[0])
      #expect(seen.dropFirst().elementsEqual(shuffled.dropFirst()))
      for changed in changes(of: texts, &random) {
        let other = try digests(of: changed)
        for (one, two) in zip(seen, other) { #expect(one != two, "\(texts) \(changed)") }
        seen += other
      }
      #expect(Set(seen).count == seen.count)
    }
  }

  /// Texts as a list, a set, a hash, a sorted set and a hash with deadlines, each in two layouts.
  private func digests(of texts: [String]) throws -> [UInt128] {
    let all = texts.map { Array($0.utf8) }
    func plain(_ more: (inout RDBBuilder, [UInt8]) -> Void) -> [UInt8] {
      var value = RDBBuilder.bare
      value.length(UInt64(all.count))
      for text in all { more(&value, text) }
      return value.bytes
    }
    func packed(_ more: (inout ListpackBuilder, [UInt8]) -> Void) -> [UInt8] {
      var pack = ListpackBuilder()
      for text in all { more(&pack, text) }
      var value = RDBBuilder.bare
      value.lzfString(pack.bytes())
      return value.bytes
    }
    let pairs: [(UInt8, [UInt8], UInt8, [UInt8])] = [
      (1, plain { $0.string($1) }, 18, [1, 2] + packed { $0.string($1) }),
      (2, plain { $0.lzfString($1) }, 20, packed { $0.longString($1) }),
      (
        4,
        plain {
          $0.string($1)
          $0.integerString(Int32($1.count))
        }, 16,
        packed {
          $0.string($1)
          $0.string("\($1.count)")
        }
      ),
      (
        5,
        plain {
          $0.string($1)
          $0.double(Double($1.count) + 0.5)
        }, 17,
        packed {
          $0.string($1)
          $0.string("\($1.count).5")
        }
      ),
      (
        22,
        plain {
          $0.length(UInt64($1.count))
          $0.string($1)
          $0.string("v")
        }, 23,
        packed {
          $0.string($1)
          $0.string("v")
          $0.integer(Int64($1.count))
        }
      ),
    ]
    return try pairs.map { one, plain, two, packed in
      let made = try digest(one, plain)
      #expect(try digest(two, packed) == made)
      return made
    }
  }

  /// The texts with one changed, one more, one less.
  private func changes(of texts: [String], _ random: inout SeededRandom) -> [[String]] {
    let place = random.below(texts.count)
    var changed = texts
    changed[place] += "y"
    var more = texts
    more.append("more")
    var less = texts
    less.remove(at: place)
    return [changed, more, less]
  }

  @Test("tell kinds of values, and where one text ends and the next begins")
  func kinds() throws {
    func value(_ texts: [String]) -> [UInt8] {
      var value = RDBBuilder.bare
      value.length(UInt64(texts.count))
      for text in texts { value.string(text) }
      return value.bytes
    }
    let all = try [
      digest(1, value(["ab", "c"])), digest(1, value(["a", "bc"])), digest(1, value(["abc"])),
      digest(1, value(["ab", "c", ""])), digest(2, value(["ab", "c"])),
      digest(2, value(["a", "bc"])),
      digest(0, [3] + Array("abc".utf8)), digest(0, [4] + Array("abc\0".utf8)), digest(0, [0]),
      digest(4, [1, 2] + Array("ab".utf8) + [1] + Array("c".utf8)),
      digest(4, [1, 1] + Array("a".utf8) + [2] + Array("bc".utf8)), digest(1, [0]), digest(2, [0]),
    ]
    #expect(Set(all).count == all.count)
  }

  @Test("take a score for its number: −0 for 0, and 0.1 + 0.2 not for 0.3")
  func scores() throws {
    func digest(_ score: Double) throws -> UInt128 {
      var value = RDBBuilder.bare
      value.length(1)
      value.string("m")
      value.double(score)
      return try self.digest(5, value.bytes)
    }
    #expect(try digest(-0.0) == digest(0))
    #expect(try digest(0.1 + 0.2) != digest(0.3))
    #expect(try digest(.infinity) != digest(-.infinity))
    #expect(try self.digest(3, [1, 1, 0x6d, 4] + Array("-0.0".utf8)) == digest(0))
  }

  @Test("are of no use without the key")
  func keys() throws {
    let value = [3] + Array("abc".utf8)
    let other = DigestKey(1, 2)
    #expect(try digest(0, value) != digest(0, value, key: other))
    let key = Array("user:1".utf8)
    key.withRawSpan { key in
      let names = [0, 1].map { KeyDigest(other).hash(of: key, in: $0) }
      #expect(names[0] != names[1])
      #expect(names[0] != KeyDigest(ContentDigestTests.key).hash(of: key, in: 0))
    }
  }

  @Test("cannot be made of a value that makes no sense")
  func damage() throws {
    #expect(throws: RDBError(.badListpack, at: 1)) { try digest(20, [3, 1, 2, 3]) }
  }
}

extension TruthKey {
  /// The value as one text, of the types that every server answers about in the same words.
  fileprivate var plainText: String? {
    func text(_ string: TruthString) -> String {
      string.bytes.map { "\($0)" } ?? string.description
    }
    let expiries = fieldExpiries.map { $0.map { " until \($0)" } ?? "" }
    switch value {
    case .string(let string): return "string \(text(string))"
    case .list(let elements): return "list \(elements.map(text))"
    case .set(let members) where memberExpiries.isEmpty: return "set \(members.map(text))"
    case .hash(let pairs):
      return "hash "
        + pairs.indices.map { index in
          "\(text(pairs[index].field))=\(text(pairs[index].value))"
            + (expiries.isEmpty ? "" : expiries[index])
        }.joined(separator: ";")
    case .sortedSet(let members):
      let all = members.map { (text($0.member), Double($0.score) ?? .nan) }.sorted { $0.0 < $1.0 }
      return "zset " + all.map { "\($0.0) \($0.1 == 0 ? 0 : $0.1)" }.joined(separator: ";")
    default: return nil
    }
  }
}
