// A file read to its end in three ways: in one go, up to limits that move on, and from windows that
// grow where they are too short. All must come to the same.

import RDB

/// What a scan of a whole file came to.
struct FileReading: Equatable {
  /// What a file says between records, and before which record.
  struct PlacedEvent: Equatable {
    var index: Int
    var event: RDBEvent
  }

  var records: [RDBRecord] = []
  var events: [PlacedEvent] = []
  var error: RDBError?
  var state: ScanState
  var context: ValueContext

  private init(_ scanner: RDBScanner) {
    state = scanner.state
    context = scanner.context
  }

  /// Takes over what is in a batch, and empties it.
  private mutating func take(_ batch: inout RecordBatch) {
    for (index, event) in batch.events {
      events.append(PlacedEvent(index: records.count + index, event: event))
    }
    for index in 0..<batch.count { records.append(batch[index]) }
    batch.removeAll()
  }

  private mutating func finish(_ scanner: RDBScanner, _ error: RDBError?) -> FileReading {
    self.error = error
    state = scanner.state
    context = scanner.context
    return self
  }
}

extension FileReading {
  /// Reads a file in one go.
  init(whole file: RawSpan, _ start: RDBScanner, capacity: Int) {
    var scanner = start
    var batch = RecordBatch(capacity: capacity)
    self.init(scanner)
    do throws(RDBError) {
      while try scanner.scan(file, into: &batch) == .batchFull { take(&batch) }
      take(&batch)
      self = finish(scanner, nil)
    } catch {
      take(&batch)
      self = finish(scanner, error)
    }
  }

  /// Reads a file up to a limit that moves on by `step` bytes.
  init(limited file: RawSpan, _ start: RDBScanner, capacity: Int, step: Int) {
    var scanner = start
    var batch = RecordBatch(capacity: capacity)
    var limit = scanner.state.offset
    self.init(scanner)
    do throws(RDBError) {
      while true {
        let stop = try scanner.scan(
          file, until: limit < file.byteCount ? limit : .max, into: &batch)
        take(&batch)
        if stop == .end { break }
        guard stop == .limit else { continue }
        precondition(scanner.state.offset >= limit, "a scan stops before its limit")
        limit += step
      }
      self = finish(scanner, nil)
    } catch {
      take(&batch)
      self = finish(scanner, error)
    }
  }

  /// Reads a file of which more bytes arrive, `step` at a time.
  init(windows file: RawSpan, _ start: RDBScanner, capacity: Int, step: Int) {
    var scanner = start
    var batch = RecordBatch(capacity: capacity)
    var end = min(scanner.state.offset + step, file.byteCount)
    self.init(scanner)
    while true {
      do throws(RDBError) {
        let window = file.extracting(first: end)
        let stop = try scanner.scan(window, into: &batch)
        take(&batch)
        precondition(stop != .limit, "a scan stops at a limit that nobody set")
        guard stop == .end else { continue }
        self = finish(scanner, nil)
        return
      } catch {
        take(&batch)
        guard error.reason == .truncated, end < file.byteCount else {
          self = finish(scanner, error)
          return
        }
        end = min(end + step, file.byteCount)
      }
    }
  }
}
