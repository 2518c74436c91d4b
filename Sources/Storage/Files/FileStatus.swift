/// Identifies a file under any name: device and inode.
package struct FileIdentity: Hashable, BitwiseCopyable, Sendable {
  let device: UInt64
  let inode: UInt64
}

/// The status of a file at one moment.
struct FileStatus: Hashable, BitwiseCopyable, Sendable {
  enum Kind: Hashable, BitwiseCopyable, Sendable {
    case regular, directory, pipe, socket, link, device
  }

  let kind: Kind
  /// Whether it is a device without blocks, such as a terminal or /dev/null: nothing is stored there.
  let isCharacterDevice: Bool
  let identity: FileIdentity
  let size: Int
  let modifiedSeconds: Int
  let modifiedNanoseconds: Int

  /// Why this kind is refused where a regular file is needed; nil for regular files.
  var refusal: SystemError.Reason? {
    switch kind {
    case .regular: nil
    case .directory: .isDirectory
    case .pipe: .isPipe
    case .socket: .isSocket
    case .link, .device: .isDevice
    }
  }
}
