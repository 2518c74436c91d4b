// A mapped file. The pointer does not leave this file; others get spans that are valid for one
// call. The mapping is read-only and never moves, so several threads may borrow it.

/// A whole file as borrowed bytes.
@safe
package struct MappedFile: ~Copyable, @unchecked Sendable {
  /// The mapped file.
  package let file: InputFile

  private let start: UnsafeRawPointer?
  private let registration: SignalRegistry.Registration?

  /// Opens and maps a file; an empty file is an empty mapping.
  package init(_ path: String) throws(SystemError) {
    try self.init(InputFile(path))
  }

  /// Maps an open file.
  package init(_ file: consuming InputFile) throws(SystemError) {
    // SAFETY: the mapping has the file's size at opening, and is ours until deinit. Should the file
    // become shorter, touching what is gone ends the process (SignalRegistry); nothing is misread.
    let start = try unsafe file.map()
    registration = unsafe start.map { (start) in
      signalRegistry.registerMapping(
        from: UInt(bitPattern: start), count: file.size, line: Self.faultLine(file.path))
    }
    unsafe self.start = unsafe start
    self.file = file
  }

  deinit {
    // SAFETY: nothing borrows the bytes any more, or this value could not go away.
    guard let start = unsafe start else { return }
    if let registration { signalRegistry.release(registration) }
    unsafe SystemCalls.unmap(start, count: file.size)
  }

  /// Lends the bytes for one call.
  package borrowing func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: the mapping lives as long as this value, which is borrowed through the call; without
    // a mapping the size is 0.
    try body(unsafe UnsafeRawBufferPointer(start: start, count: file.size).bytes)
  }

  /// Advises the kernel that the file is read sequentially.
  package func adviseSequential() {
    // SAFETY: the mapping is alive and has this size.
    guard let start = unsafe start else { return }
    unsafe SystemCalls.adviseSequential(start, count: file.size)
  }

  // The line that the fault handler writes. A path may contain anything; control characters are
  // replaced.
  private static func faultLine(_ path: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in path.unicodeScalars {
      shown.append(scalar.properties.generalCategory.isPlain ? scalar : "?")
    }
    return "error: \(String(shown)): the file became shorter while it was being read\n"
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isPlain: Bool {
    switch self {
    case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
