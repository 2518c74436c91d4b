// Where an export's bytes end up.

import Export
import RDB
import RDBSift
import Storage

/// A file that appears when it is complete, or standard output.
final class ExportTarget {
  private var file: OutputFile?
  private let isFile: Bool
  /// The checksum of the bytes so far, as RDB files have it; kept only where it is asked for.
  private(set) var checksum: UInt64 = 0
  private let sums: Bool
  /// The digest of the bytes so far; nil where nobody asked.
  private(set) var digest: SHA256?
  /// Bytes that were written.
  private(set) var count = 0

  /// Begins a file, or standard output where there is no path.
  init(
    _ path: String?, inputs: [FileIdentity], checksum: Bool = false, digest: Bool = false
  ) throws(SystemError) {
    isFile = path != nil
    sums = checksum
    if digest { self.digest = try SHA256() }
    if let path { file = try OutputFile(path, inputs: inputs) }
  }

  /// Writes all the bytes.
  func write(_ bytes: RawSpan) throws(SystemError) {
    if sums { checksum = CRC64.update(checksum, bytes) }
    digest?.update(bytes)
    count += bytes.byteCount
    if isFile {
      try file?.write(bytes)
    } else {
      var stream = StandardStream.output
      try stream.write(bytes)
    }
  }

  /// Writes what `body` appends to a buffer.
  func write(_ body: (inout OutputBuffer) -> Void) throws(SystemError) {
    var buffer = OutputBuffer(capacity: 4096)
    body(&buffer)
    try buffer.withBytes { (bytes) throws(SystemError) in try write(bytes) }
  }

  /// An output of a sweep that ends here.
  func parts(_ join: PartOutput.Join = .plain) -> PartOutput {
    PartOutput(join) { (bytes) throws(SystemError) in try self.write(bytes) }
  }

  /// Makes the file appear under its name.
  func commit() throws(SystemError) {
    guard let file = file.take() else { return }
    try file.commit()
  }
}
