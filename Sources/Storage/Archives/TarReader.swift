// The members of a tar archive in order. Pax and GNU extensions precede the member they describe.

/// Reads an archive member by member.
final class TarReader {
  /// The largest name or pax header.
  private static let textLimit = 1 << 16

  let input: StreamBuffer
  private let layers: [ContainerKind]
  /// Unread bytes of the current member, and the padding of its last block.
  private var left = 0
  private var padding = 0

  init(_ input: StreamBuffer, _ layers: [ContainerKind]) {
    self.input = input
    self.layers = layers
  }

  /// Records that bytes of the current member were read.
  func didTake(_ count: Int) { left -= count }

  /// Unread bytes of the current member.
  var leftInMember: Int { left }

  /// Moves to the next member; nil at the end of the archive.
  func next() throws(InputError) -> TarHeader? {
    var longName: [UInt8]?
    var size: Int?
    while true {
      try skip(left)
      try skip(padding)
      (left, padding) = (0, 0)
      guard let block = try readBlock() else { return nil }
      let at = input.offset - TarHeader.byteCount
      guard var header = TarHeader(block) else { throw error(.badHeader, at: at) }
      enter(header.size)
      switch header.type {
      case UInt8(ascii: "L"): longName = TarHeader.text(try readText(header.size, at: at))
      case UInt8(ascii: "x"), UInt8(ascii: "g"):
        let records = TarReader.records(try readText(header.size, at: at))
        if let path = records["path"] { longName = path }
        if let text = records["size"] {
          guard let number = Int(String(decoding: text, as: UTF8.self)), number >= 0 else {
            throw error(.badHeader, at: at)
          }
          size = number
        }
      case UInt8(ascii: "S"): throw error(.unsupported("a sparse member"), at: at)
      default:
        header.name = longName ?? header.name
        if let size {
          header.size = size
          enter(size)
        }
        return header
      }
    }
  }

  private func enter(_ size: Int) {
    left = size
    padding = (TarHeader.byteCount - size % TarHeader.byteCount) % TarHeader.byteCount
  }

  /// The next header; nil at zero blocks or the end of the bytes.
  private func readBlock() throws(InputError) -> [UInt8]? {
    let isWhole = try input.require(TarHeader.byteCount)
    if !isWhole, input.count == 0 { return nil }
    guard isWhole else { throw error(.truncated, at: input.offset + input.count) }
    let block = input.head(TarHeader.byteCount)
    input.take(TarHeader.byteCount)
    guard block.allSatisfy({ $0 == 0 }) else { return block }
    while try input.require(1) { input.take(input.count) }
    return nil
  }

  private func readText(_ size: Int, at offset: Int) throws(InputError) -> [UInt8] {
    guard size <= TarReader.textLimit else { throw error(.badHeader, at: offset) }
    guard try input.require(size) else { throw error(.truncated, at: input.offset + input.count) }
    let text = input.head(size)
    input.take(size)
    left -= size
    return text
  }

  private func skip(_ count: Int) throws(InputError) {
    guard try input.skip(count) == count else { throw error(.truncated) }
  }

  /// The records of a pax header: `<length> <key>=<value>\n`; the length includes itself.
  static func records(_ text: [UInt8]) -> [String: [UInt8]] {
    var records: [String: [UInt8]] = [:]
    var rest = text[...]
    while let space = rest.firstIndex(of: 0x20),
      let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
      length > space - rest.startIndex + 1, length <= rest.count
    {
      let record = rest[(space + 1)..<(rest.startIndex + length)].dropLast()
      if let equals = record.firstIndex(of: UInt8(ascii: "=")) {
        let key = String(decoding: record[..<equals], as: UTF8.self)
        records[key] = Array(record[(equals + 1)...])
      }
      rest = rest.dropFirst(length)
    }
    return records
  }

  private func error(_ reason: ContainerError.Reason, at offset: Int? = nil) -> InputError {
    .container(ContainerError(reason, layers, at: offset ?? input.offset))
  }
}
