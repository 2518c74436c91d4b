// A DUMP payload as an RDB file of one key, so that every command reads it. A payload is the type, the value,
// the RDB version and the checksum; it has no key, so the file's name is taken for one.

import Export
import RDB
import Storage

/// The RDB file of a DUMP payload.
struct PayloadFile: ~Copyable {
  /// The largest payload: a server takes no larger argument.
  private static let limit = 512 << 20

  /// The file.
  let file: MappedFile
  /// Its only key.
  let key: [UInt8]

  /// The file of a mapped payload; nil if it is none.
  static func made(
    of mapping: SharedMapping, in folder: String, _ path: String
  ) throws(InputError) -> PayloadFile? {
    try InputError.wrapping { () throws(SystemError) in
      try mapping.withBytes { (bytes) throws(SystemError) in
        try PayloadFile(bytes, in: folder, of: path)
      }
    }
  }

  /// Writes the file; nil if the bytes are no payload.
  ///
  /// - Parameters:
  ///   - bytes: The payload, perhaps with the line feed that redis-cli adds.
  ///   - folder: The directory for the unnamed file.
  ///   - path: The path of the payload.
  /// - Throws: `SystemError` if the file cannot be written.
  init?(_ bytes: RawSpan, in folder: String, of path: String) throws(SystemError) {
    guard let end = PayloadFile.end(in: bytes) else { return nil }
    let footer = end - PayloadFile.footerCount
    let version = UInt16([UInt8](copying: bytes.extracting(footer..<end))[0])
    key = Array((path.split(separator: "/").last ?? "-").utf8.prefix(255))
    let writer = RDBWriter(RDBHeader(isValkey: version >= 80, version: version))
    var head = OutputBuffer(capacity: 512)
    writer.begin(&head)
    writer.select(0, to: &head)
    for byte in [UInt8](copying: bytes.extracting(first: 1)) { head.append(byte) }
    // A length of 14 bits.
    for byte in [0x40, UInt8(key.count)] + key { head.append(byte) }
    var sum = head.withBytes { CRC64.update(0, $0) }
    sum = CRC64.update(sum, bytes.extracting(1..<footer))
    var tail = OutputBuffer(capacity: 16)
    writer.end(checksum: sum, to: &tail)
    var file = try SpillFile(in: folder)
    try head.withBytes { (span) throws(SystemError) in try file.append(span) }
    try file.append(bytes.extracting(1..<footer))
    try tail.withBytes { (span) throws(SystemError) in try file.append(span) }
    self.file = try MappedFile(file.reopened(as: path))
  }

  /// The largest payload from a container or a pipe: its bytes are kept in memory until all are there.
  fileprivate static let packedLimit = 64 << 20

  /// Whether the first byte of a file may be that of a payload: a type.
  fileprivate static func mayBegin(_ bytes: RawSpan) -> Bool {
    RDBType(rawValue: [UInt8](copying: bytes.extracting(first: 1))[0]).shape(in: .redis) != nil
  }

  /// Whether all bytes of a file are a payload.
  fileprivate static func isOne(_ bytes: RawSpan) -> Bool { end(in: bytes) != nil }

  /// The version and the checksum.
  private static let footerCount = 10

  /// The end of the payload in the bytes of a file; nil if they are none.
  private static func end(in bytes: RawSpan) -> Int? {
    let count = bytes.byteCount
    guard (12...limit).contains(count), mayBegin(bytes) else { return nil }
    for end in [count, count - 1] {
      let rest = [UInt8](copying: bytes.extracting(end - footerCount..<count))
      let (version, sum) = (rest[0..<2], rest[2..<footerCount])
      guard end == count || rest.last == 0x0a, version[1] == 0, (1...99).contains(version[0]),
        sum.contains(where: { $0 != 0 })
      else { continue }
      // The checksum of bytes and their own checksum, least byte first, is zero.
      if CRC64.update(0, bytes.extracting(0..<end)) == 0 { return end }
    }
    return nil
  }
}

extension Source {
  /// Whether bytes of a container or a pipe are a payload, all of them.
  func isPayload() -> Bool {
    let isOne = try? withArrivingBytes { bytes, unpacking throws(JobFailure) in
      guard let unpacking, unpacking.wait(for: 1).count > 0, PayloadFile.mayBegin(bytes) else {
        return false
      }
      let arrived = unpacking.wait(for: PayloadFile.packedLimit + 1)
      return arrived.isWhole && arrived.count <= PayloadFile.packedLimit
        && PayloadFile.isOne(bytes.extracting(first: arrived.count))
    }
    return isOne ?? false
  }
}
