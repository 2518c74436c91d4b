// What the workers pass on about a key: a row of fixed size and the key. Workers measure keys in any order;
// the rows are counted in file order, so that no count depends on the number of threads.

import Export
import Memory
import RDB

/// The facts about one key.
struct StatisticsRow: BitwiseCopyable {
  /// Bytes of a row without its key.
  static let byteCount = 72

  var keyCount = 0
  var shape: UInt8 = 0
  var encoding: UInt8 = 0
  var certainty = MemoryCertainty.exact
  var flags = RDBRecord.Flags()
  var database: UInt32 = 0
  var evictionNumber: UInt32 = 0
  var memory = 0
  var otherMemory = 0
  var elements = 0
  var longest = 0
  var elementBytes = 0
  var expiry: Int64 = 0
  var stored = 0

  init() {}

  /// Reads a row.
  @inline(__always)
  init(_ bytes: RawSpan, at start: Int) {
    let head = UInt64(bitPattern: bytes.number(at: start))
    keyCount = Int(head & 0xffff_ffff)
    shape = UInt8(truncatingIfNeeded: head >> 32)
    encoding = UInt8(truncatingIfNeeded: head >> 40)
    certainty = MemoryCertainty(rawValue: UInt8(truncatingIfNeeded: head >> 48)) ?? .unknown
    flags = RDBRecord.Flags(rawValue: UInt8(truncatingIfNeeded: head >> 56))
    let second = UInt64(bitPattern: bytes.number(at: start + 8))
    database = UInt32(truncatingIfNeeded: second)
    evictionNumber = UInt32(truncatingIfNeeded: second >> 32)
    memory = Int(bytes.number(at: start + 16))
    otherMemory = Int(bytes.number(at: start + 24))
    elements = Int(bytes.number(at: start + 32))
    longest = Int(bytes.number(at: start + 40))
    elementBytes = Int(bytes.number(at: start + 48))
    expiry = bytes.number(at: start + 56)
    stored = Int(bytes.number(at: start + 64))
  }

  /// Writes the row; the key follows.
  func append(to output: inout OutputBuffer) {
    let head =
      UInt64(keyCount) | UInt64(shape) << 32 | UInt64(encoding) << 40
      | UInt64(certainty.rawValue) << 48 | UInt64(flags.rawValue) << 56
    let second = UInt64(database) | UInt64(evictionNumber) << 32
    let numbers: InlineArray<9, Int64> = [
      Int64(bitPattern: head), Int64(bitPattern: second), Int64(memory), Int64(otherMemory),
      Int64(elements), Int64(longest), Int64(elementBytes), expiry, Int64(stored),
    ]
    output.append(littleEndian: numbers.span)
  }

  var hasExpiry: Bool { flags.contains(.expiry) }
  var valueShape: ValueShape? { ValueShape(rawValue: shape) }
  var valueEncoding: ValueEncoding { ValueEncoding(rawValue: encoding) ?? .opaque }
}
