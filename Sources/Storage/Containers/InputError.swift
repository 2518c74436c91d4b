// Why an input ended: the system refused, or a container is damaged.

/// Why an input ended early.
package enum InputError: Error, Hashable, Sendable {
  /// The system refused.
  case system(SystemError)
  /// A container is damaged or not supported.
  case container(ContainerError)
}

extension InputError {
  /// Whether everything that was read is doubtful, even if it looks complete.
  package var isDecisive: Bool {
    switch self {
    case .system: true
    case .container(let error): if case .severalMembers = error.reason { true } else { false }
    }
  }

  /// Does what only the system can refuse.
  package static func wrapping<Result: ~Copyable>(
    _ body: () throws(SystemError) -> Result
  ) throws(InputError) -> Result {
    do throws(SystemError) {
      return try body()
    } catch {
      throw .system(error)
    }
  }
}

/// What is wrong with a container, and where.
package struct ContainerError: Error, Hashable, Sendable {
  /// What is wrong.
  package enum Reason: Hashable, Sendable {
    /// The data ends in the middle.
    case truncated
    /// The header is invalid.
    case badHeader
    /// Compressed data cannot be decompressed.
    case corrupt
    /// A checksum does not match: the stored and the computed one.
    case badChecksum(stored: UInt32, computed: UInt32)
    /// A checksum does not match, and the library does not report it.
    case badFrameChecksum
    /// The size does not match the stored one.
    case badSize
    /// A form of the container that is not supported.
    case unsupported(String)
    /// The contents exceed the limit.
    case tooLarge(limit: Int)
    /// Containers are nested too deeply.
    case tooDeep
    /// No member is a backup, or none has the requested name.
    case noMember
    /// A member was requested from something that is not an archive.
    case noArchive
    /// Several members are backups; their names.
    case severalMembers([[UInt8]])
  }

  /// What is wrong.
  package let reason: Reason
  /// The containers from the outermost to the damaged one.
  package let layers: [ContainerKind]
  /// The offset within the damaged container; for the outermost one, in the file.
  package let offset: Int
  /// Bytes that came out of all containers.
  package var unpacked: Int

  /// Creates an error of the innermost container.
  package init(_ reason: Reason, _ layers: [ContainerKind], at offset: Int, unpacked: Int = 0) {
    self.reason = reason
    self.layers = layers
    self.offset = offset
    self.unpacked = unpacked
  }
}

/// Something noteworthy about an input that is not an error.
package enum InputRemark: Hashable, Sendable {
  /// Bytes after the end of a container.
  case trailingBytes(ContainerKind, offset: Int)
  /// Blocks of records inside the RDB file that were decompressed; offsets refer to the result.
  case unpackedBlocks(Int)
  /// Values in chunks that were joined; offsets refer to the result.
  case joinedChunks(Int)
  /// A DUMP payload that was put into an RDB file as this key; offsets refer to that file.
  case payload(key: [UInt8])
  /// The bytes of a damaged file were taken for text.
  case textDamage(TextDamage)
}
