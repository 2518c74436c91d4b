// New names of keys: templates, groups, the first rule that describes a key.

import RDB
import Restore
import TestSupport
import Testing

@Suite("Names of keys")
struct NamingTests {
  private func names(
    _ rules: [String], prefix: String = "", _ keys: [String]
  ) throws -> [String] {
    let rules = try rules.enumerated().map {
      try RenameRule(Array($0.element.utf8), index: $0.offset)
    }
    var namer = KeyNamer(try KeyNaming(rules, prefix: Array(prefix.utf8)))
    return try keys.map {
      try Array($0.utf8).withRawSpan { (key) throws(KeyMatchError) in try namer.rename(key) }
      return String(decoding: namer.name, as: UTF8.self)
    }
  }

  @Test("groups of the expression stand in the template")
  func groups() throws {
    #expect(try names(["user:(\\d+)=account:{$1}"], ["user:42"]) == ["account:{42}"])
    #expect(try names(["(a)(b)(c)=$3$2$1-$0"], ["abc"]) == ["cba-abc"])
    #expect(try names(["(.)=${1}0$$$1"], ["x"]) == ["x0$x"])
    let many = String(repeating: "(.)", count: 11)
    #expect(try names(["\(many)=${11}${10}$1"], ["abcdefghijk"]) == ["kja"])
  }

  @Test("a group that took no part stands for nothing")
  func absentGroups() throws {
    #expect(try names(["(a)|(b)=<$1$2>"], ["a", "b"]) == ["<a>", "<b>"])
    #expect(
      try names(["a(x)?(y)?=[$1$2]"], ["a", "ax", "ay", "axy"]) == ["[]", "[x]", "[y]", "[xy]"])
  }

  @Test("the first rule that describes the whole key wins, and others keep their names")
  func order() throws {
    let rules = ["a.*=first:$0", "ab=second", "b=third"]
    #expect(
      try names(rules, ["ab", "b", "cab", "abc"]) == ["first:ab", "third", "cab", "first:abc"])
  }

  @Test("the prefix stands before every name, renamed or not")
  func prefix() throws {
    #expect(try names(["a=b"], prefix: "new:", ["a", "c", ""]) == ["new:b", "new:c", "new:"])
  }

  @Test(
    "an expression ends at the first = that is its own neither by backslash nor in a look-around")
  func separator() throws {
    #expect(try names(["a\\=b=c=d"], ["a=b"]) == ["c=d"])
    #expect(try names(["(?=ab)a(.)=$1"], ["ab"]) == ["b"])
    #expect(try names(["ab(?<=ab)c=x"], ["abc"]) == ["x"])
    #expect(try names(["a="], ["a"]) == [""])
  }

  @Test("names are bytes, whatever they are")
  func bytes() throws {
    let key: [UInt8] = [0xff, 0x00, 0x0a, 0xc3]
    var namer = KeyNamer(try KeyNaming([try RenameRule(Array("(\\xff)([\\s\\S]*)=$2$1".utf8))]))
    try key.withRawSpan { (span) throws(KeyMatchError) in try namer.rename(span) }
    #expect(namer.name == [0x00, 0x0a, 0xc3, 0xff])
  }

  @Test(
    "a rule that means nothing is refused, and its place is told",
    arguments: [
      ("user", RenameError.Reason.noTemplate, 0), ("=x", .emptyPattern, 0),
      ("a=$", .badReference, 0), ("a=b$x", .badReference, 1), ("a=${12", .badReference, 0),
      ("a=$1", .noGroup(1, has: 0), 0), ("(a)=${2}", .noGroup(2, has: 1), 0),
      ("(a=b", .syntax(code: 114, message: "missing closing parenthesis"), 2),
    ])
  func misuse(text: String, reason: RenameError.Reason, offset: Int) {
    do throws(RenameError) {
      _ = try KeyNaming([try RenameRule(Array(text.utf8))])
      Issue.record("\(text) was taken")
    } catch {
      #expect(error.reason == reason && error.offset == offset)
    }
  }

  @Test("a rule that gives up on a key says so and makes no name of it")
  func limits() throws {
    let rules = [try RenameRule(Array("b=c".utf8)), try RenameRule(Array("(a+)+[bc]=c".utf8))]
    var limits = MatchLimits()
    limits.steps = 100
    limits.usesJIT = false
    var namer = KeyNamer(try KeyNaming(rules, limits: limits))
    let error = Array(String(repeating: "a", count: 40).utf8).withRawSpan { key in
      do throws(KeyMatchError) {
        try namer.rename(key)
        return nil as KeyMatchError?
      } catch {
        return error
      }
    }
    #expect(error?.renames == true && error?.pattern == 1 && error?.reason == .stepLimit)
  }
}
