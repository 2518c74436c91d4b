// What `stat` says of a file, as far as it matters here.

/// Which file it is, by whatever name: the device and the inode.
package struct FileIdentity: Hashable, BitwiseCopyable, Sendable {
  let device: UInt64
  let inode: UInt64
}

/// The facts about a file at one moment.
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

  /// Why a file of this kind is refused where a regular file is needed; nothing if it is one.
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
