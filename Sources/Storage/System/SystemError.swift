// Why the operating system, or Storage itself, refused: the reason, the path and the action.
// `message` is the text for users.

/// An operation on a file that failed.
package struct SystemError: Error, Hashable, Sendable {
  /// The action.
  package enum Action: String, Hashable, Sendable {
    case open, examine, map, read, create, write, sync, rename, reserve
    /// A file in the directory for temporary files.
    case createTemporary, writeTemporary
  }

  /// Why it failed.
  package enum Reason: Hashable, Sendable {
    /// The system refused; its `errno`.
    case system(Int32)
    /// The path names a directory.
    case isDirectory
    /// The path names a pipe (FIFO), which a file cannot replace.
    case isPipe
    /// The path names a pipe without a writer.
    case hasNoWriter
    /// A pipe that was already read.
    case isReadOnce
    /// Standard input is a terminal.
    case isTerminal
    /// The system has no addresses left.
    case noMemory
    /// The digest library cannot be initialised.
    case noDigest
    /// The file has fewer bytes than when it was opened.
    case becameShorter
    /// The path names a socket.
    case isSocket
    /// The path names a terminal, a disk or another device.
    case isDevice
    /// The output is one of the inputs.
    case outputIsInput
    /// The reader of the output is gone, which is not a failure for a program that writes to a
    /// pipe.
    case closedPipe
  }

  /// Why it failed.
  package let reason: Reason
  /// The action.
  package let action: Action
  /// The file, as the caller named it.
  package let path: String

  /// Creates an error.
  package init(_ reason: Reason, _ action: Action, _ path: String) {
    self.reason = reason
    self.action = action
    self.path = path
  }

  /// The reason without the path, such as `cannot open: Permission denied`.
  package var message: String {
    switch reason {
    case .system(let number): "cannot \(words): \(SystemCalls.text(ofError: number))\(advice)"
    case .isDirectory: "is a directory; a regular file is needed"
    case .isPipe: "is a pipe; a regular file is needed"
    case .hasNoWriter: "is a pipe that nobody writes to"
    case .isReadOnce: "is a pipe, which cannot be read twice"
    case .isTerminal: "is a terminal; pipe a backup into it, or redirect one"
    case .noMemory: "cannot reserve memory: the limit on addresses (ulimit -v) is too low"
    case .noDigest: "cannot be made by the system's libcrypto"
    case .becameShorter: "the file became shorter while it was being read"
    case .isSocket: "is a socket; a regular file is needed"
    case .isDevice: "is a device; a regular file is needed"
    case .outputIsInput: "is also an input; the output must be another file"
    case .closedPipe: "the reader has closed the pipe"
    }
  }

  private var words: String {
    switch action {
    case .reserve: "reserve memory"
    case .createTemporary: "create a temporary file in it"
    case .writeTemporary: "write a temporary file in it"
    default: action.rawValue
    }
  }

  private var advice: String {
    switch action {
    case .createTemporary, .writeTemporary: "; TMPDIR chooses another directory"
    default: ""
    }
  }

  /// The same failure of another action.
  func during(_ action: Action) -> SystemError { SystemError(reason, action, path) }

  /// Whether the file does not exist.
  package var isNotFound: Bool { reason == .system(SystemCalls.notFound) }

  /// Whether permission was denied.
  package var isPermissionDenied: Bool { reason == .system(SystemCalls.permissionDenied) }

  /// Whether the disk, the quota or the file size limit is full.
  package var isOutOfSpace: Bool {
    guard case .system(let number) = reason else { return false }
    return SystemCalls.outOfSpace.contains(number)
  }
}
