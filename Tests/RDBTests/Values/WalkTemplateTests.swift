import TestSupport
import Testing

@testable import RDB

@Suite("hashes of templates")
struct WalkTemplateTests {
  /// A context with the template 7 of two fields.
  private func context(
    _ fields: [UInt8] = value { for text in ["age", "name"] { $0.string(text) } }
  )
    throws(RDBError) -> ValueContext
  {
    var context = ValueContext()
    try fields.withRawSpan { (span) throws(RDBError) in
      try context.templates.add(7, fields: 2, span, at: 0)
    }
    return context
  }

  private func listpack(_ fill: (inout ListpackBuilder) -> Void) -> [UInt8] {
    var builder = ListpackBuilder()
    fill(&builder)
    return builder.bytes()
  }

  private func collected(_ type: UInt8, _ bytes: [UInt8]) throws(RDBError) -> CollectedValue {
    let context = try context()
    return try bytes.withRawSpan { (span) throws(RDBError) in
      try collect(RDBType(type), context, in: span, at: 0)
    }
  }

  private let ann: [CollectedElement] = [.texts("age", "42"), .texts("name", "Ann")]

  @Test("values in a listpack belong to the fields of the template that it names")
  func listpackReference() throws {
    let bytes = packed(
      listpack {
        $0.integer(7)
        $0.integer(42)
        $0.string("Ann")
      })
    let found = try collected(30, bytes)
    #expect(found.elements == ann && found.count == 2 && found.end == bytes.count)
    #expect(try skip(30, bytes, context()) == (bytes.count, 2))
    #expect(try check(30, bytes, context()) == (bytes.count, 2))
  }

  @Test("values one after the other belong to the fields of the template that is named")
  func arrayReference() throws {
    let bytes = value {
      $0.length(7)
      $0.integerString(42)
      $0.string("Ann")
    }
    let found = try collected(32, bytes)
    #expect(found.elements == ann && found.count == 2 && found.end == bytes.count)
    #expect(try skip(32, bytes, context()) == (bytes.count, 2))
  }

