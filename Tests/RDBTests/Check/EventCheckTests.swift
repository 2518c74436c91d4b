// What stands between records, each with what is wrong with it.

import RDB
import TestSupport
import Testing

@Suite("What stands between records")
struct EventCheckTests {
  /// What the events of a file break.
  private func failures(_ spell: (inout RDBBuilder) -> Void) -> [RDBError] {
    var file = RDBBuilder("REDIS0015")
    spell(&file)
    let bytes = file.ended()
    let scanned = ScannedFile(scanning: bytes)
    #expect(scanned.error == nil)
    return bytes.withRawSpan { span in
      var check = EventCheck()
      var failures: [RDBError] = []
      for placed in scanned.events {
        do throws(RDBError) {
          try check.check(placed.event, in: span)
        } catch {
          failures.append(error)
        }
      }
      return failures
    }
  }

  @Test("the strings of AUX fields unpack")
  func aux() {
    let errors = failures {
      $0.aux("redis-ver", "8.0")
      $0.byte(250)
      $0.string("lua")
      $0.lzfString(packed: [0x20, 0xff], count: 2)
    }
    #expect(errors.map(\.reason) == [.badLZF])
  }

  @Test("a function library names itself")
  func functions() {
    let errors = failures {
      for code in ["#!lua name=mine\nreturn 1", "return 1", "#!lua\n"] {
        $0.byte(245)
        $0.string(code)
      }
    }
    #expect(errors.map(\.reason) == [.badFunction, .badFunction])
  }

  @Test("the fields of a template ascend by length and then by bytes")
  func templates() {
    func errors(_ fields: [String]) -> [RDBError.Reason] {
      failures {
        $0.byte(242)
        $0.length(1)
        $0.length(UInt64(fields.count))
        for field in fields { $0.string(field) }
      }.map(\.reason)
    }
    #expect(errors(["b", "c", "aa", "ab"]) == [])
    #expect(errors(["aa", "b"]) == [.badTemplate])
    #expect(errors(["b", "b"]) == [.badTemplate])
  }

  @Test("an id has one template")
  func templateTwice() {
    let errors = failures {
      for id in [0, 1, 0] {
        $0.byte(242)
        $0.length(UInt64(id))
        $0.length(1)
        $0.string("field \(id)")
      }
    }
    #expect(errors.map(\.reason) == [.badTemplate])
    #expect(errors.map(\.part) == [.redefined])
    #expect(errors.map(\.offset) == [9 + 2 * 11])
  }

  @Test("the strings of a module's data unpack")
  func modules() {
    let errors = failures {
      $0.byte(247)
      $0.length(1 << 20, as: .sixtyFour)
      $0.raw([2, 1, 5])
      $0.lzfString(packed: [0x20, 0xff], count: 2)
      $0.byte(0)
    }
    #expect(errors.map(\.reason) == [.badLZF])
  }
}
