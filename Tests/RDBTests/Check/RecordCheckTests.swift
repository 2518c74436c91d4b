// What the whole of a value tells, each rule with a value that breaks it and nothing else.

import RDB
import TestSupport
import Testing

/// What checking a value finds: the error, or else what is remarked.
private func findings(
  _ type: UInt8, _ value: [UInt8], _ dialect: RDBDialect = .redis
) -> (error: RDBError?, remarks: [RDBError]) {
  var file = RDBBuilder(dialect == .valkey ? "VALKEY080" : "REDIS0013")
  file.record(type, key: "k", value: value)
  let scanned = ScannedFile(scanning: file.ended())
  guard scanned.error == nil, let record = scanned.records.first else {
    return (scanned.error, [])
  }
  return file.ended().withRawSpan { bytes in
    var check = RecordCheck()
    do throws(RDBError) {
      _ = try check.check(record, in: bytes, scanned.context)
      return (nil, check.remarks)
    } catch {
      return (error, [])
    }
  }
}

private func listpack(_ spell: (inout ListpackBuilder) -> Void) -> [UInt8] {
  var pack = ListpackBuilder()
  spell(&pack)
  return value { $0.string(pack.bytes()) }
}

@Suite("What the whole of a value tells")
struct RecordCheckTests {
  @Test("a member that stands there twice is found, whatever form it has")
  func duplicates() {
    let set = value {
      $0.length(3)
      $0.string("a")
      $0.string("12")
      $0.integerString(12)
    }
    #expect(findings(2, set).error?.reason == .duplicateElement)
    #expect(findings(2, set).error?.number == 3)
    let long = String(repeating: "long", count: 20)
    let hash = value {
      $0.length(2)
      for _ in 0..<2 {
        $0.lzfString(Array(long.utf8))
        $0.string("v")
      }
    }
    #expect(findings(4, hash).error?.reason == .duplicateElement)
    let fields = listpack { for text in ["f", "1", "g", "2", "f", "3"] { $0.string(text) } }
    #expect(findings(16, fields).error?.reason == .duplicateElement)
    let scores = value {
      $0.length(2)
      for _ in 0..<2 {
        $0.string("m")
        $0.double(1)
      }
    }
    #expect(findings(5, scores).error?.reason == .duplicateElement)
  }

  @Test("a list, and a hash's values, may hold one text many times")
  func repeats() {
    let list = value {
      $0.length(3)
      for _ in 0..<3 { $0.string("same") }
    }
    #expect(findings(1, list).error == nil)
    let hash = listpack { for text in ["f", "v", "g", "v"] { $0.string(text) } }
    #expect(findings(16, hash).error == nil && findings(16, hash).remarks.isEmpty)
  }

  @Test("a small sorted set ascends by score and then by member")
  func order() {
    func remarks(_ pairs: [(String, Int64)]) -> [RDBError.Reason] {
      let bytes = listpack {
        for (member, score) in pairs {
          $0.string(member)
          $0.integer(score)
        }
      }
      return findings(17, bytes).remarks.map(\.reason)
    }
    #expect(remarks([("a", 1), ("b", 1), ("a2", 2)]) == [])
    #expect(remarks([("a", 2), ("b", 1)]) == [.wrongOrder])
    #expect(remarks([("b", 1), ("a", 1)]) == [.wrongOrder])
  }

  @Test("a large sorted set goes up or down, and not both")
  func direction() {
    func remarks(_ scores: [Double]) -> [RDBError.Reason] {
      let bytes = value {
        $0.length(UInt64(scores.count))
        for (index, score) in scores.enumerated() {
          $0.string("m\(index)")
          $0.double(score)
        }
      }
      return findings(5, bytes).remarks.map(\.reason)
    }
    #expect(remarks([3, 2, 2, 1]) == [] && remarks([1, 2, 3]) == [])
    #expect(remarks([3, 1, 2]) == [.wrongOrder])
  }

  @Test("a listpack with deadlines is sorted by them, those without at the end")
  func deadlines() {
    func error(_ deadlines: [Int64]) -> RDBError.Reason? {
      let pack = listpack {
        for (index, deadline) in deadlines.enumerated() {
          $0.string("f\(index)")
          $0.string("v")
          $0.integer(deadline)
        }
      }
      return findings(25, value { $0.raw([0, 0, 0, 0, 0, 0, 0, 0] + pack) }).error?.reason
    }
    #expect(error([5, 9, 9, 0, 0]) == nil)
    #expect(error([9, 5]) == .wrongOrder)
    #expect(error([0, 5]) == .wrongOrder)
    #expect(error([-5]) == .badExpiry)
    #expect(error([1 << 48]) == .badExpiry)
  }

  @Test("a collection without elements is remarked", arguments: [UInt8(1), 2, 4, 5, 14, 18])
  func empty(_ type: UInt8) {
    #expect(findings(type, [0]).remarks.map(\.reason) == [.emptyValue])
  }

