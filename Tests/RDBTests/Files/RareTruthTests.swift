// What is told of modules and deadlines beside their values, and whether the comparisons with the
// truth would see a difference.

import RDB
import TestSupport
import Testing

/// The elements of one key of a fixture.
private func elements(_ fixture: Fixture, _ key: String) throws -> [CollectedElement] {
  let bytes = try fixture.bytes()
  let file = ScannedFile(scanning: bytes)
  return try bytes.withRawSpan { (span) throws in
    for record in file.records where try record.keyBytes(in: span) == Array(key.utf8) {
      return try collect(record.type, file.context, in: span, at: record.valueOffset).elements
    }
    return []
  }
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

private let tairFixtures = (Fixtures.all + Fixtures.shared).filter {
  $0.name.hasSuffix("/tair")
}

@Suite("the truth of modules and deadlines")
struct RareTruthTests {
  @Test("a TairHash tells versions and deadlines exactly", arguments: tairFixtures)
  func tairDeadlines(_ fixture: Fixture) throws {
    let truth = try JSONNode(file: fixture.truthPath)["field_expiry_version_expected"]["eh:exp"]
    let found = try elements(fixture, "eh:exp")
    #expect(truth.object?.count == 3 && found.count == 4)
    for case .module(.tairField(let field, _, let version, let expiry)) in found {
      let expected = truth[String(decoding: field, as: UTF8.self)]
      #expect(Int64(expected[0].int ?? -1) == expiry ?? 0)
      #expect(expected[1].int == Int(version))
    }
  }

  @Test("the key inside a TairHash is stale after a RENAME", arguments: tairFixtures)
  func staleKey(_ fixture: Fixture) throws {
    let found = try elements(fixture, "eh:renamed")
    #expect(found.first == .module(.tairHash(key: bytes("eh:old-name"), fields: 1)))
  }

  @Test("what a TairHash's fields had left is told from the moment they were asked")
  func tairTimeLeft() throws {
    var seen = 0
    for fixture in tairFixtures {
      let root = try JSONNode(file: fixture.truthPath)
      let saved = Int64(try #require(root["save_finished_ms"].int))
      for key in root["dbs"]["0"]["keys"].elements where key["type"].text == "tairhash-" {
        guard let name = key["key"].text else { continue }
        var left: [[UInt8]: Int64] = [:]
        for field in key["value"].elements {
          left[field["field"].bytes] = field["pttl_now"].int.map { Int64($0) }
        }
        for case .module(.tairField(let field, _, _, let expiry?)) in try elements(fixture, name) {
          let asked = expiry - (left[field] ?? 0)
          #expect(abs(saved - asked) < 60_000, "\(fixture): \(name)")
          seen += 1
        }
      }
    }
    #expect(seen >= 3)
  }

  @Test("a TairHash's field that had expired is in the file, with its deadline")
  func tairExpired() throws {
    let fixtures = (Fixtures.all + Fixtures.shared).filter {
      $0.name.hasSuffix("/tair_expired_field")
    }
    #expect(!fixtures.isEmpty)
    for fixture in fixtures {
      let truth = try JSONNode(file: fixture.truthPath)["expired_field"]
      let at = Int64(try #require(truth["at"].int))
      var live: [[UInt8]: [UInt8]] = [:]
      var gone: [[UInt8]] = []
      for case .module(.tairField(let field, let value, _, let expiry))
        in try elements(fixture, "eh:x")
      {
        if let expiry, expiry <= at { gone.append(field) } else { live[field] = value }
      }
      #expect(gone == [truth["field"].bytes])
      let pairs = truth["live"].elements.map { ($0[0].bytes, $0[1].bytes) }
      #expect(live == Dictionary(uniqueKeysWithValues: pairs))
    }
  }

  @Test("KeyDB's deadlines of members follow the set that they belong to")
  func keydbMembers() throws {
    let fixture = Fixtures.named("synthetic/keydb")
    let file = ScannedFile(scanning: try fixture.bytes())
    let truth = try #require(try fixture.truth().databases?[0]?.first { $0.type == "set" })
    let aux = try file.aux(in: try fixture.bytes())
    let member = try #require(aux.first { $0.0 == bytes("keydb-subexpire-key") }?.1)
    let when = try #require(aux.first { $0.0 == bytes("keydb-subexpire-when") }?.1)
    #expect(
      truth.memberExpiries == [
        ByteString(member): Int64(String(decoding: when, as: UTF8.self)) ?? -1
      ])
  }
}

extension CollectedElement {
  /// The same element with one thing changed, for each thing that some server's answers tell.
  fileprivate var changed: [CollectedElement] {
    switch self {
    case .expiringPair(let field, let value, let expiry):
      [
        .expiringPair(field, value, (expiry ?? 0) + 1), .expiringPair(field, value + [0], expiry),
        .expiringPair(field + [0], value, expiry),
      ]
    case .stream(let part): part.changed.map { .stream($0) }
    case .module(let part): part.changed.map { .module($0) }
    case .slot(let index, let bytes): [.slot(index ^ 1, bytes), .slot(index, bytes + [0])]
    case .number(let number): [.number(number + 1)]
    default: []
    }
  }
}

extension CollectedStreamPart {
  fileprivate var changed: [CollectedStreamPart] {
    switch self {
    case .info(var info):
      info.lastID.seq ^= 1
      return [.info(info)]
    case .entry(let id, isDeleted: false, let fields):
      let other = StreamID(ms: id.ms, seq: id.seq ^ 1)
      return [
        .entry(other, isDeleted: false, fields), .entry(id, isDeleted: true, fields),
        .entry(id, isDeleted: false, fields + [[0]]),
      ]
    case .group(let name, var group):
      group.lastID.ms ^= 1
      return [.group(name + [0], group), .group(name, group)]
    case .consumer(let name, var consumer):
      consumer.pending += 1
      return [.consumer(name + [0], consumer), .consumer(name, consumer)]
    case .pending(var entry, let owner):
      var other = entry
      entry.deliveries ^= 1
      other.id.seq ^= 1
      return [.pending(entry, owner), .pending(other, owner)]
    default: return []
    }
  }
}

extension CollectedModulePart {
  fileprivate var changed: [CollectedModulePart] {
    switch self {
    case .tairString(let value, let version, let flags):
      [
        .tairString(value, version: version + 1, flags: flags),
        .tairString(value + [0], version: version, flags: flags),
      ]
    case .tairField(let field, let value, let version, let expiry):
      [
        .tairField(field, value, version: version + 1, expiry: expiry),
        .tairField(field, value + [0], version: version, expiry: expiry),
        .tairField(field + [0], value, version: version, expiry: expiry),
        .tairField(field, value, version: version, expiry: expiry == nil ? 1 : nil),
      ]
    case .tairMember(let member): [.tairMember(member + [0])]
    case .tairScore(let bits): [.tairScore(bits ^ 1 << 62)]
    case .json(let text): [.json(text + [0])]
    default: []
    }
  }
}

@Suite("comparisons with the truth")
struct ComparisonTests {
  private static let fixtures = Fixtures.all(upTo: 40_000).filter {
    !$0.name.hasPrefix("synthetic/bad_")
  }

  @Test("a value that differs in one thing is not taken for the server's", arguments: fixtures)
  func differences(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    let file = ScannedFile(scanning: bytes)
    guard file.error == nil, let databases = try fixture.truth().databases else { return }
    try bytes.withRawSpan { (span) throws in
      for record in file.records {
        let name = try record.keyBytes(in: span)
        guard let key = databases[Int(record.database)]?.first(where: { $0.key == name }),
          key.isTold
        else { continue }
        let found = try collect(record.type, file.context, in: span, at: record.valueOffset)
        // The first elements have what the others have.
        for (index, element) in found.elements.enumerated().prefix(30) {
          for changed in element.changed {
            var elements = found.elements
            elements[index] = changed
            #expect(key.difference(from: elements) != nil, "\(fixture): \(changed)")
          }
        }
      }
    }
  }
}

extension TruthKey {
  /// Whether the truth tells of the value.
  fileprivate var isTold: Bool {
    if case .other = value { return false }
    return true
  }
}
