// Where an export's bytes end up.

package import Export
import RDB
package import Storage

/// A file that appears when it is complete; or standard output, a FIFO or a device, written straight.
package final class OutputTarget {
  private var file: OutputFile?
  private let isFile: Bool
  private let stream: OutputStream?
  /// What takes the bytes instead of a file.
  private let sink: ((RawSpan) throws(SystemError) -> Void)?
  /// The checksum of the bytes so far, as RDB files have it; kept only where it is asked for.
  package private(set) var checksum: UInt64 = 0
  private let sums: Bool
  /// The digest of the bytes so far; nil where nobody asked.
  package private(set) var digest: SHA256?
  /// Bytes that were written.
  package private(set) var count = 0

  /// Begins a file, or standard output where there is no path.
  package init(
    _ path: String?, inputs: [FileIdentity], checksum: Bool = false, digest: Bool = false
  ) throws(SystemError) {
    let path = path.flatMap { OutputStream.isStandardOutput($0) ? nil : $0 }
    stream = if let path { try OutputStream(path) } else { nil }
    isFile = path != nil && stream == nil
    sums = checksum
    sink = nil
    if digest { self.digest = try SHA256() }
    if let path, isFile { file = try OutputFile(path, inputs: inputs) }
  }

  /// Begins an output that a closure takes.
  init(checksum: Bool, _ sink: @escaping (RawSpan) throws(SystemError) -> Void) {
    (isFile, stream, sums) = (false, nil, checksum)
    self.sink = sink
  }

  /// Writes all the bytes.
  package func write(_ bytes: RawSpan) throws(SystemError) {
    if sums { checksum = CRC64.update(checksum, bytes) }
    digest?.update(bytes)
    count += bytes.byteCount
    if let sink {
      try sink(bytes)
    } else if isFile {
      try file?.write(bytes)
    } else if let stream {
      try stream.write(bytes)
    } else {
      var stream = StandardStream.output
      try stream.write(bytes)
    }
  }

  /// Writes what `body` appends to a buffer.
  package func write(_ body: (inout OutputBuffer) -> Void) throws(SystemError) {
    var buffer = OutputBuffer(capacity: 4096)
    body(&buffer)
    try buffer.withBytes { (bytes) throws(SystemError) in try write(bytes) }
  }

  /// An output of a sweep that ends here.
  package func output(_ join: RecordOutput.Join = .plain) -> RecordOutput {
    RecordOutput(join) { (bytes) throws(SystemError) in try self.write(bytes) }
  }

  /// Makes the file appear under its name.
  package func commit() throws(SystemError) {
    guard let file = file.take() else { return }
    try file.commit()
  }
}
