import Export
import Foundation
import RDB
import TestSupport
import Testing

/// A value as text.
private func text(
  _ type: UInt8, _ value: [UInt8], _ style: ValueWriter.Style, dialect: RDBDialect = .redis,
  limit: Int = .max
) throws(RDBError) -> String {
  try value.withRawSpan { (span) throws(RDBError) in
    let context = ValueContext(dialect: dialect)
    let bytes = try write(
      RDBType(rawValue: type), context, in: span, at: 0, style, limit: limit)
    return String(decoding: bytes, as: UTF8.self)
  }
}

private func write(
  _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, at start: Int,
  _ style: ValueWriter.Style, limit: Int = .max
) throws(RDBError) -> [UInt8] {
  var writer = ValueWriter(style, into: OutputBuffer(), limit: limit)
  var scratch = Scratch()
  var at = start
  try walk(type, context, in: bytes, at: &at, scratch: &scratch, into: &writer)
  writer.end()
  return writer.output.withBytes { [UInt8](copying: $0) }
}

private func value(_ spell: (inout RDBBuilder) -> Void) -> [UInt8] {
  var builder = RDBBuilder.bare
  spell(&builder)
  return builder.bytes
}

private func rawID(_ ms: UInt64) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.append(bigEndian: ms)
  bytes.append(bigEndian: UInt64(0))
  return bytes
}

private func moment(_ milliseconds: Int64) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.append(littleEndian: milliseconds)
  return bytes
}

@Suite("values of rarer types as text")
struct RareValueTests {
  @Test("plain values are elements, pairs and scores")
  func plain() throws {
    let list = value {
      $0.length(3)
      $0.string("a\tb")
      $0.string([0xff])
      $0.string("")
    }
    #expect(try text(1, list, .lines) == "a\\tb\n\\xff\n\n")
    #expect(try text(1, list, .json) == #"["a\tb",{"b64":"/w=="},""]"#)
    #expect(try text(1, list, .json, limit: 1) == #"["a\tb"]"#)
    let hash = value {
      $0.length(2)
      for text in ["f", "v", "g", "w"] { $0.string(text) }
    }
    #expect(try text(4, hash, .lines) == "f\tv\ng\tw\n")
    #expect(try text(4, hash, .json) == #"[["f","v"],["g","w"]]"#)
    let scores = value {
      $0.length(2)
      $0.string("m")
      $0.double(1.5)
      $0.string("n")
      $0.double(-.infinity)
    }
    #expect(try text(5, scores, .lines) == "1.5\tm\n-inf\tn\n")
    #expect(try text(5, scores, .json) == #"[["m",1.5],["n","-inf"]]"#)
    #expect(try text(0, [1, 0x61], .lines) == "a\n")
    #expect(try text(0, [1, 0x61], .json) == #""a""#)
    #expect(try text(2, [0], .json) == "[]")
  }

  @Test("deadlines stand behind the value, nothing or null for none")
  func deadlines() throws {
    let hash = value {
      $0.length(2)
      $0.length(0)
      for text in ["f", "v"] { $0.string(text) }
      $0.length(2_000_000_000_000)
      for text in ["g", "w"] { $0.string(text) }
    }
    #expect(try text(22, hash, .lines) == "f\tv\t\ng\tw\t2000000000000\n")
    #expect(try text(22, hash, .json) == #"[["f","v",null],["g","w",2000000000000]]"#)
    let set = value {
      $0.length(2)
      for text in ["m", "-1", "n", "324790400"] { $0.string(text) }
    }
    #expect(try text(32, set, .lines, dialect: .dragonfly) == "m\t\nn\t2000000000000\n")
    #expect(
      try text(32, set, .json, dialect: .dragonfly) == #"[["m",null],["n",2000000000000]]"#)
  }

  /// A stream of type 27: three entries of which one is deleted, two groups, one producer.
  private var stream: [UInt8] {
    var node = ListpackBuilder()
    for number in [2, 1, 1] as [Int64] { node.integer(number) }
    node.string("f")
    for number in [0, 2, 0, 0] as [Int64] { node.integer(number) }
    node.string("v")
    for number in [4, 3, 1, 0] as [Int64] { node.integer(number) }
    node.string("gone")
    for number in [4, 0, 2, 0, 2] as [Int64] { node.integer(number) }
    for text in ["g", "w", "g", "x"] { node.string(text) }
    node.integer(8)
    return value {
      $0.length(1)
      $0.string(rawID(5))
      $0.string(node.bytes())
      $0.raw([2, 9, 0, 5, 0, 6, 0, 3, 2])
      $0.string("one")
      $0.raw([7, 0])
      $0.length(.max)
      $0.length(2)
      for id in [5, 6] as [UInt64] { $0.raw(rawID(id) + moment(1000) + [3]) }
      $0.length(1)
      $0.string("c")
      $0.raw(moment(77) + moment(-1) + [1] + rawID(5))
      $0.raw([1] + rawID(6))
      $0.string("two")
      $0.raw([8, 0, 4, 0, 0, 0])
      $0.raw([10, 20, 1])
      $0.string("p")
      $0.length(1)
      $0.string("m")
      $0.raw([5, 0, 1, 0])
    }
  }

