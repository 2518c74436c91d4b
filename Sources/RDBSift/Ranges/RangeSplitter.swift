// Divides a file into ranges. One scan counts records up to the first place between records after each
// boundary of equal parts, so parts differ by no more than a record.

import RDB
import Storage

/// Divides a file into ranges.
struct RangeSplitter {
  /// Bytes between two progress reports.
  private static let step = 1 << 24

  private var scanner: RDBScanner
  private let firstKey: Int
  private let progress: (@Sendable (Int) -> Void)?
  private var tally = RecordTally()
  private var templates: [Int] = []
  private var starts: [ScanStart]
  /// The records before each start.
  private var counts: [UInt64] = [0]

  /// Divides a file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - parts: How many ranges there are at most; fewer if a record is larger than a part.
  ///   - progress: Receives the offset reached.
  /// - Returns: The ranges, in order.
  /// - Throws: `JobFailure` if the file cannot be read to its end.
  static func ranges(
    of bytes: RawSpan, parts: Int, progress: (@Sendable (Int) -> Void)? = nil
  ) throws(JobFailure) -> [FileRange] {
    var splitter = RangeSplitter(try openScanner(bytes), in: bytes, progress)
    do throws(RDBError) {
      try splitter.divide(bytes, into: parts)
    } catch {
      throw .damage(Damage(error, scanner: splitter.scanner, in: bytes))
    }
    do throws(SystemError) {
      return splitter.ranges(
        in: (bytes.byteCount, try FileRange.headDigest(of: bytes)))
    } catch {
      throw .system(error)
    }
  }

  private init(
    _ scanner: RDBScanner, in bytes: RawSpan, _ progress: (@Sendable (Int) -> Void)?
  ) {
    self.scanner = scanner
    self.progress = progress
    starts = [scanner.start]
    firstKey = scanner.readingHead(of: bytes)?.first.start ?? bytes.byteCount
  }

  private mutating func divide(_ bytes: RawSpan, into parts: Int) throws(RDBError) {
    let (first, size) = (starts[0].offset, bytes.byteCount - starts[0].offset)
    for part in 1..<max(parts, 1) {
      let boundary = first + size / parts * part + size % parts * part / parts
      // Every reader reads what precedes the first key, so no part begins there.
      guard boundary > firstKey, boundary < bytes.byteCount else { continue }
      guard try scan(bytes, until: boundary) != .end else { return }
      var start = scanner.start
      guard start.offset > max(starts[starts.count - 1].offset, firstKey),
        bytes.byte(start.offset) != RDBOpcode.eof.rawValue
      else { continue }
      start.templates = templates.filter { $0 < start.offset }
      starts.append(start)
      counts.append(tally.total.keys)
    }
    _ = try scan(bytes, until: .max)
  }

  /// Counts records up to a boundary, or to the end of the file.
  private mutating func scan(
    _ bytes: RawSpan, until boundary: Int
  ) throws(RDBError) -> RDBScanner.Stop {
    var stop = RDBScanner.Stop.limit
    while stop != .end, scanner.state.offset < boundary {
      let next = min(boundary, scanner.state.offset + RangeSplitter.step)
      stop = try scanner.scan(bytes, until: next < bytes.byteCount ? next : .max, into: &tally)
      for event in tally.events {
        guard case .hashTemplate(id: _, fields: _, let place, isRedefined: _) = event else {
          continue
        }
        if place.offset > firstKey { templates.append(place.offset) }
      }
      tally.removeEvents()
      progress?(scanner.state.offset)
    }
    return stop
  }

  private func ranges(in file: (size: Int, headDigest: String)) -> [FileRange] {
    let ends =
      starts.dropFirst().map { ($0.offset, $0.database) } + [(file.size, scanner.state.database)]
    let totals = Array(counts.dropFirst()) + [tally.total.keys]
    return starts.indices.map { index in
      FileRange(
        index, of: starts.count, from: starts[index], to: ends[index],
        keys: totals[index] - counts[index], in: file)
    }
  }
}

extension Backup {
  /// Divides the only file into ranges of about the same size.
  ///
  /// - Parameter parts: How many there are at most.
  /// - Returns: The ranges, in order.
  /// - Throws: `FileFailure` if the file is packed or cannot be read to its end.
  package func split(into parts: Int) throws -> [FileRange] {
    let outcome = eachFile("splitting", checksum: false) { _, file, options in
      try file.failing { source throws(JobFailure) in
        try source.checkHeader()
        guard source.isPlain else { throw .range(WrongRange(range: nil, reason: .packed)) }
      }
      return try file.withBytes { bytes in
        do throws(JobFailure) {
          return try RangeSplitter.ranges(of: bytes, parts: parts, progress: options.progress)
        } catch {
          throw FileFailure(error, path: file.file.name)
        }
      }
    }
    return try outcome[0].value.get()
  }
}
