// Dumps of other projects, where they stand beside the repository.

import RDB
import TestSupport
import Testing

@Suite("corpus of other projects")
struct CorpusTests {
  private static let folder = Fixtures.beside("corpus")

  /// All RDB files of the corpus; none where there is no corpus.
  static let files = folder.map { Fixtures.files(in: $0, ending: ".rdb") } ?? []

  @Test("every file is read, or refused at a place inside it", arguments: files)
  func readable(_ name: String) throws {
    let bytes = try readFile((Self.folder ?? "") + "/" + name)
    let file = ScannedFile(scanning: bytes)
    if let error = file.error { #expect((0...bytes.count).contains(error.offset)) }
    let damage = bytes.withRawSpan { checkValues(of: file, in: $0) }
    if let damage { #expect((0...bytes.count).contains(damage.offset)) }
    // Payloads that are corrupt on purpose stand in their own folders; what else is damaged there,
    // its index tells.
    guard !name.contains("corrupt") else { return }
    #expect(damage == nil, "\(name)")
  }

  @Test("every file with a checksum that the index calls sound has it", arguments: files)
  func checksums(_ name: String) throws {
    let bytes = try readFile((Self.folder ?? "") + "/" + name)
    let file = ScannedFile(scanning: bytes)
    guard let end = file.end, let checksum = end.checksum, checksum != 0 else { return }
    let crc = bytes.withRawSpan { CRC64.update(0, $0.extracting(0..<(end.at + 1))) }
    #expect((crc == checksum) == Self.isSound[name], "\(name)")
  }

  /// What the index says of each file's checksum.
  private static let isSound: [String: Bool] = {
    guard let folder, let index = try? readFile(folder + "/INDEX.tsv") else { return [:] }
    var sound: [String: Bool] = [:]
    for line in String(decoding: index, as: UTF8.self).split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count > 7 else { continue }
      sound[String(fields[0])] = fields[7] == "ok"
    }
    return sound
  }()
}
