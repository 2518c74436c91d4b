// Overlays of the shares of a log's keys as one overlay.

import RDB

/// Writes the overlays of all shares one after the other, with the header of the first.
package struct OverlayJoiner {
  private let overlays: [Overlay]
  private var joined: Overlay
  private var bytes: RDBBytes
  private var next = 0

  /// Begins.
  ///
  /// - Parameters:
  ///   - overlays: What was written of each share; at least one.
  ///   - body: Gets the bytes of the whole file, piece by piece.
  package init(_ overlays: [Overlay], _ body: @escaping (RawSpan) -> Void) {
    self.overlays = overlays
    let first = overlays[0]
    let version = overlays.map(\.header.version).max() ?? first.header.version
    joined = Overlay(header: RDBHeader(isValkey: first.header.isValkey, version: version))
    (joined.base, joined.everything) = (first.base, first.everything)
    bytes = RDBBytes(body)
    bytes.append(Array(joined.header.description.utf8))
  }

  /// Appends what was written of the next share.
  package mutating func append(_ file: RawSpan) {
    let overlay = overlays[next]
    if next == 0 {
      let head = overlay.header.description.utf8.count
      bytes.append(file.extracting(head..<overlay.recordBytes.lowerBound))
      joined.recordBytes = bytes.written..<bytes.written
    } else {
      joined.base.join(overlay.base)
    }
    let distance = bytes.written - overlay.recordBytes.lowerBound
    bytes.append(file.extracting(overlay.recordBytes))
    for var record in overlay.records {
      record.offset += distance
      joined.records.append(record)
    }
    joined.inexact += overlay.inexact
    joined.absent += overlay.absent
    joined.rejected += overlay.rejected
    next += 1
  }

  /// Ends the file.
  /// - Returns: What was written.
  package mutating func end() -> Overlay {
    joined.recordBytes = joined.recordBytes.lowerBound..<bytes.written
    bytes.end()
    return joined
  }
}
