// The writer of RDB files: bytes collect in a buffer and are summed before they leave it, so that a file
// of any size needs no more memory than one value.

private import RDB

/// What is known about a corpus without reading it.
public struct CorpusFacts: Hashable, Sendable {
  /// Records.
  public var keys = 0
  /// Records with a deadline.
  public var expiring = 0
  /// Elements of all values; pairs and members count once, a string is one.
  ///
  /// Streams have none here.
  public var elements = 0
  /// Streams.
  public var streams = 0
  /// Bytes of the file.
  public var bytes = 0

  /// Makes facts about nothing.
  public init() {}
}

/// Writes one file.
struct CorpusWriter: ~Copyable {
  private(set) var facts = CorpusFacts()
  private var file: CorpusFile
  private var checksum: UInt64 = 0
  private var compressor = LZFCompressor()

  /// Creates a file and writes its header and what servers say first.
  init(path: String, version: Int = 10) throws(CorpusError) {
    file = try CorpusFile(path: path)
    file.buffer.append("REDIS")
    file.buffer.append(decimal: version, width: 4)
    aux("redis-ver", "7.0.15")
    aux("redis-bits", "64")
    aux("aof-base", "0")
  }

  private mutating func aux(_ name: String, _ value: String) {
    file.buffer.append(0xfa)
    raw(Array(name.utf8))
    string(Array(value.utf8))
  }

  /// SELECTDB and RESIZEDB; both counts are hints.
  mutating func select(_ database: Int, keys: Int, expiring: Int) {
    file.buffer.append(0xfe)
    length(database)
    file.buffer.append(0xfb)
    length(keys)
    length(expiring)
  }

  /// A deadline if there is one, the type byte and the key.
  ///
  /// The value follows.
  mutating func record(_ type: UInt8, _ key: [UInt8], deadline: Int64? = nil, elements: Int) {
    if file.isLarge { flush() }
    if let deadline {
      file.buffer.append(0xfc)
      file.buffer.append(littleEndian: deadline, bytes: 8)
      facts.expiring += 1
    }
    file.buffer.append(type)
    raw(key)
    facts.keys += 1
    facts.elements += elements
  }

  /// A stream's type byte and key.
  mutating func streamRecord(_ key: [UInt8]) {
    record(19, key, elements: 0)
    facts.streams += 1
  }

  mutating func length(_ value: Int) {
    if value < 64 {
      file.buffer.append(UInt8(value))
    } else if value < 16384 {
      file.buffer.append(0x40 | UInt8(value >> 8))
      file.buffer.append(UInt8(value & 0xff))
    } else if value <= Int(UInt32.max) {
      file.buffer.append(0x80)
      for shift in [24, 16, 8, 0] { file.buffer.append(UInt8(value >> shift & 0xff)) }
    } else {
      file.buffer.append(0x81)
      file.buffer.append(bigEndian: UInt64(value))
    }
  }

  /// A string as servers store it: as a number, compressed, or as it is.
  mutating func string(_ bytes: [UInt8]) {
    if bytes.count <= 11, let number = decimal(bytes), number >= Int(Int32.min),
      number <= Int(Int32.max)
    {
      return integer(number)
    }
    if bytes.count > 20, compressor.pack(bytes) {
      file.buffer.append(0xc3)
      length(compressor.packed.count)
      length(bytes.count)
      file.buffer.append(contentsOf: compressor.packed)
    } else {
      raw(bytes)
    }
  }

  private mutating func integer(_ value: Int) {
    let width = (-128...127).contains(value) ? 1 : (-32768...32767).contains(value) ? 2 : 4
    file.buffer.append(width == 1 ? 0xc0 : width == 2 ? 0xc1 : 0xc2)
    file.buffer.append(littleEndian: value, bytes: width)
  }

  /// A string as it is.
  mutating func raw(_ bytes: [UInt8]) {
    length(bytes.count)
    file.buffer.append(contentsOf: bytes)
  }

  /// Bytes that are no string: scores, identifiers.
  mutating func bare(_ bytes: [UInt8]) { file.buffer.append(contentsOf: bytes) }

  mutating func double(_ value: Double) {
    file.buffer.append(littleEndian: value.bitPattern, bytes: 8)
  }

  /// Sums what is in the buffer and hands it to the file.
  private mutating func flush() {
    // SAFETY: bytes are plain bits, and the span is lent for the call only.
    checksum = unsafe CRC64.update(checksum, file.buffer.span.bytes)
    file.flush()
  }

  /// Writes the end and the checksum; what the file holds.
  consuming func finish() throws(CorpusError) -> CorpusFacts {
    file.buffer.append(0xff)
    flush()
    file.buffer.append(littleEndian: checksum, bytes: 8)
    try file.finish()
    facts.bytes = file.bytes
    return facts
  }
}
