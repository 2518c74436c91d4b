import TestSupport
import Testing

@testable import RDB

extension HashTemplates {
  /// Adds a template whose strings are these bytes.
  fileprivate mutating func add(
    _ id: UInt64, _ bytes: [UInt8], at offset: Int = 0
  ) throws(RDBError) {
    try bytes.withRawSpan { (span) throws(RDBError) in
      try add(id, fields: UInt64(span.byteCount), span, at: offset)
    }
  }
}

@Suite("hash templates")
struct HashTemplatesTests {
  @Test("each of many templates is found by its id")
  func many() throws {
    var templates = HashTemplates()
    for id in 0..<1000 { try templates.add(UInt64(id) &* 77, [UInt8(id % 251)]) }
    for id in 0..<1000 { #expect(templates[UInt64(id) &* 77]?.stored == [UInt8(id % 251)]) }
    #expect(templates[1] == nil)
  }

  @Test("the last of two templates with one id counts")
  func redefined() throws {
    var templates = HashTemplates()
    for id in 0..<10 as Range<UInt64> { try templates.add(id, [1]) }
    try templates.add(3, [2, 2])
    #expect(templates[3] == HashTemplates.Template(fields: 2, stored: [2, 2]))
    for id in 10..<30 as Range<UInt64> { try templates.add(id, [1]) }
    #expect(templates[3]?.stored == [2, 2])
    #expect(templates[4]?.stored == [1])
  }

  @Test("a copy keeps what it had")
  func copies() throws {
    var templates = HashTemplates()
    var copies: [HashTemplates] = []
    for id in 0..<40 as Range<UInt64> {
      copies.append(templates)
      try templates.add(id % 20, [UInt8(id)])
    }
    for (count, copy) in copies.enumerated() {
      #expect(copy[UInt64(count) % 20]?.stored == (count < 20 ? nil : [UInt8(count - 20)]))
      #expect(copy != templates)
    }
    #expect(copies[5] == copies[5])
  }

  @Test("templates beyond the limit are refused where they stand, and none of them is kept")
  func limit() throws {
    var templates = HashTemplates()
    let large = [UInt8](repeating: 0, count: HashTemplates.limit / 2)
    try templates.add(1, large)
    let error = failure { () throws(RDBError) in try templates.add(2, large, at: 9) }
    #expect(error?.reason == .limitExceeded && error?.offset == 9)
    #expect(templates[1]?.stored.count == large.count && templates[2] == nil)
    try templates.add(3, [1])
    #expect(templates[3] != nil)
  }
}
