// A damaged file, verified and salvaged in memory, and the ways in which files are damaged here.

import Export
import RDB
import Restore
import Storage
import TestSupport

@testable import RDBSift

/// A record as a salvage gives it.
struct SalvagedRecord: Hashable, Sendable {
  var database: UInt32
  /// All of its bytes, attributes included.
  var bytes: [UInt8]
}

/// What a salvage gives.
struct Salvaged: Sendable {
  var file: SalvagedFile
  var records: [(record: SalvagedRecord, start: Int, trust: Trust)]
}

/// Keeps the bytes of every record.
private struct KeepingWorker: RecordWorker, ~Copyable {
  var output = OutputBuffer(capacity: 4096)
  var trust = Trust.probable
  private var records: [(record: SalvagedRecord, start: Int, trust: Trust)] = []

  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let kept = SalvagedRecord(
        database: record.database,
        bytes: [UInt8](copying: bytes.extracting(record.start..<record.end)))
      records.append((kept, record.start, trust))
    }
  }

  consuming func finish() -> [(record: SalvagedRecord, start: Int, trust: Trust)] { records }
}

/// Salvages a file.
func salvage(
  _ bytes: [UInt8], threads: Int = 1, partial: Bool = false
) throws(JobFailure) -> Salvaged {
  try bytes.withRawSpan { (span) throws(JobFailure) in
    var options = SweepOptions()
    options.threads = threads
    let file = SalvagedFile(span, options)
    var parts: [Int: PartialRecord] = [:]
    if partial {
      for (index, gap) in file.map.gaps.enumerated() {
        parts[index] = PartialRecord(gap, in: span, file.map.header)
      }
    }
    let swept = try sweep(
      file, in: span, partial: parts, into: RecordOutput { _ in }, KeepingWorker()
    ) { $0.trust = $1 }
    return Salvaged(file: file, records: swept.summary)
  }
}

/// Verifies a file.
func verify(_ bytes: [UInt8], threads: Int = 1) throws(JobFailure) -> Verification {
  try bytes.withRawSpan { (span) throws(JobFailure) in
    var options = SweepOptions()
    options.threads = threads
    var selection = everything
    selection.keepsExpired = true
    return try Verification(span, selection, isWhole: true, options: options)
  }
}

/// The records of a sound file, by their bytes.
func soundRecords(_ bytes: [UInt8]) -> [(record: SalvagedRecord, place: RDBRecord)] {
  ScannedFile(scanning: bytes).records.map {
    (SalvagedRecord(database: $0.database, bytes: Array(bytes[$0.start..<$0.end])), $0)
  }
}

/// A way to damage a byte of a file.
enum Damaging: CaseIterable {
  case flipped
  case oneBit
  case zeroed
  case deleted
  case doubled
  case cut

  /// The file with a byte damaged; nil where that changes nothing.
  func damage(_ bytes: [UInt8], at index: Int) -> [UInt8]? {
    var damaged = bytes
    switch self {
    case .flipped: damaged[index] ^= 0xff
    case .oneBit: damaged[index] ^= 1 << UInt8(index % 8)
    case .zeroed:
      guard bytes[index] != 0 else { return nil }
      damaged[index] = 0
    case .deleted: damaged.remove(at: index)
    case .doubled: damaged.insert(bytes[index], at: index)
    case .cut: damaged.removeSubrange(index...)
    }
    return damaged
  }
}
