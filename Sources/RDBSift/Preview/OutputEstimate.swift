// Estimates the size of an export. For a small file every value is written to a buffer that is discarded,
// so the numbers are exact. For a large file about one key in 64 is written, chosen by its offset, and
// the result is scaled by value bytes.

import Export
import RDB
package import Restore

/// What an export would write, measured on some or all keys.
package struct OutputEstimate: Hashable, Sendable {
  /// Whether every key was measured.
  package var isExact = true
  /// The measured keys, and the bytes of their values.
  package var measured = KeyCount()
  /// Commands for the measured keys.
  package var commands: UInt64 = 0
  /// Bytes of those commands.
  package var bytes: UInt64 = 0
  /// Damaged values; an export stops at the first.
  package var damaged: UInt64 = 0

  /// The databases selected per file.
  private var databases: Set<SelectedDatabase> = []

  private struct SelectedDatabase: Hashable {
    var file: Int
    var number: UInt32
  }

  /// Adds the databases that keys of a file go to.
  mutating func select(_ numbers: [UInt32], file: Int) {
    databases.formUnion(numbers.map { SelectedDatabase(file: file, number: $0) })
  }

  mutating func merge(_ other: OutputEstimate) {
    databases.formUnion(other.databases)
    isExact = isExact && other.isExact
    measured = measured + other.measured
    commands &+= other.commands
    bytes &+= other.bytes
    damaged &+= other.damaged
  }

  /// Commands and bytes for all restored keys, with a SELECT for each database.
  package func total(_ tally: PlanTally) -> (commands: UInt64, bytes: UInt64) {
    let all = tally.restored
    var (commands, bytes) = (self.commands, self.bytes)
    if !isExact, measured.keys > 0 {
      let scale = Double(all.valueBytes) / Double(max(measured.valueBytes, 1))
      commands = UInt64(Double(commands) * Double(all.keys) / Double(measured.keys))
      bytes = UInt64(Double(bytes) * scale)
    }
    for database in databases.map(\.number) {
      commands &+= 1
      // *2, $6, SELECT, the number's length and the number, each with CR and LF
      let digits = String(database).utf8.count
      bytes &+= UInt64(truncatingIfNeeded: 22 + digits)
    }
    return (commands, bytes)
  }
}

/// Writes values as commands and counts the output.
struct OutputMeter: ~Copyable {
  private var exporter: CommandExporter
  private let counter = CommandCounter()

  /// Files up to this size are measured key by key.
  static let exactSize = 64 << 20

  init() {
    exporter = CommandExporter(into: OutputBuffer(capacity: 1 << 16))
    exporter.output.mark = 1 << 15
    exporter.output.drain = { [counter] in counter.count($0) }
  }

  /// Measures a record if the sample includes it.
  mutating func add(
    _ record: RDBRecord, until expiry: UnixMilliseconds?, in bytes: RawSpan,
    _ context: ValueContext, into estimate: inout OutputEstimate
  ) {
    if bytes.byteCount > OutputMeter.exactSize {
      estimate.isExact = false
      let place = UInt64(record.offset) &* 0x9e37_79b9_7f4a_7c15
      guard place >> 58 == 0 else { return }
    }
    guard CommandExporter.supports(record.type, in: context.dialect) else { return }
    exporter.database = record.database
    let start = exporter.output.total
    let outcome = try? exporter.export(
      record, expiry: expiry, from: bytes, context: context)
    let written = exporter.output.total &- start
    exporter.output.flush()
    estimate.commands &+= counter.take()
    estimate.bytes &+= UInt64(written)
    estimate.measured = estimate.measured + KeyCount(keys: 1, valueBytes: UInt64(record.valueCount))
    if outcome == nil { estimate.damaged &+= 1 }
  }
}