  @Test("a string that begins like a HyperLogLog is one, or it is remarked")
  func hyperLogLog() {
    let head = Array("HYLL".utf8)
    func remarks(_ text: [UInt8]) -> [RDBError.Reason] {
      findings(0, value { $0.string(text) }).remarks.map(\.reason)
    }
    let dense = head + [0] + [UInt8](repeating: 0, count: 11 + 12288)
    let sparse = head + [1] + [UInt8](repeating: 0, count: 11) + [0x7f, 0xff]
    let values = head + [1] + [UInt8](repeating: 0, count: 11) + [0x7f, 0xfd, 0x80, 0x00]
    #expect(remarks(dense) == [] && remarks(sparse) == [] && remarks(values) == [])
    #expect(remarks(head + Array("O".utf8)) == [.badHyperLogLog])
    #expect(remarks(dense.dropLast()) == [.badHyperLogLog])
    #expect(remarks(sparse + [0]) == [.badHyperLogLog])
    #expect(remarks(sparse.dropLast()) == [.badHyperLogLog])
  }

  @Test("a key whose data does not unpack is found")
  func key() {
    var file = RDBBuilder()
    file.byte(0)
    file.lzfString(packed: [0x20, 0xff], count: 2)
    file.string("v")
    let bytes = file.ended()
    let scanned = ScannedFile(scanning: bytes)
    bytes.withRawSpan { span in
      var check = RecordCheck()
      #expect(
        failure { () throws(RDBError) in
          try check.check(scanned.records[0], in: span, scanned.context)
        }?.reason == .badLZF)
    }
  }

  /// A stream of two entries and a group with consumers of these names.
  private func stream(
    first: UInt64 = 5, added: UInt64 = 2, deleted: UInt64 = 0, consumers: [String] = ["c"]
  ) -> [UInt8] {
    value {
      $0.length(1)
      $0.string(rawID(5, 0))
      let entries = [
        SpelledEntry(flags: 2, strings: ["v"]), SpelledEntry(flags: 2, ms: 1, strings: ["w"]),
      ]
      $0.string(nodeListpack(live: 2, master: ["f"], entries))
      for number in [2, 6, 0, first, 0, deleted, 0, added, 1] { $0.length(number) }
      $0.string("group")
      $0.raw([6, 0, 2, 0])
      $0.length(UInt64(consumers.count))
      for name in consumers {
        $0.string(name)
        $0.raw([UInt8](repeating: 0, count: 16))
        $0.length(0)
      }
    }
  }

  @Test(
    "what a stream says of its first, its deleted and its added entries agrees with its entries")
  func streams() {
    func parts(_ stream: [UInt8]) -> [RDBError.Part] { findings(21, stream).remarks.map(\.part) }
    #expect(findings(21, stream()).error == nil && parts(stream()) == [])
    #expect(parts(stream(first: 6)) == [.firstID])
    #expect(parts(stream(added: 1)) == [.added])
    #expect(parts(stream(deleted: 7)) == [.maxDeletedID])
    #expect(findings(21, stream(added: 1 << 63)).error?.part == .added)
    #expect(findings(21, stream(consumers: ["c", "c"])).error?.part == .consumer)
  }

  @Test("a zipmap's count of 255 is compared, and of 254 is not")
  func zipmapCount() {
    func zipmap(_ count: UInt8, items: Int) -> [UInt8] {
      var bytes = [count]
      for index in 0..<items {
        let name = Array("f\(index)".utf8)
        bytes += [UInt8(name.count)] + name + [1, 0, 0x76]
      }
      return value { $0.string(bytes + [255]) }
    }
    #expect(findings(9, zipmap(2, items: 2)).error == nil)
    #expect(findings(9, zipmap(254, items: 2)).error == nil)
    #expect(findings(9, zipmap(254, items: 300)).error == nil)
    #expect(findings(9, zipmap(255, items: 255)).error == nil)
    #expect(findings(9, zipmap(255, items: 2)).error?.reason == .badZipmap)
    #expect(findings(9, zipmap(255, items: 2)).error?.part == .count)
    #expect(findings(9, zipmap(255, items: 256)).error?.reason == .badZipmap)
    #expect(findings(9, zipmap(253, items: 2)).error?.reason == .badZipmap)
  }

  @Test("the fields of a hash with its own template ascend by length and then by bytes")
  func ownTemplate() {
    func hash(_ fields: [String]) -> RDBError? {
      let packed = value {
        $0.length(0)
        var names = ListpackBuilder()
        for field in fields { names.string(field) }
        $0.string(names.bytes())
        var values = ListpackBuilder()
        for index in 0...fields.count { values.string("\(index)") }
        $0.string(values.bytes())
      }
      let strings = value {
        $0.length(1)
        $0.length(UInt64(fields.count))
        for field in fields { $0.string(field) }
        for index in fields.indices { $0.string("\(index)") }
      }
      let errors = [findings(29, packed).error, findings(31, strings).error]
      #expect(errors[0]?.reason == errors[1]?.reason && errors[0]?.part == errors[1]?.part)
      return errors[0]
    }
    #expect(hash(["b", "c", "aa", "ab"]) == nil)
    #expect(hash(["fieldX", "field1"])?.part == .order)
    #expect(hash(["aa", "b"])?.reason == .badTemplate)
    #expect(hash(["b", "b"])?.reason == .duplicateElement)
  }
}
