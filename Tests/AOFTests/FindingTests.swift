import RDB
import TestSupport
import Testing

@testable import AOF

@Suite("Which keys are followed")
struct FindingTests {
  private func found(_ text: LogText, _ names: NamedKeys, has key: String) throws -> Bool {
    try withLog(text) { input in
      let keys = try input.find(.end, names).keys
      return Array(key.utf8).withRawSpan { keys.contains($0) }
    }
  }

  @Test("what flows into a selected key is followed, over any number of steps")
  func flows() throws {
    let text = LogText(
      "SET x 1", "RENAME x y", "COPY y z", "SUNIONSTORE z z s1 s2", "BITOP OR q z", "SET other 1",
      "ZUNIONSTORE w 2 q v WEIGHTS 1 2", "RENAME w a")
    for name in ["a", "w", "q", "v", "z", "s1", "s2", "y", "x"] {
      #expect(try found(text, NamedKeys("a"), has: name), "\(name)")
    }
    #expect(try !found(text, NamedKeys("a"), has: "other"))
    #expect(try !found(text, NamedKeys("a"), has: "2"))
  }

  @Test("what a selected key flows into is not followed")
  func direction() throws {
    #expect(try !found(LogText("RENAME a b", "SADD b x"), NamedKeys("a"), has: "b"))
  }

  @Test("names that SORT reads by a pattern are followed, and what flows into them")
  func patterns() throws {
    let text = LogText(
      "SET deep 3", "SET w:1:x 5", "RENAME deep w:2:x", "SORT l BY w:*:x->f GET # STORE a",
      "SORT l BY o:* STORE b")
    for name in ["l", "w:1:x", "w:2:x", "deep"] {
      #expect(try found(text, NamedKeys("a"), has: name), "\(name)")
    }
    #expect(try !found(text, NamedKeys("a"), has: "o:1"))
  }

  @Test("only selected keys are in the overlay, with what they took from others")
  func selection() throws {
    let text = LogText("SET x 1", "INCR x", "SET y 5", "RENAME x a", "APPEND a 0", "SET c 1")
    try withLog(text) { input in
      let moment = try LogMoment(input, .end, NamedKeys("a"))
      #expect(try ReadOverlay(moment).lines() == ["0 a 20"])
    }
  }

  @Test("every command of the table is found, in letters of any case")
  func table() {
    for name in CommandTable.knownNames {
      for spelled in [name, name.lowercased()] {
        let spec = Array(spelled.utf8).withRawSpan { CommandTable.shared.find($0) }
        #expect(spec != nil, "\(spelled)")
      }
    }
    let odd = [
      "", "SETT", "SE", "GEORADIUXBYMEMBER", "A-name-that-is-longer-than-any-command", "SET\u{1}",
    ]
    for name in odd {
      #expect(Array(name.utf8).withRawSpan { CommandTable.shared.find($0) } == nil, "\(name)")
    }
  }
}
