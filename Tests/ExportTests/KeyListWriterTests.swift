// Rows are read back with decoders that know the formats and not the writer.

import Foundation
import TestSupport
import Testing

@testable import Export
@testable import RDB

@Suite("KeyListWriter")
struct KeyListWriterTests {
  private static let names = [
    "db", "key", "type", "encoding", "rdb_type", "elements", "record_bytes", "offset", "expire_ms",
    "idle", "freq", "slot",
  ]

  /// A record of a key at the start of the bytes, and what its row must say beside the key.
  private struct Sample {
    var record: RDBRecord
    var columns: [String]
  }

  private func sample(_ random: inout SeededRandom) -> Sample {
    let expiry = Int64(bitPattern: random.next())
    let (hasExpiry, hasElements) = (random.below(2) == 0, random.below(2) == 0)
    let eviction = random.below(3)
    let number = UInt32(random.below(200))
    let slot = random.below(2) == 0 ? 0xffff : random.below(16384)
    var flags: RDBRecord.Flags = hasExpiry ? [.expiry] : []
    if eviction == 1 { flags.insert(.idle) }
    if eviction == 2 { flags.insert(.frequency) }
    let elements = random.next() >> UInt64(1 + random.below(63))
    let database = UInt32(random.below(20))
    let record = RDBRecord(
      offset: 1000, valueCount: 500, expiryMilliseconds: expiry,
      elementCount: hasElements ? elements : .max, keyStored: 9, keyCount: 8,
      evictionNumber: number, attributeCount: 10, database: database, slotNumber: UInt16(slot),
      type: RDBType(rawValue: 16), flags: flags)
    return Sample(
      record: record,
      columns: [
        "hash", "listpack", "16", hasElements ? String(elements) : "", "520", "990",
        hasExpiry ? String(expiry) : "", eviction == 1 ? String(number) : "",
        eviction == 2 ? String(number) : "", slot == 0xffff ? "" : String(slot),
      ])
  }

  /// Keys that a format may stumble over, and random ones.
  private func keys(_ random: inout SeededRandom) -> [[UInt8]] {
    let odd = [
      "", "a", "a,b", "a\"b", "\"", "a\tb", "a\nb", "a\r\nb", "\\", "\\n", "\\x41", "é", "日本", "😀",
      "\u{7f}", "\u{85}", "\u{2028}", "\u{202e}x", "x\u{feff}", " ", "null", "-1",
      "{\"b64\":\"YQ==\"}",
    ].map { Array($0.utf8) }
    let bytes: [[UInt8]] = [[0], [0xff], [0xc3], [0xed, 0xa0, 0x80], [0x61, 0x00, 0x62]]
    let any = (0..<600).map { _ in random.bytes(random.below(40)) }
    let texts = (0..<600).map { _ in random.bytes(random.below(40), below: 128) }
    return odd + bytes + any + texts
  }

  /// A whole listing of keys, and the samples that belong to them.
  private func listing(
    _ format: RowFormat, _ keys: [[UInt8]], _ random: inout SeededRandom
  ) -> (bytes: [UInt8], samples: [Sample]) {
    var writer = KeyListWriter(format)
    var samples: [Sample] = []
    let bytes = written { buffer in
      writer.begin(&buffer)
      for (index, key) in keys.enumerated() {
        let sample = sample(&random)
        samples.append(sample)
        if format == .json, index > 0 { buffer.append(",\n") }
        key.withRawSpan { span in
          writer.append(
            sample.record, key: key.whole, in: span, module: nil, dialect: .redis, to: &buffer)
        }
      }
      writer.end(&buffer, isEmpty: keys.isEmpty)
    }
    return (bytes, samples)
  }

