// Several outputs in one sweep. A worker writes a header before the bytes of each output, and the router passes
// each piece to its output. Pieces arrive in file order, so outputs do not depend on the number of threads.

import Export
import RDB
package import Storage

/// The partition of keys by cluster slot.
package struct SlotParts: Sendable {
  /// The slots of each part, without gaps.
  package let ranges: [ClosedRange<UInt16>]
  private let parts: [UInt16]

  /// Divides all slots into `count` parts whose sizes differ by at most one.
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

  /// The part of a key name.
  func part(of name: RawSpan) -> Int { Int(parts[Int(HashSlot(of: name).rawValue)]) }
}

/// Collects pieces with their headers.
final class PartFrames {
  /// Headers and pieces.
  var output = OutputBuffer()
  /// The databases in which the piece begins and ends; set by the writer.
  let boundary = OutputBoundary()
  private var part = 0
  private var isBegun = false

  /// Begins a piece.
  func begin(_ part: Int) {
    self.part = part
    isBegun = false
    boundary.reset()
  }

  /// Appends bytes of an unfinished piece.
  func append(_ bytes: RawSpan) { append(bytes, last: nil) }

  /// Appends the last bytes of a piece.
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

/// Passes pieces to their outputs.
///
/// Each output has a buffer of bounded size, since pieces may be small. One thread at a time calls it.
package final class PartRouter {
  private final class Part {
    var output = OutputBuffer(capacity: 4096)
    var database: UInt32?
  }

  private static let mark = 1 << 16

  private let parts: [Part]
  private let sink: (Int, RawSpan) throws(SystemError) -> Void

  /// Makes a router to `parts` outputs.
  package init(parts: Int, sink: @escaping (Int, RawSpan) throws(SystemError) -> Void) {
    self.parts = (0..<parts).map { _ in Part() }
    self.sink = sink
  }

  /// The output for a sweep with `PartitionWriter`.
  package var output: RecordOutput {
    RecordOutput { (bytes) throws(SystemError) in try self.route(bytes) }
  }

  /// Writes the remaining buffers.
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
    precondition(at == bytes.byteCount, "pieces are passed on whole")
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
