import RDB
import TestSupport
import Testing

/// Engine and name as a library's source tells them.
private func names(_ source: [UInt8]) -> [String]? {
  source.withRawSpan { span in
    FunctionLibrary(source: span).map { library in
      [library.engine, library.name].map {
        String(decoding: [UInt8](copying: span.extracting($0.range)), as: UTF8.self)
      }
    }
  }
}

@Suite("function libraries")
struct FunctionLibraryTests {
  @Test(
    "engine and name stand in the first line",
    arguments: [
      ("#!lua name=mylib\nredis.register_function()", ["lua", "mylib"]),
      ("#!LUA name=a\n", ["LUA", "a"]),
      ("#!lua \t name=a  \r\nname=b", ["lua", "a"]),
      ("#!js name=A_9\n", ["js", "A_9"]),
    ])
  func found(_ source: String, _ expected: [String]) {
    #expect(names(Array(source.utf8)) == expected)
  }

  @Test(
    "a first line that servers do not write has no names",
    arguments: [
      "", "#", "#!", "#!lua", "#!lua\nname=a", "#! lua name=a", "lua name=a", "#!lua name=",
      "#!lua nome=a", "#!lua name=a name=b", "#!\nlua name=a",
      "#!lua name=no_newline", "#!lua name=a.b\n", "#!lua name=\u{e9}\n",
    ])
  func missing(_ source: String) {
    #expect(names(Array(source.utf8)) == nil)
  }

  @Test("the libraries of all fixtures have the names that FUNCTION LIST told")
  func fixtures() throws {
    var seen = 0
    for fixture in Fixtures.all + Fixtures.shared where fixture.name.contains("functions") {
      let bytes = try fixture.bytes()
      let file = ScannedFile(scanning: bytes)
      var found: Set<[String]> = []
      try bytes.withRawSpan { (span) throws(RDBError) in
        for case .function(let source) in file.events.map(\.event) {
          let text = try spell(source, in: span)
          if let names = names(text) { found.insert(names) }
        }
      }
      let truth = try JSONNode(file: fixture.truthPath)["functions"].elements.map(\.members)
      let told = truth.compactMap { members -> [String]? in
        guard let engine = members["engine"]?.text, let name = members["library_name"]?.text
        else { return nil }
        return [engine.lowercased(), name]
      }
      guard
        !file.events.contains(where: { if case .functionPreGA = $0.event { true } else { false } })
      else { continue }
      #expect(Set(found.map { [$0[0].lowercased(), $0[1]] }) == Set(told), "\(fixture)")
      seen += found.count
    }
    #expect(seen > 10)
  }
}
