// Why bytes stopped coming: the system refused, or what they are packed in is not whole.

/// Why an input ended before its end.
package enum InputError: Error, Hashable, Sendable {
  /// The system refused.
  case system(SystemError)
  /// A container is damaged, or is none that is read.
  case container(ContainerError)
}

extension InputError {
  /// Whether it makes all that was read doubtful, even if that looks whole.
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
    /// The header makes no sense.
    case badHeader
    /// What is compressed does not unpack.
    case corrupt
    /// A checksum is wrong: what the container says, and what its bytes make where that is known.
    case badChecksum(stored: UInt32, computed: UInt32)
    /// A checksum is wrong, and the library does not tell which.
    case badFrameChecksum
    /// The bytes that came are not as many as the container says.
    case badSize
    /// A form of the container that is not read.
    case unsupported(String)
    /// There are more bytes than were allowed.
    case tooLarge(limit: Int)
    /// Containers in containers in containers.
    case tooDeep
    /// No member is a backup, or none has the name that was asked for.
    case noMember
    /// A member was asked for, and there is no archive.
    case noArchive
    /// Several members are backups: their names.
    case severalMembers([[UInt8]])
  }

  /// What is wrong.
  package let reason: Reason
  /// The containers from the outermost to the one that is damaged.
  package let layers: [ContainerKind]
  /// Where, in bytes of the damaged container; those of the outermost are the file's.
  package let offset: Int
  /// How many bytes came out at the very end of all containers.
  package var unpacked: Int

  /// An error of the innermost of some containers.
  package init(_ reason: Reason, _ layers: [ContainerKind], at offset: Int, unpacked: Int = 0) {
    self.reason = reason
    self.layers = layers
    self.offset = offset
    self.unpacked = unpacked
  }
}

/// Something about an input that is no error and still to be told.
package enum InputRemark: Hashable, Sendable {
  /// Bytes behind the end of a container, which belong to nothing.
  case trailingBytes(ContainerKind, offset: Int)
  /// Blocks of records, inside the RDB file itself, that were unpacked; offsets are places in the
  /// result.
  case unpackedBlocks(Int)
}
