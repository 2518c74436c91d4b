// Where the bytes of a job go: one part behind the other, in the file's order, whatever thread made
// them. It keeps no bytes; it is called by one thread at a time.

package import Export
package import Storage

/// Joins parts and hands them on.
///
/// The first failure of what is behind it stays, and ends it.
package final class RecordOutput: @unchecked Sendable {
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

  let join: Join
  private let sink: (RawSpan) throws(SystemError) -> Void
  private var database: UInt32?
  private var isEmpty = true
  /// Written before the first bytes, or at the end where there are none.
  package var heading: ((inout OutputBuffer) -> Void)?
  /// What went wrong; nothing is written after it.
  package private(set) var failure: SystemError?
  /// Bytes that were handed on.
  package private(set) var written = 0

  /// Makes an output in front of `sink`.
  package init(_ join: Join = .plain, sink: @escaping (RawSpan) throws(SystemError) -> Void) {
    self.join = join
    self.sink = sink
  }

  /// The output of a job that writes nothing.
  package static var none: RecordOutput { RecordOutput { _ in } }

  /// Hands bytes on.
  package func write(_ bytes: RawSpan) {
    guard failure == nil, bytes.byteCount > 0 else { return }
    writeHeading()
    guard failure == nil else { return }
    do throws(SystemError) {
      try sink(bytes)
      written += bytes.byteCount
      isEmpty = false
    } catch {
      failure = error
    }
  }

  /// Writes the heading, if that was not done.
  package func writeHeading() {
    guard let heading, failure == nil else { return }
    self.heading = nil
    var buffer = OutputBuffer(capacity: 4096)
    heading(&buffer)
    do throws(SystemError) {
      try buffer.withBytes(sink)
    } catch {
      failure = error
    }
  }

  /// Where one thread alone writes a part of which it knows the beginning.
  func continuation() -> (RawSpan) -> Void {
    var isBegun = false
    return { bytes in
      guard bytes.byteCount > 0 else { return }
      if !isBegun { self.begin(OutputBoundary()) }
      isBegun = true
      self.write(bytes)
    }
  }

  /// Before the first bytes of a part.
  func begin(_ boundary: OutputBoundary) {
    switch join {
    case .plain: break
    case .separated(let text):
      guard !isEmpty else { return }
      var buffer = OutputBuffer(capacity: 4096)
      buffer.append(text)
      buffer.withBytes { write($0) }
    case .commands:
      guard let first = boundary.firstDatabase, first != database else { return }
      var exporter = CommandExporter(into: OutputBuffer(capacity: 4096))
      exporter.select(first)
      exporter.output.withBytes { write($0) }
    }
  }

  /// After the last bytes of a part.
  func end(_ boundary: OutputBoundary) {
    if boundary.forgetsDatabase {
      database = nil
    } else if let last = boundary.lastDatabase {
      database = last
    }
  }
}
