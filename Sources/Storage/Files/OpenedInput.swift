// An input path, opened: a regular file, which can be mapped and read again, or a pipe, which can
// be read once. Anything else is refused with its own reason.

/// An open input.
package enum OpenedInput: ~Copyable {
  /// A regular file.
  case file(InputFile)
  /// A pipe.
  case pipe(InputPipe)

  /// The name of standard input.
  package static let standardInputName = "-"

  /// Whether a path means standard input.
  package static func isStandardInput(_ path: String) -> Bool {
    [standardInputName, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].contains(path)
  }

  /// Opens a path; `-` is standard input.
  package init(_ path: String) throws(SystemError) {
    if path == OpenedInput.standardInputName {
      self = try OpenedInput.standardInput()
      return
    }
    let status = try SystemCalls.status(at: path)
    if status.kind == .pipe {
      self = try OpenedInput.namedPipe(path)
    } else {
      self = .file(try InputFile(path))
    }
  }

  /// Whether standard input is a file, a pipe or a socket, from which a backup may come.
  package static var isStandardInputGiven: Bool {
    switch try? SystemCalls.status(of: 0, "standard input").kind {
    case .regular, .pipe, .socket: true
    default: false
    }
  }

  private static func standardInput() throws(SystemError) -> OpenedInput {
    let name = "standard input"
    if SystemCalls.isTerminal(0) { throw SystemError(.isTerminal, .open, name) }
    let descriptor = try SystemCalls.duplicate(0, name)
    let status = try SystemCalls.status(of: descriptor.number, name)
    switch status.kind {
    case .regular: return .file(InputFile(descriptor, status, name))
    case .pipe, .socket: return .pipe(InputPipe(descriptor, status, name))
    case .directory: throw SystemError(.isDirectory, .open, name)
    case .link, .device: throw SystemError(.isDevice, .open, name)
    }
  }

  /// Opens a pipe without waiting for a writer, who might never come.
  private static func namedPipe(_ path: String) throws(SystemError) -> OpenedInput {
    let descriptor = try SystemCalls.openForReading(path)
    let status = try SystemCalls.status(of: descriptor.number, path)
    guard status.kind == .pipe else { throw SystemError(status.refusal ?? .isDevice, .open, path) }
    return .pipe(InputPipe(descriptor, status, path, needsWriter: true))
  }
}
