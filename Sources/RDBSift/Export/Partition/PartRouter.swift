// One sweep, many outputs. A worker gathers what belongs to one output, writes a head before it, and the
// router at the end of the sweep hands each piece to its output. Pieces come in the file's order, so
// the bytes of each output are the same for any number of threads.

import Export
import RDB
package import Storage

/// Which output a key belongs to, by its slot in a cluster.
package struct SlotParts: Sendable {
  /// The slots of each part, without gaps.
  package let ranges: [ClosedRange<UInt16>]
  private let parts: [UInt16]

  /// All slots in so many parts, of sizes that differ by one at most.
  package init(count: Int) {
    let ranges = (0..<count).map { index in
      let first = index * HashSlot.count / count
      let next = (index + 1) * HashSlot.count / count
      return UInt16(first)...UInt16(next - 1)
    }
    self.ranges = ranges
    parts = ranges.enumerated().flatMap { part, slots in
      Array(repeating: UInt16(part), count: slots.count)
    }
  }

  /// The part that a name belongs to.
  func part(of name: RawSpan) -> Int { Int(parts[Int(HashSlot(of: name).rawValue)]) }
}

/// Gathers pieces behind their heads.
final class PartFrames {
  /// Heads and pieces.
  var output = OutputBuffer()
  /// Where the worker leaves the databases that the piece begins and ends in.
  let boundary = OutputBoundary()
  private var part = 0
  private var isBegun = false

  /// Before the first bytes of a piece.
  func begin(_ part: Int) {
    self.part = part
    isBegun = false
    boundary.reset()
  }

  /// Takes bytes of the piece, whose end is not known yet.
  func append(_ bytes: RawSpan) { append(bytes, last: nil) }

  /// Takes the last bytes of the piece.
  func end(_ bytes: RawSpan) {
    guard isBegun || bytes.byteCount > 0 else { return }
    append(bytes, last: boundary.lastDatabase)
  }

  private func append(_ bytes: RawSpan, last: UInt32?) {
    let frame = PartFrame(
      part: part, firstDatabase: isBegun ? nil : boundary.firstDatabase, lastDatabase: last,
      count: bytes.byteCount)
    isBegun = true
    frame.append(to: &output)
    output.append(bytes)
    output.drainIfLarge()
  }
}

/// Hands pieces to their outputs.
///
/// Each output has a buffer of bounded size, since pieces may be small. A sweep calls its output from one
/// thread at a time.
package final class PartRouter {
  private final class Part {
    var output = OutputBuffer(capacity: 4096)
    var database: UInt32?
  }

  private static let mark = 1 << 16

  private let parts: [Part]
  private let sink: (Int, RawSpan) throws(SystemError) -> Void

  /// Makes a router to so many outputs.
  package init(parts: Int, sink: @escaping (Int, RawSpan) throws(SystemError) -> Void) {
    self.parts = (0..<parts).map { _ in Part() }
    self.sink = sink
  }

  /// Where a sweep of a `PartitionWriter` ends.
  package var output: RecordOutput {
    RecordOutput { (bytes) throws(SystemError) in try self.route(bytes) }
  }

  /// Writes what is still in buffers.
  package func finish() throws(SystemError) {
    for index in parts.indices { try flush(index) }
  }

  private func route(_ bytes: RawSpan) throws(SystemError) {
    var at = 0
    while let frame = PartFrame(in: bytes, at: at) {
      at += PartFrame.size
      try write(bytes.extracting(at..<(at + frame.count)), frame)
      at += frame.count
    }
    precondition(at == bytes.byteCount, "pieces are handed on whole")
  }

  private func write(_ bytes: RawSpan, _ frame: PartFrame) throws(SystemError) {
    let part = parts[frame.part]
    if let first = frame.firstDatabase, first != part.database { select(first, part) }
    if let last = frame.lastDatabase { part.database = last }
    if part.output.count + bytes.byteCount > PartRouter.mark { try flush(frame.part) }
    if bytes.byteCount > PartRouter.mark { return try sink(frame.part, bytes) }
    part.output.append(bytes)
  }

  private func select(_ database: UInt32, _ part: Part) {
    var exporter = CommandExporter(into: OutputBuffer(capacity: 4096))
    exporter.select(database)
    exporter.output.withBytes { part.output.append($0) }
    part.database = database
  }

  private func flush(_ index: Int) throws(SystemError) {
    try parts[index].output.withBytes { (bytes) throws(SystemError) in
      if bytes.byteCount > 0 { try sink(index, bytes) }
    }
    parts[index].output.removeAll()
  }
}
