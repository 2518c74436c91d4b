// Sorted rows, from memory and from the temporary file, against a sort of all rows at once.

import Export
import Storage
import TestSupport
import Testing

@testable import RDB
@testable import RDBSift

@Suite("Sorted rows")
struct RowSorterTests {
  /// A row: its key, the size of its record and where it is.
  private struct Row: Equatable {
    var key: [UInt8]
    var expiry: Int64?
    var file: Int
    var offset: Int

    /// The row as it is printed, made unlike all others by its place.
    var text: [UInt8] { Array("\(file)/\(offset) ".utf8) + key + [0x0a] }

    var record: RDBRecord {
      RDBRecord(
        offset: offset, valueCount: 1, expiryMilliseconds: expiry ?? 0, elementCount: 1,
        keyStored: 1, keyCount: 1, evictionNumber: 0, attributeCount: 0, database: 0,
        slotNumber: 0xffff, type: RDBType(rawValue: 0), flags: expiry == nil ? [] : .expiry)
    }
  }

  private func rows(_ count: Int, _ random: inout SeededRandom) -> [Row] {
    let keys = (0..<20).map { _ in Array("user:common:".utf8) + random.bytes(random.below(4)) }
    return (0..<count).map { index in
      Row(
        key: random.below(2) == 0 ? random.bytes(random.below(12)) : keys[random.below(20)],
        expiry: random.below(4) == 0 ? nil : Int64(random.below(30)) - 15,
        file: index * 3 / max(count, 1), offset: index)
    }
  }

  /// What a sorter writes of rows that several runs collect in turn.
  private func sorted(
    _ rows: [Row], _ order: KeyOrder, top: UInt64?, memory: Int, separator: StaticString? = nil
  ) throws -> (bytes: [UInt8], count: UInt64) {
    let sorter = RowSorter(order, top: top, folder: "/tmp", memory: memory)
    for file in 0..<3 {
      var run = RowRun(order, top: sorter.top)
      for (index, row) in rows.enumerated() where row.file == file {
        row.key.withRawSpan { key in
          let rank = order.rank(of: row.record, key: key, memory: nil)
          guard run.admits(rank) else { return }
          let entry = RowEntry(
            rank: rank, file: file, offset: row.offset, key: ByteRange(offset: 0, count: 0))
          run.append(entry, key: key) { output in row.text.withRawSpan { output.append($0) } }
        }
        if index.isMultiple(of: 97) { sorter.add(&run) }
      }
      sorter.add(&run)
    }
    let collected = CollectedBytes()
    let output = RecordOutput { (bytes) throws(SystemError) in collected.append(bytes) }
    let count = try sorter.write(into: output, separator: separator)
    return (collected.bytes, count)
  }

  private func precedes(_ one: Row, _ other: Row, _ order: KeyOrder) -> Bool {
    let place = (one.file, one.offset) < (other.file, other.offset)
    if order.field == .key {
      guard one.key != other.key else { return place }
      return one.key.lexicographicallyPrecedes(other.key) != order.isDescending
    }
    guard let first = one.expiry else { return other.expiry == nil && place }
    guard let second = other.expiry else { return true }
    return first == second ? place : (first < second) != order.isDescending
  }

  @Test(
    "are those of a sort of all, whether they fit into memory or not",
    arguments: [KeyOrder.Field.expiry, .key], [false, true])
  func agrees(field: KeyOrder.Field, isDescending: Bool) throws {
    var random = SeededRandom(for: "sorted rows")
    let order = KeyOrder(field, isDescending: isDescending)
    let all = rows(3000, &random)
    let expected = all.sorted { precedes($0, $1, order) }
    for memory in [1 << 20, 4096] {
      for top: UInt64? in [nil, 1, 7, 1500, 10_000] {
        let found = try sorted(all, order, top: top, memory: memory)
        let first = expected.prefix(Int(clamping: top ?? .max))
        #expect(found.count == UInt64(first.count))
        #expect(ByteString(found.bytes) == ByteString(first.flatMap(\.text)))
      }
    }
  }

  @Test("of which only the first are wanted are not kept")
  func bounded() {
    let order = KeyOrder(.recordBytes)
    var run = RowRun(order, top: 3)
    var admitted = 0
    for index in 0..<100_000 {
      guard run.admits(Int64(index)) else { continue }
      admitted += 1
      let entry = RowEntry(
        rank: Int64(index), file: 0, offset: index, key: ByteRange(offset: 0, count: 0))
      run.append(entry, key: RawSpan()) { $0.append("row") }
    }
    #expect(admitted == 1024)
    var count = 0
    run.drain { count += $0.byteCount }
    #expect(count == 3 * (RowEntry.headerCount + 3))
  }

  @Test("are separated where the format needs it, and none are none")
  func separated() throws {
    let row = Row(key: [0x61], expiry: 1, file: 0, offset: 0)
    let order = KeyOrder(.expiry)
    let two = try sorted([row, row], order, top: nil, memory: 1 << 20, separator: ",")
    #expect(two.bytes == row.text + [0x2c] + row.text)
    #expect(try sorted([], order, top: 5, memory: 4096).count == 0)
  }
}
