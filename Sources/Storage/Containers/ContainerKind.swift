// Containers are recognised by their first bytes, never by a file name.
//
//   gzip        1f 8b
//   LZ4         04 22 4d 18, or 5x 2a 4d 18 (a skippable frame), or 02 21 4c 18 (the old form)
//   Zstandard   28 b5 2f fd, also after skippable frames
//   envelope    "VCS"  (Valkey: seven bytes, then one LZ4 frame)
//   tar         512 bytes whose sum stands in them at 148
//   full sync   "$" and digits, or "$EOF:"; line breaks and "+FULLRESYNC …" may stand before it

/// A form that other bytes are packed in.
package enum ContainerKind: String, Hashable, BitwiseCopyable, Sendable, CaseIterable {
  case gzip
  case lz4 = "LZ4"
  case zstd = "Zstandard"
  case envelope = "VCS envelope"
  case tar
  case fullSync = "full-sync stream"

  /// Bytes that suffice to recognise a container.
  package static let headCount = 512

  /// Recognises a container by the first bytes, up to `headCount` of them; nil if there is none.
  package init?(_ head: [UInt8]) {
    if head.starts(with: [0x1f, 0x8b]) {
      self = .gzip
    } else if let format = FrameFormat(of: head) {
      self = format.kind
    } else if EnvelopeHeader.begins(head) {
      self = .envelope
    } else if FullSyncHeader.begins(head) {
      self = .fullSync
    } else if TarHeader.begins(head) {
      self = .tar
    } else {
      return nil
    }
  }
}
