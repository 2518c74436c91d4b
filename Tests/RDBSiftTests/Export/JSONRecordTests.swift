// Whole values as JSON: valid, exact, and what the server answered.

import Export
import Foundation
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("Values as JSON")
struct JSONRecordTests {
  private func list(
    _ file: [UInt8], isArray: Bool = false, _ shape: PoolShape = .alone,
    selecting selection: RestoreSelection = everyRecord
  ) throws -> Swept<ExportSummary> {
    let join: RecordOutput.Join = isArray ? RowFormat.json.join : .plain
    return try write(file, shape, join: join, selecting: selection) {
      JSONRecordWriter(ExportRequest(selection), isArray: isArray, file: 0)
    }
  }

  private func rows(_ bytes: [UInt8]) throws -> [JSONNode] {
    try bytes.split(separator: 0x0a).map { line in
      JSONNode(try JSONSerialization.jsonObject(with: Data(line)))
    }
  }

  @Test("are one valid object per key, and the same elements as one array")
  func valid() throws {
    var keys = 0
    for fixture in Fixtures.all {
      let file = try fixture.bytes()
      guard checkFailure(file) == nil else { continue }
      let lines = try list(file)
      #expect(lines.result.failure == nil, "\(fixture)")
      let objects = try rows(lines.bytes)
      let count = ScannedFile(scanning: file).records.count
      #expect(objects.count == count, "\(fixture)")
      #expect(objects.allSatisfy { $0.object?["value"] != nil && $0.object?.count == 14 })
      let array = Array("[".utf8) + (try list(file, isArray: true).bytes) + Array("]".utf8)
      let elements = try JSONSerialization.jsonObject(with: Data(array)) as? NSArray
      let same = objects.map { $0.object as NSDictionary? ?? [:] } as NSArray
      #expect(elements == same, "\(fixture)")
      keys += count
    }
    #expect(keys > 5000)
  }

  @Test("are what the server answered, to the byte")
  func truth() throws {
    var compared = 0
    for fixture in Fixtures.all {
      let file = try fixture.bytes()
      guard checkFailure(file) == nil, fixture.name != "synthetic/duplicate_key",
        let databases = try fixture.truth().databases
      else { continue }
      var found: [Int: [ByteString: (row: JSONNode, line: Data)]] = [:]
      for line in try list(file).bytes.split(separator: 0x0a) {
        let row = JSONNode(try JSONSerialization.jsonObject(with: Data(line)))
        let key = try #require(row.rowKey)
        found[row["db"].int ?? -1, default: [:]][ByteString(key)] = (row, Data(line))
      }
      for (database, keys) in databases {
        for key in keys {
          let (row, line) = try #require(found[database]?[ByteString(key.key)], "\(fixture)")
          #expect(row["expire_ms"].int.map { Int64($0) } == key.expiry, "\(fixture)")
          guard let elements = try elements(of: row, line, like: key.value) else { continue }
          compared += 1
          #expect(key.difference(from: elements) == nil, "\(fixture) \(ByteString(key.key))")
        }
      }
    }
    #expect(compared > 3000)
  }

  /// The elements that a row tells; nil for types whose shape other tests compare.
  private func elements(
    of row: JSONNode, _ line: Data, like truth: TruthValue
  ) throws -> [CollectedElement]? {
    let value = row["value"]
    switch truth {
    case .string: return [.item(value.bytes)]
    case .list, .set:
      return value.elements.map { element in
        guard element.isArray else { return .item(element.bytes) }
        return .expiringItem(element[0].bytes, element[1].int.map { Int64($0) })
      }
    case .hash:
      return value.elements.map { element in
        let (field, value) = (element[0].bytes, element[1].bytes)
        guard element.elements.count == 3 else { return .pair(field, value) }
        return .expiringPair(field, value, element[2].int.map { Int64($0) })
      }
    case .sortedSet:
      let scores = try JSONDecoder().decode(ScoreRow.self, from: line).value
      return zip(value.elements, scores).map { .member($0[0].bytes, $1.score.bitPattern) }
    default: return nil
    }
  }

  @Test("have expiries as they would be restored")
  func shift() throws {
    let shift = TimeShift(from: UnixMilliseconds(1_000), to: UnixMilliseconds(500_000))
    var file = RDBBuilder()
    file.expireMS(2_000)
    file.string(key: "soon", value: "v")
    file.string(key: "never", value: "v")
    let selection = RestoreSelection(shift: shift, now: UnixMilliseconds(500_000))
    let objects = try rows(try list(file.ended(), selecting: selection).bytes)
    #expect(objects.map { $0["expire_ms"].int } == [501_000, nil])
  }

  @Test("are the same bytes for any number of threads")
  func threads() throws {
    for fixture in Fixtures.all(upTo: 20_000) {
      let file = try fixture.bytes()
      guard checkFailure(file) == nil else { continue }
      for isArray in [false, true] {
        let alone = ByteString(try list(file, isArray: isArray).bytes)
        for shape in PoolShape.small {
          let together = try list(file, isArray: isArray, shape)
          #expect(ByteString(together.bytes) == alone, "\(fixture)")
        }
      }
    }
  }
}

/// The scores of a sorted set's row; `JSONSerialization` reads some numbers one bit off.
private struct ScoreRow: Decodable {
  struct Member: Decodable {
    let score: Double

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      _ = try container.superDecoder()
      if let number = try? container.decode(Double.self) {
        score = number
      } else {
        score = Double(try container.decode(String.self)) ?? .nan
      }
    }
  }

  let value: [Member]
}
