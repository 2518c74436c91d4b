// The whole state of a damaged log as an RDB file: what is sure first, then what is doubtful.

import RDB

/// What was written of a damaged log.
package struct SalvagedState: Sendable {
  /// What was written, and which keys are not known.
  package var overlay: Overlay
  /// Records that begin in this range of the file are sure; those behind it are doubtful.
  package var sure: Range<Int>
  /// Records that are sure.
  package var sureCount: Int
}

extension LogMoment {
  /// Writes everything that the selected keys hold, those of the base too, as an RDB file.
  ///
  /// - Parameter body: Gets the bytes, piece by piece.
  /// - Returns: What was written, and which of it is sure.
  package func writeWhole(_ body: @escaping (RawSpan) -> Void) -> SalvagedState {
    var (bytes, overlay) = begin(body)
    let start = bytes.written
    write(doubtful: false, &bytes, &overlay)
    let (sure, count) = (start..<bytes.written, overlay.records.count)
    write(doubtful: true, &bytes, &overlay)
    end(&bytes, &overlay)
    return SalvagedState(overlay: overlay, sure: sure, sureCount: count)
  }

  private func write(doubtful: Bool, _ bytes: inout RDBBytes, _ overlay: inout Overlay) {
    let isGone = keyspace.isFlushed || keyspace.everythingUnknown != nil
    let unmet = isGone ? [] : Array((input.base?.keys ?? [:]).keys)
    for number in Set(keyspace.numbers.keys).union(unmet).sorted() {
      let container = keyspace.numbers[number].map { keyspace.containers[$0] }
      bytes.select(number)
      for key in container?.keys.indices ?? 0..<0 {
        guard let container, container.keys[key].isDoubtful == doubtful else { continue }
        write(container.keys.key(key), container.entry(key), in: number, &bytes, &overlay)
      }
      let isDoubtful = container?.isDoubtful ?? keyspace.doubt.isEverywhere
      let base = container == nil ? number : container?.base
      if isDoubtful == doubtful, let base {
        copyUntouched(of: base, to: number, &bytes, &overlay)
      }
      bytes.flush(atLeast: 1 << 18)
    }
  }
}
