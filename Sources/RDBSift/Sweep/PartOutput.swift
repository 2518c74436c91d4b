// Where the bytes of a job go: one part behind the other, in the file's order, whatever thread made
// them. It keeps no bytes; it is called by one thread at a time.

import Export
package import Storage

/// Joins parts and hands them on.
///
/// The first failure of what is behind it stays, and ends it.
package final class PartOutput: @unchecked Sendable {
  // Unchecked: the sweep calls it from one thread at a time (Sweep alone, or the pool's writer, whose
  // turn passes from thread to thread under the pool's lock).

  /// How one part is put behind another.
  package enum Join: Sendable {
    /// As they are.
    case plain
    /// With these bytes between any two that are not empty.
    case separated(StaticString)
    /// As commands: a SELECT in between where the second begins in another database.
    case commands
  }

  private let join: Join
  private let sink: (RawSpan) throws(SystemError) -> Void
  private var database: UInt32?
  private var isEmpty = true
  /// What went wrong; nothing is written after it.
  package private(set) var failure: SystemError?
  /// Bytes that were handed on.
  package private(set) var written = 0

  /// Makes an output in front of `sink`.
  package init(_ join: Join = .plain, sink: @escaping (RawSpan) throws(SystemError) -> Void) {
    self.join = join
    self.sink = sink
  }

  /// Hands bytes on.
  package func write(_ bytes: RawSpan) {
    guard failure == nil, bytes.byteCount > 0 else { return }
    do throws(SystemError) {
      try sink(bytes)
      written += bytes.byteCount
      isEmpty = false
    } catch {
      failure = error
    }
  }

  /// Before the first bytes of a part.
  func begin(_ joint: PartJoint) {
    switch join {
    case .plain: break
    case .separated(let text):
      guard !isEmpty else { return }
      var buffer = OutputBuffer(capacity: 4096)
      buffer.append(text)
      buffer.withBytes { write($0) }
    case .commands:
      guard let first = joint.firstDatabase, first != database else { return }
      var exporter = CommandExporter(into: OutputBuffer(capacity: 4096))
      exporter.select(first)
      exporter.output.withBytes { write($0) }
    }
  }

  /// After the last bytes of a part.
  func end(_ joint: PartJoint) {
    if joint.forgetsDatabase {
      database = nil
    } else if let last = joint.lastDatabase {
      database = last
    }
  }
}
