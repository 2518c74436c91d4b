// One value.
//
//   0   the type byte
//   1   the dialect: 0 Redis, 1 Valkey, 2 Dragonfly, modulo 3
//   2   where the record is cut, in 256ths of it
//   3…  the value

import RDB

/// Scans a file of one record, and walks the value it finds.
public func fuzzValues(_ bytes: RawSpan) {
  var input = FuzzInput()
  let type = input.option(bytes)
  let dialect = input.option(bytes) % 3
  let cut = Int(input.option(bytes))
  // Other bytes are opcodes, which FuzzScan sees.
  guard type < 100 else { return }
  let front = fileFront(dialect) + [type, 1, 0x6b]
  let value = bytes.extracting(input.payload(bytes)).fuzzBytes
  withExactCopy(of: front + value) { file in
    let (record, context): (RDBRecord, ValueContext)
    do throws(RDBError) {
      (record, context) = try firstRecord(of: file)
    } catch {
      return expectPlace(of: error, in: (front.count - 3)...file.byteCount)
    }
    precondition(record.valueOffset == front.count, "a key's extent is wrong")
    _ = checkValue(of: record, in: file, context)
    expectTruncated(file, at: record.offset + cut * (record.end - record.offset) / 256)
  }
}

/// A file up to its first record's type.
private func fileFront(_ dialect: UInt8) -> [UInt8] {
  switch dialect {
  case 0: Array("REDIS0012".utf8)
  case 1: Array("VALKEY080".utf8)
  default: Array("REDIS0011".utf8) + [0xfa, 6] + Array("df-ver".utf8) + [1, 0x31]
  }
}

/// Traps unless a record that is cut is too short, and nothing else is wrong with it.
private func expectTruncated(_ file: RawSpan, at end: Int) {
  withExactCopy(of: file.extracting(0..<end).fuzzBytes) { file in
    do throws(RDBError) {
      _ = try firstRecord(of: file)
      preconditionFailure("a record that is cut is read")
    } catch {
      precondition(error.reason == .truncated, "a sound record that is cut is called broken")
    }
  }
}
