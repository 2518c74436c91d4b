import RDB
import TestSupport
import Testing

@testable import AOF

@Suite("Commands applied")
struct FamilyTests {
  @Test("what is not known is named, and spreads with the data until it is overwritten")
  func inexactness() throws {
    let text = LogText(
      "SET r 1", "JSON.SET j $ 1", "COPY j k", "SUNIONSTORE t j s", "SET x 1 EX 10", "SADD m 1",
      "SUNIONSTORE m j m", "SET m 1", "DEL j")
    try withLog(text) { input in
      let read = ReadOverlay(try LogMoment(input, .end, EveryKey()))
      #expect(try read.lines().sorted() == ["0 m 1", "0 r 1"])
      let told = read.overlay.inexact.map { key in
        "\(String(decoding: key.key, as: UTF8.self)) \(key.reason) \(String(decoding: key.command, as: UTF8.self))"
      }
      #expect(
        told.sorted() == [
          "k unknownCommand JSON.SET", "t unknownCommand JSON.SET", "x relativeExpiry SET",
        ])
      #expect(read.overlay.absent.contains { $0.key == Array("j".utf8) })
    }
  }

  @Test("a relative expiry counts from the last stamp")
  func relativeExpiry() throws {
    #expect(
      try state("#TS:100", "SET x 1 EX 10", "SETEX y 5 v", "EXPIRE y 7")
        == ["0 x 1 @110000", "0 y v @107000"])
  }

  @Test("a script without keys, and an unknown command without arguments, may change anything")
  func scripts() throws {
    for line in ["EVAL return(1) 0", "XYZZY", "myflush ASYNC"] {
      var text = LogText("SET a 1")
      text.append(line)
      text.append("SET b 2")
      try withLog(text) { input in
        let read = ReadOverlay(try LogMoment(input, .end, EveryKey()))
        #expect(try read.lines() == ["0 b 2"])
        #expect(read.overlay.inexact.map(\.key) == [Array("a".utf8)])
        #expect(read.overlay.everything != nil)
      }
    }
    let declared = try state("SET a 1", "SET b 1", "EVAL return(1) 1 b", "SCRIPT LOAD x")
    #expect(declared == ["0 a 1"])
  }

  @Test("databases are swapped, flushed and crossed")
  func databases() throws {
    #expect(
      try state(
        "SET a 0", "SELECT 1", "SET a 1", "SWAPDB 0 1", "MOVE a 2", "SELECT 0", "COPY a b DB 40",
        "SELECT 40", "SET c 1", "SELECT 9", "SET z 1", "FLUSHDB")
        == ["0 a 1", "2 a 0", "40 b 1", "40 c 1"])
    #expect(try state("SET a 0", "SELECT 3", "SET b 1", "FLUSHALL ASYNC", "SET c 1") == ["3 c 1"])
  }

  @Test("commands that a server refuses change nothing")
  func rejections() throws {
    #expect(
      try state(
        "SET a x", "INCR a", "RPUSH a 1", "SADD s 1", "LPOP s", "SETBIT a 9 2", "LSET l 0 x",
        "SELECT x", "SELECT -1", "ZADD z nan m", "HSET h f", "XADD a 1-1 f v", "PFADD a x",
        "XGROUP CREATE n g 0", "RESTORE r 0 short", "COPY a", "RENAME", "BITOP AND s2 s a")
        == ["0 a x", "0 s {1}"])
  }

  @Test("fields of hashes expire by themselves, and go at the moment")
  func fieldExpiries() throws {
    let log = LogText(
      "#TS:10", "HSET h a 1 b 2 c 3", "HPEXPIREAT h 15000 FIELDS 2 a b",
      "HPEXPIREAT h 99000 NX FIELDS 2 a c",
      "#TS:20", "HPERSIST h FIELDS 1 a", "HSET h b 4", "HSETEX h PXAT 88000 FIELDS 1 d 5")
    #expect(try state(of: log, .second(10)) == ["0 h {a=1@15000 b=2@15000 c=3@99000}"])
    #expect(try state(of: log) == ["0 h {b=4 c=3@99000 d=5@88000}"])
  }

  @Test("streams keep counters, groups and what is pending")
  func streams() throws {
    #expect(
      try state(
        "XADD x 1-1 f v", "XADD x 2-1 f w g 1", "XADD x MAXLEN = 2 3-1 f z",
        "XGROUP CREATE x g 1-1 ENTRIESREAD 1", "XDEL x 3-1",
        "XCLAIM x g c 0 2-1 TIME 77 RETRYCOUNT 4 FORCE JUSTID LASTID 2-1", "XACK x g 9-9")
        == [
          "0 x last 3-1 added 3 deleted 3-1 2-1(f,w,g,1) group g 2-1 read 1 consumer c pending 2-1 77 4 consumer"
        ])
  }

  @Test("arrays follow their insert index")
  func arrays() throws {
    #expect(
      try state(
        "ARSET a 5 x y", "ARINSERT a i", "ARSEEK a 9", "ARINSERT a j", "ARDEL a 5", "ARMSET a 1 m",
        "ARDELRANGE a 6 8")
        == ["0 a insert 9 [0]=i [1]=m [9]=j"])
    #expect(try state("ARRING r 2 a b c") == ["0 r insert 0 [0]=c [1]=b"])
  }

  @Test("sort stores what it reads by patterns, and says where there is no single answer")
  func sorting() throws {
    #expect(
      try state(
        "RPUSH l 3 1 2", "SET w3 1", "SET w1 9", "SET w2 5", "HSET h3 n c",
        "SORT l BY w* GET # GET h*->n STORE s",
        "SORT l DESC LIMIT 0 2 STORE d"
      ).filter { $0.hasPrefix("0 s") || $0.hasPrefix("0 d") } == ["0 d 3 2", "0 s 3 c 2  1 "])
    #expect(
      try state(
        "RPUSH l b a c", "SET wa x", "SET wb x", "SET wc a", "SORT l BY w* ALPHA STORE s",
        "SORT l BY w* ALPHA DESC STORE d"
      ).filter { $0.hasPrefix("0 s") || $0.hasPrefix("0 d") } == ["0 d b a c", "0 s c b a"])
    for line in ["SORT t BY w* ALPHA STORE s", "SORT l BY w* ALPHA LIMIT 0 1 STORE s"] {
      let text = LogText("RPUSH l b a", "SADD t b a", "SET wa x", "SET wb x", line)
      try withLog(text) { input in
        let read = ReadOverlay(try LogMoment(input, .end, EveryKey()))
        #expect(read.overlay.inexact.map(\.reason) == [.sortTies], "\(line)")
      }
    }
  }

  @Test("what sort takes for a number depends on the server")
  func sortedNumbers() throws {
    let (older, newer) = (
      ServerRules(isValkey: false, major: 7, minor: 4),
      ServerRules(isValkey: false, major: 8, minor: 2)
    )
    let (earlier, later) = (
      ServerRules(isValkey: true, major: 8, minor: 1),
      ServerRules(isValkey: true, major: 9, minor: 1)
    )
    let takers: [(String, [ServerRules])] = [
      ("", [older, earlier, newer]), (" 1", [older, earlier]), ("0x10", [older, earlier]),
      ("1e400", [newer]), ("+1", [older, earlier, newer, later]), ("x", []),
    ]
    for (number, takers) in takers {
      var text = LogText()
      text.append(["RPUSH", "l", number].map { Array($0.utf8) })
      text.append("SORT l STORE s")
      for rules in [older, earlier, newer, later] {
        try withLog(text) { input in
          let read = ReadOverlay(try LogMoment(input, .end, EveryKey(), rules: rules))
          #expect((read.overlay.rejected == 0) == takers.contains(rules))
        }
      }
    }
  }

  /// Keys that are not known at the end of a log.
  private func inexact(_ lines: String...) throws -> [String] {
    var text = LogText()
    for line in lines { text.append(line) }
    return try withLog(text) { input in
      let read = ReadOverlay(try LogMoment(input, .end, EveryKey()))
      return read.overlay.inexact.map { String(decoding: $0.key, as: UTF8.self) }.sorted()
    }
  }

  @Test("where a range of bytes begins among several scores is the server's chance")
  func bytesAmongScores() throws {
    #expect(try inexact("ZADD z 1 e 2 a 3 f", "ZREMRANGEBYLEX z [d [g") == ["z"])
    #expect(try inexact("ZADD z 1 e 2 a 3 f", "ZRANGESTORE y z [d [g BYLEX") == ["y"])
    #expect(try state("ZADD z 1 e 1 a 1 f", "ZREMRANGEBYLEX z [d [g") == ["0 z {a:1.0}"])
    #expect(try state("ZADD z 1 a 2 e 3 f", "ZREMRANGEBYLEX z [d (f") == ["0 z {a:1.0 f:3.0}"])
  }

  @Test("of places that are equally far, which are stored is the server's chance")
  func equallyFar() throws {
    let places = "GEOADD g 1 1 a 1 1 b 2 2 c"
    let search = "GEOSEARCHSTORE t g FROMLONLAT 1 1 BYRADIUS 900 km COUNT"
    #expect(try inexact(places, "\(search) 1") == ["t"])
    #expect(try inexact(places, "\(search) 2") == [])
  }

  @Test("whether a key that is not known is there decides what some commands do")
  func presence() throws {
    for line in ["SETNX k 1", "GETSET k 1", "GETDEL k", "GETEX k PERSIST", "EXPIREAT k 99"] {
      #expect(try inexact("JSON.SET k $ 1", line) == ["k"])
    }
    #expect(try inexact("JSON.SET k $ 1", "SELECT 1", "SET k 1", "MOVE k 0") == ["k", "k"])
    #expect(try inexact("JSON.SET k $ 1", "MOVE k 1") == ["k"])
  }

  @Test("memory is not had for the asking")
  func zeros() throws {
    #expect(try state("SETRANGE a 4000000000 x", "SETBIT b 34000000000 1", "SET c 1") == ["0 c 1"])
  }

  @Test("function libraries are part of the state")
  func functions() throws {
    var text = LogText("SET a 1")
    text.append(["FUNCTION", "LOAD", "#!lua name=one\nx"].map { Array($0.utf8) })
    text.append(["FUNCTION", "LOAD", "#!lua name=two\ny"].map { Array($0.utf8) })
    text.append("FUNCTION DELETE one")
    try withLog(text) { input in
      let read = ReadOverlay(try LogMoment(input, .end, EveryKey()))
      let libraries = read.file.events.filter {
        if case .function = $0.event { return true }
        return false
      }
      #expect(libraries.count == 1)
      #expect(read.overlay.base.replacesFunctions)
    }
  }
}
