import Restore
import Testing

@Suite("Doubts about patterns") struct LintTests {
  private func doubts(
    _ texts: [String], _ mode: MatchMode = .full
  ) -> [FilterKeyWarning] {
    FilterKeyWarning.warnings(about: texts.map { KeyPattern($0, mode) })
  }

  private func reasons(
    _ text: String, _ mode: MatchMode = .full
  ) -> [FilterKeyWarning.Reason] {
    doubts([text], mode).map(\.reason)
  }

  @Test("a dot in a name that is otherwise text is doubtful, where it is any byte")
  func dots() {
    #expect(reasons("report.2026") == [.unescapedDot])
    #expect(reasons("report.2026", .search) == [.unescapedDot])
    #expect(reasons(#"report\.2026"#).isEmpty)
    #expect(reasons("report.2026", .literal).isEmpty)
    #expect(reasons("report.*").isEmpty)
    #expect(reasons("report.[0-9]+").isEmpty)
    #expect(reasons("...").isEmpty)
  }

  @Test("spaces and quotes at the ends are part of a pattern, which is doubtful")
  func padding() {
    for text in [" a", "a ", "\ta", "'user:1'", "\"a\"", "`a`"] {
      #expect(reasons(text) == [.padded], "\(text)")
      #expect(reasons(text, .literal) == [.padded])
    }
    for text in ["a b", "'", "'a", "it's", "a'b'"] { #expect(reasons(text).isEmpty, "\(text)") }
  }

  @Test("anchors at the ends of a whole key say nothing")
  func anchors() {
    #expect(reasons("^a") == [.redundantAnchor])
    #expect(reasons("a$") == [.redundantAnchor])
    #expect(reasons(#"a\$"#).isEmpty)
    #expect(reasons(#"a\\$"#) == [.redundantAnchor])
    #expect(reasons("^a$", .search).isEmpty)
  }

  @Test("a pattern all of whose keys another selects is shadowed")
  func shadows() {
    func shadowed(_ texts: [String], _ mode: MatchMode = .full) -> [[Int?]] {
      doubts(texts, mode).filter { $0.reason == .shadowed }.map { [$0.index, $0.other] }
    }
    #expect(shadowed(["user:.*", "user:1"]) == [[1, 0]])
    #expect(shadowed(["user:1", "user:.*"]) == [[0, 1]])
    #expect(shadowed(["a", "b", "a"]) == [[2, 0]])
    #expect(shadowed(["user:1", "user:10"]).isEmpty)
    #expect(shadowed(["user:1", "user:10"], .search) == [[1, 0]])
    #expect(shadowed(["*1", "*21", "a*"], .glob) == [[1, 0]])
    #expect(shadowed(["[0-9]+", "[0-9]+"]) == [[1, 0]])
  }

  @Test("what is said to be shadowed never selects a key that the other does not")
  func soundness() throws {
    let pieces = ["a", "b", "ab", "ba", "\n"]
    let forms: [(String, MatchMode)] = [
      ("%", .full), ("%.*", .full), (".*%", .full), (".*%.*", .full), ("%", .search),
      ("^%", .search), ("%$", .search), ("%*", .glob), ("*%", .glob), ("*%*", .glob),
      ("%", .literal),
    ]
    let patterns = forms.flatMap { form, mode in
      pieces.map { KeyPattern(form.replacing("%", with: $0), mode) }
    }
    let keys = pieces + pieces.flatMap { one in pieces.map { one + $0 } } + ["", "bab", "a\nab"]
    var pairs = 0
    for one in patterns {
      for two in patterns {
        let told = FilterKeyWarning.warnings(about: [one, two]).contains {
          $0.reason == .shadowed && $0.index == 1
        }
        guard told else { continue }
        pairs += 1
        for key in keys where try firstMatch([two], Array(key.utf8)) != nil {
          #expect(try firstMatch([one], Array(key.utf8)) != nil, "\(one) \(two) \(key)")
        }
      }
    }
    #expect(pairs > 200)
  }

  @Test("the literal beginning of a pattern is what its keys begin with")
  func starts() {
    func start(_ text: String, _ mode: MatchMode) -> String {
      String(decoding: KeyPattern(text, mode).literalPrefix, as: UTF8.self)
    }
    #expect(start("session:.*", .full) == "session:")
    #expect(start("session:*", .full) == "session")
    #expect(start("session:*", .glob) == "session:")
    #expect(start(#"a\*b?"#, .glob) == "a*b")
    #expect(start("a.b", .literal) == "a.b")
    #expect(start("a|b", .full) == "")
  }
}
