// Where a damaged value of a module ends. It is a row of opcodes and values up to an end opcode, so the
// row is followed from the places after the last value that could be read.

/// Looks for the end of one module's value that cannot be read.
struct ModuleExtent: ~Copyable {
  /// Bytes that a damaged value may take.
  private static let widest = 4096
  /// Values that have to follow each other up to the end.
  private static let least = 4

  /// Steps that one value may cost.
  private static let attempt = 1 << 21

  private let floor: Int
  /// The starts of the last values that could be read.
  private var starts: [Int] = []

  /// Begins at the first byte of a module's value.
  init(at start: Int, in bytes: RawSpan, _ search: inout RecordSearch) {
    floor = search.floor(forAttempt: ModuleExtent.attempt)
    var at = start
    guard (try? bytes.readLength(&at)) != nil else { return }
    while search.canPay(downTo: floor) {
      starts.append(at)
      if starts.count > ModuleExtent.least { starts.removeFirst() }
      search.charge(1)
      guard (try? bytes.readModuleValue(&at)) != nil else { return }
    }
  }

  /// The end of the value; nil if there is none, or it costs too much.
  consuming func end(
    in bytes: RawSpan, _ search: inout RecordSearch, like scanner: RDBScanner
  ) -> Int? {
    for start in starts.reversed() {
      for place
        in (start &+ 1)..<max(start &+ 1, min(start &+ ModuleExtent.widest, bytes.byteCount))
      {
        guard search.canPay(downTo: floor) else { return nil }
        if let end = follow(from: place, in: bytes, &search),
          search.isBoundary(at: end, in: bytes, like: scanner)
        {
          return end
        }
      }
    }
    return nil
  }

  /// The end of a row of values; nil if one cannot be read, or they are too few.
  private func follow(
    from start: Int, in bytes: RawSpan, _ search: inout RecordSearch
  ) -> Int? {
    var at = start
    var values = 0
    while search.canPay(downTo: floor) {
      search.charge(1)
      do throws(RDBError) {
        guard try bytes.readModuleValue(&at) != nil else {
          return values >= ModuleExtent.least ? at : nil
        }
      } catch {
        return nil
      }
      values &+= 1
    }
    return nil
  }
}