  @Test("a row of tab-separated values is printable UTF-8 and holds the exact key")
  func tsv() throws {
    var random = SeededRandom(for: "tsv")
    let keys = keys(&random)
    let (bytes, samples) = listing(.tsv, keys, &random)
    let text = try #require(String(validating: bytes, as: UTF8.self))
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" && $0 != "\n" })
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == keys.count + 2 && lines.last?.isEmpty == true)
    let rows = lines.map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
    }
    #expect(rows[0] == KeyListWriterTests.names)
    for (index, key) in keys.enumerated() {
      let row = rows[index + 1]
      #expect(row.count == 12 && row[0] == String(samples[index].record.database))
      #expect(unescaped(row[1]) == key)
      #expect(Array(row.dropFirst(2)) == samples[index].columns)
    }
  }

  private func unescaped(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\\"): bytes.append(byte)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "x"):
        guard let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
          return nil
        }
        bytes.append(code)
        rest = rest.dropFirst(2)
      default: return nil
      }
    }
    return bytes
  }

  @Test("a row of comma-separated values holds the exact key, in one of two columns")
  func csv() throws {
    var random = SeededRandom(for: "csv")
    let keys = keys(&random)
    let (bytes, samples) = listing(.csv, keys, &random)
    #expect(String(validating: bytes, as: UTF8.self) != nil)
    let rows = csvRows(bytes)
    #expect(rows.count == keys.count + 1)
    let header = rows[0].map { String(decoding: $0, as: UTF8.self) }
    #expect(header == ["db", "key", "key_b64"] + KeyListWriterTests.names.dropFirst(2))
    for (index, key) in keys.enumerated() {
      let row = rows[index + 1]
      let isText = String(validating: key, as: UTF8.self) != nil
      #expect(row.count == 13)
      #expect(isText ? row[1] == key && row[2].isEmpty : row[1].isEmpty)
      if !isText {
        #expect(Data(base64Encoded: Data(row[2])).map { [UInt8]($0) } == key)
      }
      let columns = row.dropFirst(3).map { String(decoding: $0, as: UTF8.self) }
      #expect(columns == samples[index].columns)
    }
  }

  /// Rows and fields as RFC 4180 has them, with lines that end in a line feed.
  private func csvRows(_ bytes: [UInt8]) -> [[[UInt8]]] {
    var rows: [[[UInt8]]] = []
    var row: [[UInt8]] = []
    var field: [UInt8] = []
    var isQuoted = false
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      if isQuoted {
        if byte != 0x22 {
          field.append(byte)
        } else if rest.first == 0x22 {
          field.append(0x22)
          rest = rest.dropFirst()
        } else {
          isQuoted = false
        }
      } else if byte == 0x22 {
        isQuoted = true
      } else if byte == 0x2c || byte == 0x0a {
        row.append(field)
        field = []
        if byte == 0x0a {
          rows.append(row)
          row = []
        }
      } else {
        field.append(byte)
      }
    }
    #expect(row.isEmpty && field.isEmpty && !isQuoted, "the last line has no end")
    return rows
  }

  @Test("each line of newline-delimited JSON is an object with the exact key")
  func ndjson() throws {
    var random = SeededRandom(for: "ndjson")
    let keys = keys(&random)
    let (bytes, samples) = listing(.ndjson, keys, &random)
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    #expect(lines.count == keys.count + 1 && lines.last?.isEmpty == true)
    for (index, key) in keys.enumerated() {
      let object = try JSONSerialization.jsonObject(with: Data(lines[index]))
      try expect(object, key, samples[index])
    }
  }

  @Test("a JSON listing is one array of such objects")
  func json() throws {
    var random = SeededRandom(for: "json")
    let keys = keys(&random)
    let (bytes, samples) = listing(.json, keys, &random)
    let all = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [Any])
    #expect(all.count == keys.count)
    for (index, key) in keys.enumerated() { try expect(all[index], key, samples[index]) }
    let none = listing(.json, [], &random).bytes
    #expect((try JSONSerialization.jsonObject(with: Data(none)) as? [Any])?.isEmpty == true)
  }

  private func expect(_ any: Any, _ key: [UInt8], _ sample: Sample) throws {
    let object = JSONNode(any)
    #expect(object.object?.count == 13)
    #expect(object["db"].int == Int(sample.record.database))
    #expect(object.rowKey == key)
    #expect(object["type"].text == "hash" && object["encoding"].text == "listpack")
    let columns = [
      "rdb_type", "elements", "record_bytes", "offset", "expire_ms", "idle", "freq", "slot",
    ]
    for (name, column) in zip(columns, sample.columns.dropFirst(2)) {
      let number = object.object?[name] as? NSNumber
      #expect((number.map { "\($0)" } ?? "") == column)
    }
  }

  @Test(
    "a run of rows is the bytes of its rows one by one",
    arguments: [RowFormat.tsv, .csv, .ndjson, .json])
  func runs(_ format: RowFormat) throws {
    var random = SeededRandom(for: "runs of rows")
    var file: [UInt8] = []
    var records: [RDBRecord] = []
    for key in keys(&random) {
      let record = sample(&random).record
      // The record's own offsets are as they are told; only the key's place is this file's.
      let isNear = random.below(2) == 0
      var placed = record
      placed.keyStored = UInt32(key.count)
      placed.keyCount = UInt32(key.count)
      placed.offset = file.count
      placed.attributeCount = 0
      placed.type = RDBType(rawValue: isNear ? 0 : 16)
      placed.database = UInt32(random.below(40) / 39)
      records.append(placed)
      file += [0] + key
    }
    file += [UInt8](repeating: 0, count: 64)
    let actions = records.map { _ in
      random.below(4) == 0 ? RecordAction.leftOut : RecordAction.written(until: nil)
    }
    let (fast, slow) = file.withRawSpan { bytes in
      (
        written { runs(format, records, actions, bytes, taking: true, &$0) },
        written { runs(format, records, actions, bytes, taking: false, &$0) }
      )
    }
    #expect(ByteString(fast) == ByteString(slow))
  }

  private func runs(
    _ format: RowFormat, _ records: [RDBRecord], _ actions: [RecordAction], _ bytes: RawSpan,
    taking takesRuns: Bool, _ output: inout OutputBuffer
  ) {
    var writer = KeyListWriter(format)
    var index = 0
    while index < records.count {
      if takesRuns {
        index =
          writer.appendRun(
            records.span, actions: actions.span, from: index, in: bytes, dialect: .redis,
            to: &output
          ).next
        guard index < records.count else { return }
      }
      if actions[index].isWritten, let key = records[index].rawKey {
        writer.append(
          records[index], key: key, in: bytes, module: nil, dialect: .redis, to: &output)
      }
      index += 1
    }
  }
}
