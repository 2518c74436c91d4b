// A small input as bytes in memory, from a file or a pipe: a list of patterns, a request.

/// The bytes of a whole input.
package enum WholeInput {
  /// Reads a path, or standard input for `-`.
  package static func bytes(of path: String) throws(SystemError) -> [UInt8] {
    switch try OpenedInput(path) {
    case .file(let file):
      // SAFETY: the bytes are copied inside the call.
      try MappedFile(file).withBytes { bytes in unsafe bytes.withUnsafeBytes { unsafe Array($0) } }
    case .pipe(var pipe): try bytes(of: &pipe)
    }
  }

  private static func bytes(of pipe: inout InputPipe) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try read(from: &pipe, into: &buffer)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }

  private static func read(
    from pipe: inout InputPipe, into buffer: inout [UInt8]
  ) throws(SystemError) -> Int {
    var span = buffer.mutableSpan
    // SAFETY: bytes of UInt8 have no padding; the pipe writes within the count and keeps no pointer.
    var raw = unsafe span.mutableBytes
    return try unsafe raw.withUnsafeMutableBytes { (place) throws(SystemError) in
      try unsafe pipe.read(into: place)
    }
  }
}
