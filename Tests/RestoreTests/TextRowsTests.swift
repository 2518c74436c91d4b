import Testing

@testable import Restore

@Suite("Rows in text files")
struct TextRowsTests {
  /// The columns `n` and `key` of all rows; `-` is no value.
  private func read(_ text: String) throws -> [String] {
    var rows: [String] = []
    try TextRows.read(Array(text.utf8), plain: "n") { row in
      let key = row["key"].map { String(decoding: $0, as: UTF8.self) } ?? "-"
      rows.append(
        "\(row.line):\(row["n"].map { String(decoding: $0, as: UTF8.self) } ?? "-"):\(key)")
    }
    return rows
  }

  @Test(
    "CSV, TSV, NDJSON and plain values are read",
    arguments: [
      ("n,key\n1,a\n2,\n", ["2:1:a", "3:2:"]),
      (
        "key,x,n\r\n\"a,\"\"b\"\"\",,7\r\n\"c\nd\",\"\",8\r\n\"\",,9",
        ["2:7:a,\"b\"", "3:8:c\nd", "5:9:"]
      ),
      ("\"n\",\"key\"\n\"5\",\"\"\n", ["2:5:"]),
      ("n\tkey\n1\ta\\tb\n2\t\"c\n", ["2:1:a\tb", "3:2:\"c"]),
      ("{\"n\":1,\"key\":\"a\\u0041\"}\n\n{\"key\":null,\"n\":2}\n", ["1:1:aA", "3:2:-"]),
      ("12\n7\r\n\n8", ["1:12:-", "2:7:-", "4:8:-"]), ("n\n5\n", ["2:5:-"]), ("", []), ("\n\n", []),
      ("n,key\n", []),
    ])
  func rows(text: String, expected: [String]) throws {
    #expect(try read(text) == expected)
  }

  @Test(
    "what is wrong is told with its line",
    arguments: [
      ("a,key\n1,a\n", 1), ("n,key\n1\n", 2), ("n,key\n1,\"a\n", 2), ("n,key\n\"1\"2,a\n", 2),
      ("n\tkey\n1\t\\q\n", 2), ("{\"n\":1}\n{\"n\":[1]}\n", 2), ("[{\"n\":1}]\n", 1),
      ("1\n2,3\n", 2),
      ("x", 1),
    ])
  func wrong(text: String, line: Int) throws {
    let error = #expect(throws: TextRowsError.self) { try read(text) }
    #expect(error?.line == line)
  }

  @Test("numbers are digits that fit")
  func numbers() throws {
    func number(_ text: String) throws -> Int? {
      var found: Int?
      try TextRows.read(Array("n,m\n0,\(text)\n".utf8), plain: "n") { row throws(TextRowsError) in
        found = try row.number("m")
      }
      return found
    }
    #expect(try number("9223372036854775807") == .max)
    #expect(try number("") == nil)
    for text in ["-1", "+1", "1.0", "9223372036854775808", " 1", "0x1"] {
      #expect(throws: TextRowsError.self) { try number(text) }
    }
  }

  @Test("base64 is read with and without padding, and nothing else is")
  func base64() {
    for (text, expected) in [
      ("", []), ("AA==", [0]), ("AA", [0]), ("//79", [255, 254, 253]), ("AAE=", [0, 1]),
    ] as [(String, [UInt8])] {
      #expect(Base64Text.bytes(Array(text.utf8)) == expected)
    }
    for text in ["A", "A===", "AA=", "A-==", "AA==AA", "A=A=", "====", "AAAA="] {
      #expect(Base64Text.bytes(Array(text.utf8)) == nil, "\(text)")
    }
  }
}
