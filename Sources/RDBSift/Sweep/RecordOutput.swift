// The output of a job: parts in file order, whichever thread made them. It buffers nothing, and one thread at
// a time calls it.

package import Export
package import Storage

/// Joins parts of the output and passes them to a sink.
///
/// After the first failure of the sink it writes nothing more.
package final class RecordOutput: @unchecked Sendable {
  // Unchecked: the sweep calls it from one thread at a time (Sweep alone, or the pool's writer, whose
  // turn passes from thread to thread under the pool's lock).

  /// How to join two parts.
  package enum Join: Sendable {
    /// Without a separator.
    case plain
    /// With a separator between two parts that are not empty.
    case separated(StaticString)
    /// As commands, with a SELECT if the second part begins in another database.
    case commands
  }

  let join: Join
  private let sink: (RawSpan) throws(SystemError) -> Void
  private var database: UInt32?
  private var isEmpty = true
  /// Writes the heading before the first bytes, or at the end if there are none.
  package var heading: ((inout OutputBuffer) -> Void)?
  /// The first failure; nothing is written after it.
  package private(set) var failure: SystemError?
  /// Bytes written so far.
  package private(set) var written = 0

  /// Makes an output in front of `sink`.
  package init(_ join: Join = .plain, sink: @escaping (RawSpan) throws(SystemError) -> Void) {
    self.join = join
    self.sink = sink
  }

  /// An output that discards everything.
  package static var none: RecordOutput { RecordOutput { _ in } }

  /// Writes bytes.
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

  /// Writes the heading unless it was written before.
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

  /// Leaves out the SELECT of a database that what precedes this output has selected.
  func goOn(in database: UInt32) { self.database = database }

  /// Writes a SELECT unless the commands have selected the database.
  func select(_ database: UInt32) {
    let boundary = OutputBoundary()
    boundary.firstDatabase = database
    begin(boundary)
    self.database = database
  }

  /// A sink for a part that one thread writes alone.
  func continuation() -> (RawSpan) -> Void {
    var isBegun = false
    return { bytes in
      guard bytes.byteCount > 0 else { return }
      if !isBegun { self.begin(OutputBoundary()) }
      isBegun = true
      self.write(bytes)
    }
  }

  /// Begins a part that is not empty.
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

  /// Ends a part.
  func end(_ boundary: OutputBoundary) {
    if boundary.forgetsDatabase {
      database = nil
    } else if let last = boundary.lastDatabase {
      database = last
    }
  }
}
