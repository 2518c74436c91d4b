import Foundation
import TestSupport
import Testing

@testable import RDBSiftCLI

@Suite("HTML documents")
struct PageTests {
  private func page(_ name: String = "<script>alert(1)</script>") -> ReportPage {
    ReportPage(
      title: name, verdict: name, numbers: [Field(title: "keys", .count(UInt64(1)))],
      parts: [
        PagePart(
          id: "prefixes", title: name,
          rows: [["prefix": .key(Array(name.utf8)).shown, "memory": .bytes(12).shown]],
          notes: [name],
          picture: .icicle(
            PageArea(
              name: .key(Array(name.utf8)), memory: 12, words: "12 B",
              children: [PageArea(name: .text("a:"), memory: 6, words: "6 B", children: [])])))
      ])
  }

  @Test("the policy names the digests of the style and the script")
  func policy() {
    #expect(base64(PageStyle.text) == PageStyle.digest)
    #expect(base64(PageScript.text) == PageScript.digest)
  }

  private func base64(_ text: String) -> String {
    let digits = Array(sha256(Array(text.utf8)).utf8)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
    return Data(bytes).base64EncodedString()
  }

  @Test("nothing from a file is markup")
  func escaped() {
    let text = PageRenderer().text(page())
    #expect(text.components(separatedBy: "<script>").count == 2)
    #expect(!text.contains("<script>alert"))
    #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(!PageRenderer().text(page("\" onload=\"x")).contains("\" onload=\""))
  }

  @Test("a document loads nothing and has no inline styles or handlers")
  func selfContained() {
    let text = PageRenderer().text(page("a:"))
    for forbidden in ["http://", "https://", "src=", " style=", " onclick=", "@import", "url("] {
      #expect(!text.contains(forbidden), "\(forbidden)")
    }
    #expect(text.contains("default-src 'none'"))
  }

  @Test("a document is complete without its script")
  func structure() {
    let text = PageRenderer().text(page("a:"))
    #expect(text.contains("<html lang=\"en\">"))
    #expect(text.contains("<th scope=\"col\""))
    #expect(text.contains("<th scope=\"row\">a:</th>"))
    #expect(text.contains("data-v=\"12\""))
    #expect(text.contains("aria-label=\"a:: 12 B\""))
    #expect(text.contains("<rect x=\"0\" y=\"30\" width=\"500\""))
  }

  @Test("a table has no more rows than fit a small page")
  func limited() {
    let rows: [Fields] = (0..<1000).map { ["n": .count(UInt64($0)).shown] }
    let page = ReportPage(
      title: "", verdict: "", numbers: [],
      parts: [PagePart(id: "n", title: "", rows: rows)])
    let text = PageRenderer().text(page)
    #expect(text.components(separatedBy: "<tr>").count == PageRenderer.rowLimit + 2)
    #expect(text.contains("700 rows more."))
  }

  @Test("Markdown escapes what would be markup")
  func markdown() {
    let text = MarkdownRenderer().text(page("a|b*c"))
    #expect(text.contains("| a\\|b\\*c | 12 B |"))
  }
}
