// Bytes after the end of the RDB data. Servers ignore them, or the RDB data is the preamble of an
// append-only file (Redis 4.0 to 6.2) and commands follow.

import RDB

/// Trailing bytes after the RDB data.
package struct FileTail: Hashable, Sendable {
  /// What they are.
  package enum Kind: Hashable, Sendable {
    /// Commands or annotations of an append-only file.
    case commands
    /// Another RDB file, as of files that were concatenated; line ends may stand between them.
    case file
    /// A line end, as editors and shells add it.
    case lineEnd
    /// Zeros, as of a block that was filled up.
    case zeros
    case other
  }

  /// Bytes needed to recognize their kind.
  static let headCount = 512

  /// The offset of the first byte.
  package var offset: Int
  /// The number of bytes.
  package var count: Int
  /// What they are, by the first of them.
  package var kind: Kind
  /// Line ends before another RDB file.
  package private(set) var lineEnds = 0

  /// The offset of the other RDB file.
  package var fileOffset: Int { offset + lineEnds }

  /// Examines the bytes from `offset` on; nil if there are none.
  init?(_ bytes: RawSpan, from offset: Int) {
    guard bytes.byteCount > offset else { return nil }
    let rest = bytes.extracting(offset..<bytes.byteCount)
    let head = [UInt8](copying: rest.extracting(first: min(FileTail.headCount, rest.byteCount)))
    self.offset = offset
    count = rest.byteCount
    let lineEnds = head.prefix { $0 == 0x0a || $0 == 0x0d }.count
    let next = rest.extracting(lineEnds..<rest.byteCount)
    if (try? RDBScanner(headerOf: next)) != nil {
      (kind, self.lineEnds) = (.file, lineEnds)
    } else {
      kind = Kind(head, isLineEnd: lineEnds == rest.byteCount)
    }
  }
}

extension FileTail.Kind {
  fileprivate init(_ head: [UInt8], isLineEnd: Bool) {
    if head.first == UInt8(ascii: "*") || head.starts(with: "#TS:".utf8) {
      self = .commands
    } else if isLineEnd {
      self = .lineEnd
    } else if head.allSatisfy({ $0 == 0 }) {
      self = .zeros
    } else {
      self = .other
    }
  }
}
