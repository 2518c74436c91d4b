// Valkey's envelope: a header, and one LZ4 frame with a complete RDB file.
//
//   0  "VCS"   3  version 1   4  codec 1 (LZ4)   5  reserved, 0   6  kind 1 (RDB)

/// The header of an envelope.
enum EnvelopeHeader {
  static let byteCount = 7
  private static let magic = Array("VCS".utf8)

  /// Whether an envelope of any version starts with these bytes.
  static func begins(_ head: [UInt8]) -> Bool { head.starts(with: magic) }

  /// Reads a header; an LZ4 frame follows.
  static func read(_ input: StreamBuffer, _ layers: [ContainerKind]) throws(InputError) {
    let isWhole = try input.require(byteCount)
    let header = input.head(byteCount)
    func error(_ reason: ContainerError.Reason, at offset: Int) -> InputError {
      .container(ContainerError(reason, layers, at: input.offset + offset))
    }
    guard isWhole else { throw error(.truncated, at: header.count) }
    guard header[3] == 1 else { throw error(.unsupported("version \(header[3])"), at: 3) }
    guard header[4] == 1 else { throw error(.unsupported("codec \(header[4])"), at: 4) }
    guard header[6] == 1 else { throw error(.unsupported("contents \(header[6])"), at: 6) }
    input.take(byteCount)
  }
}
