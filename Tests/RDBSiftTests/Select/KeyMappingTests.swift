// Where keys go: whether two of them may end in one place.

import Export
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

/// Names that rules give.
func naming(_ rules: [String], prefix: String = "") throws -> KeyNaming {
  try KeyNaming(
    try rules.enumerated().map { try RenameRule(Array($1.utf8), index: $0) },
    prefix: Array(prefix.utf8))
}

@Suite("Where keys go")
struct KeyMappingTests {
  @Test("only rules and joined databases let keys coincide")
  func mayCollide() throws {
    func mayCollide(_ naming: KeyNaming, _ moved: [UInt32: UInt32], single: Bool = false) -> Bool {
      var mapping = KeyMapping(naming: naming)
      mapping.databases.moved = moved
      mapping.databases.isSingle = single
      return mapping.mayCollide
    }
    let prefixed = try naming([], prefix: "new:")
    #expect(!mayCollide(.identity, [:]))
    #expect(!mayCollide(prefixed, [:]))
    #expect(!mayCollide(prefixed, [0: 3, 3: 0]))
    #expect(mayCollide(prefixed, [3: 0]))
    #expect(mayCollide(.identity, [0: 7, 1: 7, 7: 0]))
    #expect(mayCollide(.identity, [:], single: true))
    #expect(mayCollide(try naming(["a=b"]), [:]))
  }

  @Test(
    "a key has its new name whether its bytes stand in the file, are a number or are compressed")
  func names() throws {
    var file = RDBBuilder()
    file.string(key: "plain", value: "v")
    file.byte(0)
    file.integerString(12345)
    file.string("v")
    file.byte(0)
    file.lzfString(Array("packed:packed:packed:packed".utf8))
    file.string("v")
    let scanned = ScannedFile(scanning: file.ended())
    for (rules, prefix) in [([], ""), (["(.)(.*)=$2$1"], ""), ([], "new:")] {
      var namer = RecordNamer(try naming(rules, prefix: prefix))
      #expect(namer.isIdentity == (rules.isEmpty && prefix.isEmpty))
      for (record, key) in zip(
        scanned.records, ["plain", "12345", "packed:packed:packed:packed"])
      {
        let expected = rules.isEmpty ? prefix + key : String(key.dropFirst()) + key.prefix(1)
        try file.bytes.withRawSpan { span in
          let name = try namer.withName(of: record, in: span) { [UInt8](copying: $0) }
          #expect(String(decoding: name, as: UTF8.self) == expected)
        }
      }
    }
  }
}
