// Measures keys on the worker threads, and writes a row for each.

import Export
import Memory
import RDB
import Restore

/// Counts of one thread that need no order.
package struct MeasuredKeys: Mergeable, Sendable {
  /// Keys whose value is damaged.
  package var damaged: UInt64 = 0

  package mutating func merge(_ other: MeasuredKeys) { damaged &+= other.damaged }
}

/// Writes a row for each selected key.
struct StatisticsWriter: RecordWriter, ~Copyable {
  static var countsOutcome: Bool { false }

  var output = OutputBuffer()
  private(set) var written: UInt64 = 0
  private var estimator: MemoryEstimator
  private var memory: [KeyMemory]

  init(_ request: StatisticsRequest) {
    estimator = MemoryEstimator(request.models, measuresElements: true)
    memory = request.models.map { _ in .unknown }
  }

  mutating func write(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    for index in records.indices where actions[index].isWritten {
      let record = records[index]
      do throws(RDBError) {
        try append(record, in: bytes, context.values)
      } catch {
        let key = record.readableKey(in: bytes)
        throw .damage(Damage(error, in: record, key: key, fileSize: bytes.byteCount))
      }
    }
    // A row is small; a batch of them is checked once.
    output.drainIfLarge()
  }

  private mutating func append(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    try estimator.measure(record, in: bytes, context, into: &memory)
    let row = row(record, context.dialect)
    written &+= 1
    row.append(to: &output)
    if let key = record.rawKey {
      output.append(key, of: bytes)
    } else {
      try output.append(try record.key(in: bytes), in: bytes)
    }
  }

  private func row(_ record: RDBRecord, _ dialect: RDBDialect) -> StatisticsRow {
    let sizes = estimator.sizes
    var row = StatisticsRow()
    row.keyCount = Int(record.keyCount)
    row.shape = record.type.shape(in: dialect)?.rawValue ?? .max
    row.encoding = record.encoding(in: dialect).rawValue
    row.certainty = memory[0].certainty
    row.flags = record.flags
    row.database = record.database
    row.evictionNumber = record.evictionNumber
    row.memory = memory[0].bytes
    row.otherMemory = memory.count > 1 ? memory[1].bytes : 0
    row.elements = sizes.elements
    row.longest = sizes.longest
    row.elementBytes = sizes.isTable ? sizes.elementBytes : 0
    row.expiry = record.expiryMilliseconds
    row.stored = record.end - record.start
    return row
  }

  consuming func finish() -> MeasuredKeys { MeasuredKeys() }
}
