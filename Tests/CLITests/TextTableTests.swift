import Testing

@testable import RDBSiftCLI

@Suite("TextTable")
struct TextTableTests {
  @Test("columns are as wide as their widest cell, numbers stand to the right")
  func alignment() {
    var table = TextTable([.left("type"), .right("keys"), .left("note")])
    table.add(["string", "1,234", "a"])
    table.add(["zset", "7"])
    #expect(
      table.text() == """
        type     keys  note
        string  1,234  a
        zset        7

        """)
  }

  @Test("without titles there is no line for them")
  func untitled() {
    var table = TextTable([.left(""), .right("")])
    table.add(["a", "1"])
    #expect(table.text() == "a  1\n")
  }

  @Test("wide and combining characters do not move the columns")
  func wide() {
    var table = TextTable([.left("k"), .left("v")])
    table.add(["日本", "x"])
    table.add(["e\u{301}", "y"])
    #expect(table.text() == "k     v\n日本  x\ne\u{301}     y\n")
  }

  @Test("in a narrow window the widest column that may shrink gives way first")
  func narrow() {
    var table = TextTable([
      .left("key", mayShrink: true), .right("bytes"), .left("value", mayShrink: true),
    ])
    table.add([String(repeating: "k", count: 30), "12", String(repeating: "v", count: 20)])
    let lines = table.text(width: 40).split(separator: "\n")
    #expect(lines[1] == "kkkkkkkkkkkkkk…     12  vvvvvvvvvvvvvvv…")
    #expect(DisplayWidth.of(String(lines[1])) == 40)
  }

  @Test("a column is not cut to nothing, even where the window is too narrow")
  func tooNarrow() {
    var table = TextTable([.left("key", mayShrink: true), .left("fixed")])
    table.add(["kkkkkkkkkkkkkkkkkkkk", "fixed-text-that-stays"])
    #expect(table.text(width: 10).hasSuffix("kkkkkkk…  fixed-text-that-stays\n"))
  }

  @Test("the line of titles can be styled and nothing else is")
  func styled() {
    var table = TextTable([.left("a")])
    table.add(["b"])
    #expect(table.text { "<\($0)>" } == "<a>\nb\n")
  }
}
