// A whole file as a scan told it, whatever steps the scan took.

public import RDB

/// An event and the index of the record it precedes.
public struct PlacedEvent: Hashable, Sendable {
  /// Records before it.
  public var index: Int
  /// What the file says.
  public var event: RDBEvent
}

/// Everything a scan of a file told.
public struct ScannedFile: Sendable {
  /// The header, if it could be read.
  public var header: RDBHeader?
  /// The records before the end or the error.
  public var records: [RDBRecord] = []
  /// The events before the end or the error.
  public var events: [PlacedEvent] = []
  /// What the meaning of values depends on, as the file's end leaves it.
  public var context = ValueContext()
  /// Where the scan stopped.
  public var state: ScanState?
  /// Why it stopped, if not at the end.
  public var error: RDBError?

  /// Scans bytes from the header to the end or the first error.
  public init(scanning bytes: [UInt8], batch capacity: Int = 256, step: Int = .max) {
    bytes.withRawSpan { span in
      do throws(RDBError) {
        var scanner = try RDBScanner(headerOf: span)
        header = scanner.header
        var batch = RecordBatch(capacity: capacity)
        defer {
          context = scanner.context
          state = scanner.state
          take(&batch)
        }
        var limit = 0
        while true {
          let (sum, overflow) = limit.addingReportingOverflow(step)
          limit = overflow ? .max : min(sum, bytes.count + 1)
          while try scanner.scan(span, until: limit, into: &batch) == .batchFull { take(&batch) }
          if scanner.state.isEnded { return }
        }
      } catch {
        self.error = error
      }
    }
  }

  /// An empty result, to be filled.
  public init() {}

  /// Moves what is in the batch here.
  public mutating func take(_ batch: inout RecordBatch) {
    for (index, event) in batch.events {
      events.append(PlacedEvent(index: records.count + index, event: event))
    }
    for index in 0..<batch.count { records.append(batch[index]) }
    batch.removeAll()
  }

  /// The end event's place and checksum.
  public var end: (at: Int, checksum: UInt64?)? {
    for case .end(let at, let checksum) in events.map(\.event) { return (at, checksum) }
    return nil
  }

  /// The AUX fields, spelled out.
  public func aux(in bytes: [UInt8]) throws(RDBError) -> [([UInt8], [UInt8])] {
    try bytes.withRawSpan { (span) throws(RDBError) in
      var fields: [([UInt8], [UInt8])] = []
      for case .aux(let name, let value) in events.map(\.event) {
        fields.append((try spell(name, in: span), try spell(value, in: span)))
      }
      return fields
    }
  }
}

extension RDBRecord {
  /// The key, spelled out.
  public func keyBytes(in bytes: RawSpan) throws(RDBError) -> [UInt8] {
    try spell(try key(in: bytes), in: bytes)
  }
}

/// What `body` throws, or nil.
public func failure<Result>(_ body: () throws(RDBError) -> Result) -> RDBError? {
  do throws(RDBError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

/// How a scan of bytes fails, or nil.
public func scanFailure(_ bytes: [UInt8]) -> RDBError? { ScannedFile(scanning: bytes).error }

/// Scans a file, then walks each of its values into a sink that checks everything.
///
/// - Returns: The scan's error, else the first value's, as a place in the file.
public func checkFailure(_ bytes: [UInt8]) -> RDBError? {
  let file = ScannedFile(scanning: bytes)
  return file.error ?? bytes.withRawSpan { span in checkValues(of: file, in: span) }
}

/// Walks each value of a scanned file into a sink that checks everything.
public func checkValues(of file: ScannedFile, in span: RawSpan) -> RDBError? {
  var sink = CheckSink()
  var scratch = Scratch()
  for record in file.records {
    var at = record.valueOffset
    do throws(RDBError) {
      try walk(
        record.type, file.context, in: span, at: &at, scratch: &scratch, into: &sink)
    } catch {
      return error
    }
  }
  return nil
}
