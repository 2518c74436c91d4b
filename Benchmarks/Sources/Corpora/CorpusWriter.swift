// The writer of RDB files: bytes collect in a buffer, are summed and leave it, so that a file of any
// size needs no more memory than one value.

private import RDB

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

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

/// A corpus that could not be written: the call that failed and its error number.
public struct CorpusError: Error, CustomStringConvertible, Sendable {
  /// The call.
  public var call: String
  /// Its error number.
  public var number: Int32

  /// The call and the number.
  public var description: String { "cannot write the corpus: \(call) failed (errno \(number))" }
}

/// Writes one file.
struct CorpusWriter: ~Copyable {
  private(set) var facts = CorpusFacts()
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var checksum: UInt64 = 0
  private var compressor = LZFCompressor()
  private var failure: CorpusError?

  private static let mark = 1 << 20

  /// Creates a file and writes its header and what servers say first.
  init(path: String, version: Int = 10) throws(CorpusError) {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw CorpusError(call: "open", number: errno) }
    buffer.reserveCapacity(CorpusWriter.mark * 2)
    buffer.append("REDIS")
    buffer.append(decimal: version, width: 4)
    aux("redis-ver", "7.0.15")
    aux("redis-bits", "64")
    aux("aof-base", "0")
  }

  deinit { close(descriptor) }

  private mutating func aux(_ name: String, _ value: String) {
    buffer.append(0xfa)
    raw(Array(name.utf8))
    string(Array(value.utf8))
  }

  /// SELECTDB and RESIZEDB; both counts are hints.
  mutating func select(_ database: Int, keys: Int, expiring: Int) {
    buffer.append(0xfe)
    length(database)
    buffer.append(0xfb)
    length(keys)
    length(expiring)
  }

  /// A deadline if there is one, the type byte and the key.
  ///
  /// The value follows.
  mutating func record(_ type: UInt8, _ key: [UInt8], deadline: Int64? = nil, elements: Int) {
    if buffer.count >= CorpusWriter.mark { flush() }
    if let deadline {
      buffer.append(0xfc)
      buffer.append(littleEndian: deadline, bytes: 8)
      facts.expiring += 1
    }
    buffer.append(type)
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
      buffer.append(UInt8(value))
    } else if value < 16384 {
      buffer.append(0x40 | UInt8(value >> 8))
      buffer.append(UInt8(value & 0xff))
    } else if value <= Int(UInt32.max) {
      buffer.append(0x80)
      for shift in [24, 16, 8, 0] { buffer.append(UInt8(value >> shift & 0xff)) }
    } else {
      buffer.append(0x81)
      buffer.append(bigEndian: UInt64(value))
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
      buffer.append(0xc3)
      length(compressor.packed.count)
      length(bytes.count)
      buffer.append(contentsOf: compressor.packed)
    } else {
      raw(bytes)
    }
  }

  private mutating func integer(_ value: Int) {
    let width = (-128...127).contains(value) ? 1 : (-32768...32767).contains(value) ? 2 : 4
    buffer.append(width == 1 ? 0xc0 : width == 2 ? 0xc1 : 0xc2)
    buffer.append(littleEndian: value, bytes: width)
  }

  /// A string as it is.
  mutating func raw(_ bytes: [UInt8]) {
    length(bytes.count)
    buffer.append(contentsOf: bytes)
  }

  /// Bytes that are no string: scores, identifiers.
  mutating func bare(_ bytes: [UInt8]) { buffer.append(contentsOf: bytes) }

  mutating func double(_ value: Double) {
    buffer.append(littleEndian: value.bitPattern, bytes: 8)
  }

  /// Hands the buffer to the file.
  private mutating func flush() {
    // SAFETY: bytes are plain bits, and the span is lent for the call only.
    checksum = unsafe CRC64.update(checksum, buffer.span.bytes)
    put()
  }

  private mutating func put() {
    facts.bytes += buffer.count
    // SAFETY: `write` reads what it is told the buffer has left, and keeps no pointer.
    let number = unsafe buffer.withUnsafeBytes { bytes -> Int32 in
      guard let start = bytes.baseAddress else { return 0 }
      var done = 0
      while done < bytes.count {
        let count = unsafe write(descriptor, start + done, bytes.count - done)
        guard count > 0 else { return errno }
        done += count
      }
      return 0
    }
    if number != 0, failure == nil { failure = CorpusError(call: "write", number: number) }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes the end and the checksum; what the file holds.
  consuming func finish() throws(CorpusError) -> CorpusFacts {
    buffer.append(0xff)
    flush()
    buffer.append(littleEndian: checksum, bytes: 8)
    put()
    if let failure { throw failure }
    return facts
  }
}
