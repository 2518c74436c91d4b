// What a walk learns of a value that depends on no server.

import RDB

/// The container of a value in memory.
enum Container: BitwiseCopyable {
  case string, blob, listpackEx, table, skiplist, quicklist, stream, unknown
}

/// Counts, lengths and sizes of one value.
struct ValueFacts {
  /// What the value is.
  var shape = ValueShape.string
  /// The container that the file's type means.
  var container = Container.unknown
  /// Whether the packed structures are those of Redis before 7.0.
  var isZiplist = false
  /// Whether the file has a set of integers.
  var isIntset = false
  /// Elements; fields and members count once.
  var count = 0
  /// Bytes of the longest element.
  var longest = 0
  /// Bytes of all elements.
  var elementBytes = 0
  /// Packed structures, or nodes of a list.
  var blobs = 0
  /// Bytes of a packed value.
  var blobBytes = 0
  /// Bytes that the elements take in a listpack, without its header and end.
  var packedBytes = 0
  /// Whether all elements are integers, and the widest of them in bytes.
  var isIntegers = true
  var integerWidth = 2
  /// Fields with an expiry.
  var expiring = 0
  /// Consumer groups of a stream.
  var groups = 0

  /// Bytes of a listpack of the elements.
  var listpackBytes: Int { packedBytes + 7 }

  /// Takes an entry into what a listpack of the elements would be.
  mutating func pack(number: Int64) {
    packedBytes += ValueFacts.packed(number)
    integerWidth = max(integerWidth, ValueFacts.width(number))
  }

  /// Takes a string that is no number.
  mutating func pack(length: Int) {
    packedBytes += ValueFacts.packed(length)
    isIntegers = false
  }

  /// Bytes of a number in a set of integers.
  private static func width(_ number: Int64) -> Int {
    Int16(exactly: number) != nil ? 2 : Int32(exactly: number) != nil ? 4 : 8
  }

  /// Bytes of a number in a listpack, with the byte behind it.
  static func packed(_ number: Int64) -> Int {
    switch number {
    case 0..<128: 2
    case -4096..<4096: 3
    case -32768..<32768: 4
    case -8_388_608..<8_388_608: 5
    default: Int32(exactly: number) != nil ? 6 : 10
    }
  }

  /// Bytes of a string in a listpack, with the bytes behind it.
  static func packed(_ length: Int) -> Int {
    let entry = length + (length < 64 ? 1 : length < 4096 ? 2 : 5)
    return entry
      + (entry < 128 ? 1 : entry < 16_383 ? 2 : entry < 2_097_151 ? 3 : entry < 268_435_455 ? 4 : 5)
  }
}