  @Test("a compressed listpack of values is the same")
  func compressed() throws {
    let long = String(repeating: "long ", count: 20)
    let blob = listpack {
      $0.integer(7)
      $0.integer(42)
      $0.string(long)
    }
    let bytes = value { $0.lzfString(blob) }
    #expect(
      try collected(30, bytes).elements == [.texts("age", "42"), .texts("name", long)])
  }

  @Test("more fields than a row holds are poured in order")
  func manyFields() throws {
    let count = 300
    let fields = value { for index in 0..<count { $0.string("f\(index)") } }
    var context = ValueContext()
    try fields.withRawSpan { (span) throws(RDBError) in
      try context.templates.add(1, fields: UInt64(count), span, at: 0)
    }
    let bytes = value {
      $0.length(1)
      for index in 0..<count { $0.string("v\(index)") }
    }
    let found = try bytes.withRawSpan { (span) throws(RDBError) in
      try collect(RDBType(32), context, in: span, at: 0)
    }
    #expect(found.elements == (0..<count).map { .texts("f\($0)", "v\($0)") })
  }

  @Test("a template that the file does not define is refused where it is named")
  func unknown() throws {
    let byListpack = packed(listpack { $0.integer(8) })
    #expect(checkFailure(30, byListpack, try context()) == RDBError(.badTemplate, at: 0, number: 8))
    #expect(skipFailure(30, byListpack, try context()) == nil)
    #expect(checkFailure(32, [8], try context()) == RDBError(.badTemplate, at: 0, number: 8))
    #expect(skipFailure(32, [8], try context()) == RDBError(.badTemplate, at: 0, number: 8))
  }

  @Test("a template's name that is no number is refused")
  func textualID() throws {
    let bytes = packed(listpack { $0.string("seven") })
    #expect(checkFailure(30, bytes, try context()) == RDBError(.badTemplate, at: 7))
  }

  @Test("fewer or more values than fields are refused where they end")
  func badCount() throws {
    let fewer = packed(
      listpack {
        $0.integer(7)
        $0.integer(42)
      })
    // One byte of length, six of header, two entries of two bytes each; behind them the end.
    #expect(checkFailure(30, fewer, try context()) == RDBError(.badTemplate, at: 11))
    let more = packed(
      listpack {
        $0.integer(7)
        for _ in 0..<3 { $0.integer(1) }
      })
    #expect(checkFailure(30, more, try context()) == RDBError(.badTemplate, at: 13))
  }

  @Test("damage inside the values is told at its place in the file")
  func damage() throws {
    var blob = listpack {
      $0.integer(7)
      $0.integer(42)
      $0.string("Ann")
    }
    blob[10] = 0xfe
    #expect(
      checkFailure(30, packed(blob), try context())
        == RDBError(.badListpack, at: 11, number: 0xfe))
    let array = value {
      $0.length(7)
      $0.string("42")
      $0.lzfString(packed: [0xe0, 0x00, 0x00], count: 9)
    }
    #expect(checkFailure(32, array, try context())?.reason == .badLZF)
    #expect(checkFailure(32, array, try context())?.offset == 7)
  }

  @Test("damage inside a template's field is told where the template is named")
  func damagedField() throws {
    let fields = value {
      $0.string("age")
      $0.lzfString(packed: [0xe0, 0x00, 0x00], count: 9)
    }
    let bytes: [UInt8] = [7, 1, 0x31, 1, 0x32]
    #expect(checkFailure(32, bytes, try context(fields))?.offset == 0)
    #expect(checkFailure(32, bytes, try context(fields))?.reason == .badLZF)
  }

  @Test("the payloads of templates hold their fields themselves")
  func payloads() throws {
    let fields = listpack { for text in ["age", "name"] { $0.string(text) } }
    let values = listpack {
      $0.integer(0)
      $0.integer(42)
      $0.string("Ann")
    }
    for isPacked in [true, false] {
      let form = value {
        $0.length(isPacked ? 0 : 1)
        if isPacked { return $0.string(fields) }
        $0.length(2)
        for text in ["age", "name"] { $0.string(text) }
      }
      let byListpack = form + packed(values)
      let byArray = form + value { for text in ["42", "Ann"] { $0.string(text) } }
      #expect(try skip(29, byListpack) == (byListpack.count, 2))
      #expect(try collect(29, byListpack).elements == ann)
      #expect(try skip(31, byArray) == (byArray.count, 2))
      #expect(try collect(31, byArray).elements == ann)
    }
  }

  @Test("the DUMP payloads of template hashes hold what their truth says")
  func dumpPayloads() throws {
    let truth = try JSONNode(file: Fixtures.folder + "/synthetic/redis8.10_dump_payloads.json")
    let payloads = truth["payloads"].elements
    #expect(!payloads.isEmpty)
    for payload in payloads {
      let dump = payload["dump_b64"].base64
      let type = UInt8(try #require(payload["type"].int))
      #expect(dump.first == type)
      let bytes = Array(dump.dropFirst())
      let (end, elements) = try skip(type, bytes)
      #expect(end == dump.count - 11)
      let pairs = payload["value"].elements.map {
        CollectedElement.pair($0[0].bytes, $0[1].bytes)
      }
      #expect(elements == UInt64(pairs.count))
      let found = try collect(type, bytes)
      #expect(found.elements == pairs && found.end == end)
      let crc = Array(dump.dropLast(8)).withRawSpan { CRC64.update(0, $0) }
      var stored: [UInt8] = []
      stored.append(littleEndian: crc)
      #expect(Array(dump.suffix(8)) == stored)
    }
  }

  @Test("a form of fields that does not exist is refused", arguments: [29, 31] as [UInt8])
  func badForm(_ type: UInt8) {
    #expect(skipFailure(type, [2, 0, 0]) == RDBError(.badTemplate, at: 0, number: 2))
  }
}
