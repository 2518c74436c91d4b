// The overlay of a log: an unnamed file, which is read like any other.

import RDB
import Storage

/// An overlay that is being written.
final class OverlayFile {
  private var spill: SpillFile
  /// The first failure; nothing is written after it.
  private(set) var failure: SystemError?

  /// Makes an empty file in a directory for temporary files.
  init(in directory: String) throws(SystemError) { spill = try SpillFile(in: directory) }

  /// Writes the next bytes.
  func write(_ bytes: RawSpan) {
    guard failure == nil else { return }
    do throws(SystemError) {
      try spill.write(bytes)
    } catch {
      failure = error
    }
  }

  /// The written bytes as an input.
  func source(named name: String, _ options: Source.Options) throws(SystemError) -> Source {
    Source(try mapped(as: name), path: name, options)
  }

  /// The written bytes.
  func mapped(as name: String) throws(SystemError) -> SharedMapping {
    SharedMapping(try MappedFile(try spill.reopened(as: name)))
  }
}
