// Standard output, sent to a path: what a command prints becomes a file that appears whole or not at
// all.

/// A path that standard output goes to.
package struct RedirectedOutput: ~Copyable {
  private var file: OutputFile?
  private let stream: OutputStream?

  private init(_ file: consuming OutputFile?, _ stream: OutputStream?) {
    self.file = file
    self.stream = stream
  }

  /// Sends standard output to a path, for the rest of the process.
  package static func begin(_ path: String) throws(SystemError) -> RedirectedOutput {
    if let stream = try OutputStream(path) {
      try stream.takeStandardOutput()
      return RedirectedOutput(nil, stream)
    }
    let file = try OutputFile(path, inputs: [])
    try file.takeStandardOutput()
    return RedirectedOutput(consume file, nil)
  }

  /// Makes the file appear under its name.
  package mutating func commit() throws(SystemError) {
    guard let file = file.take() else { return }
    try file.commit()
  }
}
