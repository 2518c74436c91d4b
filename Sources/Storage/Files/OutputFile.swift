// A file that appears complete or not at all. It is written next to its target, readable by its
// owner only (it is somebody's database), and renamed after it was synced. Without `commit` nothing
// is left behind.

/// A file to write.
package struct OutputFile: ~Copyable, ByteSink, Sendable {
  /// The path as the caller gave it.
  package let path: String

  private let target: String
  private let directory: String
  private let temporary: String
  private let descriptor: FileDescriptor
  private let registration: SignalRegistry.Registration
  private var isCommitted = false

  /// Creates a file next to its target.
  ///
  /// Throws if the target is one of the inputs, or exists and is not a regular file. If the target
  /// is a
  /// symbolic link, the file it points to is replaced.
  package init(_ path: String, inputs: [FileIdentity]) throws(SystemError) {
    let target = try Self.findTarget(path, inputs)
    let (directory, name) = Self.split(target)
    var (temporary, number) = ("", Int32(-1))
    while number < 0 {
      temporary = Self.temporaryName(beside: name, in: directory)
      number = try SystemCalls.createNew(temporary, for: path)
    }
    self.path = path
    self.target = target
    self.directory = directory
    self.temporary = temporary
    descriptor = FileDescriptor(number)
    registration = signalRegistry.registerTemporaryFile(temporary)
  }

  deinit {
    // SAFETY: the C string lives through the call.
    if !isCommitted { unsafe temporary.withCString { unsafe SystemCalls.remove($0) } }
    signalRegistry.release(registration)
  }

  /// Writes all bytes; a full disk is reported as such.
  package mutating func write(_ bytes: RawSpan) throws(SystemError) {
    try SystemCalls.write(descriptor.number, bytes, path)
  }

  /// Sends standard output to the file.
  func takeStandardOutput() throws(SystemError) {
    try SystemCalls.redirect(1, to: descriptor.number, path)
  }

  /// Refuses a path that names one of the inputs.
  package static func refuse(_ path: String, among inputs: [FileIdentity]) throws(SystemError) {
    guard let status = try? SystemCalls.status(at: path) else { return }
    if inputs.contains(status.identity) { throw SystemError(.outputIsInput, .create, path) }
  }

  /// Refuses standard output that appends to one of the inputs, or replaces it.
  package static func refuseStandardOutput(among inputs: [FileIdentity]) throws(SystemError) {
    let output = StandardStream.output
    guard let identity = output.identity, inputs.contains(identity) else { return }
    throw SystemError(.outputIsInput, .write, output.name)
  }

  /// Whether two paths name one file to write.
  package static func isSame(_ path: String, as other: String) -> Bool {
    let (one, two) = (split(path), split(other))
    guard one.name == two.name else {
      let status = try? SystemCalls.status(at: path)
      return status != nil && status?.identity == (try? SystemCalls.status(at: other))?.identity
    }
    let folders = [one.directory, two.directory].map { try? SystemCalls.status(at: $0).identity }
    return one.directory == two.directory || folders[0] != nil && folders[0] == folders[1]
  }

  /// Syncs the file and gives it its name.
  package consuming func commit() throws(SystemError) {
    try SystemCalls.sync(descriptor.number, path)
    try SystemCalls.rename(temporary, to: target)
    isCommitted = true
    try SystemCalls.syncDirectory(directory, for: path)
  }
}

// MARK: - Names

extension OutputFile {
  private static func findTarget(
    _ path: String, _ inputs: [FileIdentity]
  ) throws(SystemError) -> String {
    guard var status = try SystemCalls.linkStatus(at: path) else { return path }
    var target = path
    if status.kind == .link {
      target = try SystemCalls.resolve(path)
      status = try SystemCalls.status(at: target)
    }
    if let refusal = status.refusal { throw SystemError(refusal, .create, path) }
    if inputs.contains(status.identity) { throw SystemError(.outputIsInput, .create, path) }
    return target
  }

  private static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let directory = slash == path.startIndex ? "/" : String(path[..<slash])
    return (directory, String(path[path.utf8.index(after: slash)...]))
  }

  private static func temporaryName(beside name: String, in directory: String) -> String {
    // File names have at most 255 bytes; a long name is shortened.
    var short = name
    while short.utf8.count > 200 { short.removeLast() }
    let random = String(UInt64.random(in: 0 ... .max), radix: 36)
    return "\(directory)/.\(short).\(random).tmp"
  }
}
