// Whole files.
//
//   0   bytes by which limits and windows move on, less one
//   1   records per batch, less one, in the low six bits
//   2   elements per command, in steps of 8 from 64
//   3   bit 0: deadlines of strings stand in their SET
//   4…  the file

import Export
import RDB

/// Reads a file in every way there is, and writes out what it holds.
public func fuzzScan(_ bytes: RawSpan) {
  var input = FuzzInput()
  let step = Int(input.option(bytes)) + 1
  let capacity = Int(input.option(bytes) & 63) + 1
  var options = CommandExporter.Options()
  options.itemsPerCommand = 64 + 8 * Int(input.option(bytes))
  options.usesPXAT = input.option(bytes) & 1 == 1
  let file = bytes.extracting(input.payload(bytes))
  let scanner: RDBScanner
  do throws(RDBError) {
    scanner = try RDBScanner(headerOf: file)
  } catch {
    return expectPlace(of: error, in: 0...file.byteCount)
  }
  // A thousand windows at most, so that time stays in proportion to the file.
  let stride = max(step, file.byteCount / 1000 + 1)
  let whole = FileReading(whole: file, scanner, capacity: capacity)
  expectSound(whole, in: file)
  precondition(
    FileReading(limited: file, scanner, capacity: capacity, step: stride) == whole,
    "up to limits a file reads otherwise")
  precondition(
    FileReading(windows: file, scanner, capacity: capacity, step: stride) == whole,
    "in windows a file reads otherwise")
  openRecords(of: file, scanner, options)
}

/// Traps unless records lie one behind the other, and the error where the scan stopped.
private func expectSound(_ reading: FileReading, in file: RawSpan) {
  var end = RDBHeader.byteCount
  for record in reading.records {
    precondition(record.start >= end, "records overlap")
    precondition(record.offset >= record.start, "attributes stand behind the type")
    precondition(record.valueOffset > record.offset, "a key has no bytes, not even a length")
    precondition(record.valueCount > 0, "a value has no bytes")
    end = record.end
  }
  precondition(reading.state.offset >= end, "the scan stands before its last record's end")
  precondition(reading.state.offset <= file.byteCount, "the scan stands behind the file")
  guard let error = reading.error else { return }
  expectPlace(of: error, in: reading.state.offset...file.byteCount)
}

/// Walks and exports each record, with what the file had said up to it.
private func openRecords(
  of file: RawSpan, _ start: RDBScanner, _ options: CommandExporter.Options
) {
  var scanner = start
  var batch = RecordBatch(capacity: 1)
  let reader = RESPReader()
  var output = OutputBuffer(capacity: 4096)
  output.drain = { reader.read($0) }
  var exporter = CommandExporter(into: output, options: options)
  var stop: RDBScanner.Stop? = .batchFull
  while stop == .batchFull {
    do throws(RDBError) {
      stop = try scanner.scan(file, into: &batch)
    } catch {
      expectFailureLocation(of: scanner, in: file)
      stop = nil
    }
    if batch.count == 1 {
      let count = checkValue(of: batch[0], in: file, scanner.context)
      export(batch[0], from: file, scanner.context, elements: count, &exporter, reader)
    }
    batch.removeAll()
  }
  // A run is at most what makes a buffer drain and one command more; its key is at most 1 KiB, its
  // last element at most what all of the file unpacks to.
  precondition(
    reader.longestRun <= 1 << 18 + options.bytesPerCommand + 8192 + 200 * file.byteCount,
    "commands are held back")
}

private func expectFailureLocation(of scanner: RDBScanner, in file: RawSpan) {
  let place = scanner.failureLocation(in: file)
  precondition((0...file.byteCount).contains(place.start), "damage is told outside the file")
  switch place.key {
  case .raw(let key), .lzf(let key, _):
    precondition(key.offset > 0 && key.end <= file.byteCount, "a key is told outside the file")
  case .integer, nil: break
  }
}

/// Walks a value, looking at everything.
///
/// - Returns: Its elements; nil where it is broken.
func checkValue(of record: RDBRecord, in file: RawSpan, _ context: ValueContext) -> UInt64? {
  var sink = CheckSink()
  var scratch = Scratch()
  var at = record.valueOffset
  do throws(RDBError) {
    try walk(record.type, context, in: file, at: &at, scratch: &scratch, into: &sink)
  } catch {
    precondition(error.reason != .truncated, "a value that was skipped is too short to walk")
    precondition(record.type.isDecoded(in: context.dialect), "a value that is skipped is broken")
    expectPlace(of: error, in: record.valueOffset...record.end)
    return nil
  }
  precondition(at == record.end, "a value's walked extent is not the skipped one")
  guard record.type.isDecoded(in: context.dialect) else { return 0 }
  if let told = record.elements {
    precondition(told == sink.elements, "a value has other elements than its layout tells")
  }
  return sink.elements
}

private func export(
  _ record: RDBRecord, from file: RawSpan, _ context: ValueContext, elements: UInt64?,
  _ exporter: inout CommandExporter, _ reader: RESPReader
) {
  // A key is written with every command: a long one would make more output than is worth a run.
  guard record.keyCount <= 1024 else { return }
  let before = reader.elements
  reader.hasRestored = false
  do throws(RDBError) {
    let outcome = try exporter.export(
      record, expiry: record.expiry, from: file, context: context)
    exporter.output.flush()
    let isSupported = CommandExporter.supports(record.type, in: context.dialect)
    precondition(outcome != .unsupported || elements == nil || !isSupported, "a type is left out")
    precondition(outcome != .empty || elements ?? 0 == 0, "elements are left out")
    // A payload carries what it carries, and streams have an entry where they have none.
    let isPlain = record.type.content(in: context.dialect) == .elements
    if isPlain, outcome == .written, !reader.hasRestored, let elements {
      precondition(reader.elements - before == elements, "commands carry other elements")
    }
  } catch {
    exporter.output.flush()
    expectPlace(of: error, in: record.offset...record.end)
    let keyIsSound = (try? checkKey(of: record, in: file)) != nil
    precondition(elements == nil || !keyIsSound, "a record that is sound is not exported")
  }
}

/// Unpacks a record's key.
private func checkKey(of record: RDBRecord, in file: RawSpan) throws(RDBError) {
  var scratch = Scratch()
  try scratch.withBytes(of: try record.key(in: file), in: file) { key throws(RDBError) in
    precondition(key.byteCount == Int(record.keyCount), "a key has another size than it tells")
  }
}