  @Test("a stream as lines begins each with a word that says what it is")
  func streamLines() throws {
    #expect(
      try text(27, stream, .lines) == """
        length\t2
        last_id\t9-0
        first_id\t5-0
        max_deleted_id\t6-0
        entries_added\t3
        entry\t5-0\tf\tv
        entry\t7-0\tg\tw\tg\tx
        group\tone\t7-0\t
        consumer\tc\t77\t
        pending\t5-0\t1000\t3
        nacked\t6-0\t1000\t3
        group\ttwo\t8-0\t4
        idmp_duration_s\t10
        idmp_max_entries\t20
        idmp_added\t1
        idmp_duplicates\t0
        producer\tp
        message\tm\t5-0

        """)
  }

  @Test("a stream as JSON is one object")
  func streamJSON() throws {
    let head = """
      {"length":2,"last_id":"9-0","first_id":"5-0","max_deleted_id":"6-0","entries_added":3,\
      "entries":[["5-0",[["f","v"]]]
      """
    let tail = """
      ],"groups":[{"name":"one","last_id":"7-0","entries_read":null,"consumers":[{"name":"c",\
      "seen_ms":77,"active_ms":null,"pending":[["5-0",1000,3]]}],"nacked":[["6-0",1000,3]]},\
      {"name":"two","last_id":"8-0","entries_read":4,"consumers":[]}],"idmp":{"duration_s":10,\
      "max_entries":20,"added":1,"duplicates":0,"producers":[{"pid":"p","messages":[["m","5-0"]]}]}}
      """
    #expect(try text(27, stream, .json) == head + #",["7-0",[["g","w"],["g","x"]]]"# + tail)
    #expect(try text(27, stream, .json, limit: 1) == head + tail)
  }

  @Test("what an old or empty stream does not tell is nothing or null")
  func oldStream() throws {
    let bytes: [UInt8] = [0, 0, 9, 1, 0]
    #expect(
      try text(15, bytes, .json) == """
        {"length":0,"last_id":"9-1","first_id":null,"max_deleted_id":null,"entries_added":null,\
        "entries":[],"groups":[]}
        """)
    #expect(
      try text(15, bytes, .lines)
        == "length\t0\nlast_id\t9-1\nfirst_id\t\nmax_deleted_id\t\nentries_added\t\n")
  }

  private func module(_ name: String, _ version: Int, _ values: [UInt8]) -> [UInt8] {
    value {
      $0.length(ModuleID(name: name, version: version)?.rawValue ?? 0)
      $0.raw(values + [0])
    }
  }

  @Test("a module's values are told by opcode")
  func opcodes() throws {
    var values: [UInt8] = [2, 7, 1]
    values += value { $0.length(UInt64(bitPattern: -5)) }
    values += [4] + value { $0.double(.infinity) } + [3, 0, 0, 0xc0, 0x3f, 5, 1, 0x61]
    let bytes = module("some-type", 9, values)
    #expect(
      try text(7, bytes, .lines) == """
        module\tsome-type\t9
        unsigned\t7
        signed\t-5
        double\tinf
        float\t1.5
        string\ta

        """)
    #expect(
      try text(7, bytes, .json) == """
        {"module":"some-type","version":9,"values":[{"unsigned":7},{"signed":-5},\
        {"double":"inf"},{"float":1.5},{"string":"a"}]}
        """)
  }

  @Test("Tair's values and JSON documents come in their own words")
  func tair() throws {
    let string = module("exstrtype", 0, [2, 7, 2, 5, 5, 1, 0x61])
    #expect(try text(7, string, .lines) == "value\ta\nversion\t7\nflags\t5\n")
    #expect(try text(7, string, .json) == #"{"value":"a","version":7,"flags":5}"#)
    let hash = module(
      "tairhash-", 0,
      [2, 2, 5, 1, 0x6b, 5, 1, 0x66, 2, 7, 2, 9, 5, 1, 0x76, 5, 1, 0x67, 2, 1, 2, 0, 5, 0])
    #expect(try text(7, hash, .lines) == "f\tv\t7\t9\ng\t\t1\t\n")
    #expect(try text(7, hash, .json) == #"{"fields":[["f","v",7,9],["g","",1,null]]}"#)
    var values: [UInt8] = [2, 2, 2, 2]
    for (member, scores) in [("m", [1.5, -.infinity]), ("n", [0, 2])] as [(String, [Double])] {
      values += [5] + value { $0.string(member) }
      for score in scores { values += [4] + value { $0.double(score) } }
    }
    let members = module("tairzset_", 0, values)
    #expect(try text(7, members, .lines) == "m\t1.5\t-inf\nn\t0\t2\n")
    #expect(
      try text(7, members, .json) == #"{"scores":2,"members":[["m",[1.5,"-inf"]],["n",[0,2]]]}"#)
    #expect(
      try text(7, members, .json, limit: 1) == #"{"scores":2,"members":[["m",[1.5,"-inf"]]]}"#)
    let document = module("ReJSON-RL", 3, [5] + value { $0.string(#"{"a":1}"#) })
    #expect(try text(7, document, .lines) == "{\"a\":1}\n")
    #expect(try text(7, document, .json) == #""{\"a\":1}""#)
  }

  @Test("arrays, cron jobs and rate limiters")
  func rarities() throws {
    let array = value {
      $0.raw([2, 1, 9, 0, 0, 1, 0x61, 3, 2])
      $0.double(1)
    }
    #expect(try text(28, array, .lines) == "insert_index\t9\n0\ta\n3\t1.0\n")
    #expect(try text(28, array, .json) == #"{"insert_index":9,"elements":[[0,"a"],[3,"1.0"]]}"#)
    #expect(
      try text(28, [1, 0, 0, 0, 1, 0x61], .json) == #"{"insert_index":null,"elements":[[0,"a"]]}"#)
    #expect(try text(28, [1, 0, 0, 0, 1, 0x61], .lines) == "0\ta\n")
    let cron = [1, 0x73] + moment(5) + moment(6) + [1, 1, 0x6b, 2, 1, 0x61, 1, 0x62]
    #expect(
      try text(64, cron, .json)
        == #"{"script":"s","start_ms":5,"interval_ms":6,"keys":["k"],"args":["a","b"]}"#)
    #expect(
      try text(64, cron, .lines)
        == "script\ts\nstart_ms\t5\ninterval_ms\t6\nkey\tk\narg\ta\narg\tb\n")
    #expect(try text(33, [7], .json) == "7")
    #expect(try text(33, [7], .lines) == "7\n")
  }

  @Test(
    "every value of every fixture is JSON with any limit, and whole lines",
    arguments: Fixtures.all(upTo: 200_000))
  func fixtures(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    let file = ScannedFile(scanning: bytes)
    guard file.error == nil, !fixture.name.hasPrefix("synthetic/bad_") else { return }
    try bytes.withRawSpan { (span) throws in
      for record in file.records where record.type.isDecoded(in: file.context.dialect) {
        for limit in [Int.max, 1] {
          let json = try write(
            record.type, file.context, in: span, at: record.valueOffset, .json, limit: limit)
          #expect(
            throws: Never.self, "\(fixture) at \(record.offset)",
            performing: {
              _ = try JSONSerialization.jsonObject(
                with: Data(json), options: [.fragmentsAllowed])
            })
        }
        let lines = try write(
          record.type, file.context, in: span, at: record.valueOffset, .lines)
        let isEmpty = record.elements == 0 && lines.isEmpty
        #expect(isEmpty || lines.last == 0x0a, "\(fixture) at \(record.offset)")
        #expect(String(validating: lines, as: UTF8.self) != nil, "\(fixture)")
      }
    }
  }
}

@Suite("what commands here cannot recreate")
struct UnsupportedTests {
  @Test(
    "values of types that no commands and no payload carry are refused, and nothing is written",
    arguments: Fixtures.all(upTo: 200_000))
  func refused(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    let file = ScannedFile(scanning: bytes)
    guard file.error == nil else { return }
    try bytes.withRawSpan { (span) throws in
      for record in file.records
      where !CommandExporter.supports(record.type, in: file.context.dialect) {
        var exporter = CommandExporter(into: OutputBuffer())
        let outcome = try exporter.export(
          record, expiry: record.expiry, from: span, context: file.context)
        #expect(outcome == .unsupported && exporter.output.count == 0, "\(fixture)")
      }
    }
  }
}
