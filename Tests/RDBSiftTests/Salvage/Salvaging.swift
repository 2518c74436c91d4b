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
  var records: [(record: SalvagedRecord, start: Int, confidence: Confidence)]
}

/// Keeps the bytes of every record.
private struct KeepingVisitor: RecordVisitor, ~Copyable {
  struct Summary: Mergeable, Sendable {
    var records: [(record: SalvagedRecord, start: Int, confidence: Confidence)] = []

    mutating func merge(_ other: Summary) { records += other.records }
  }

  private var summary = Summary()

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) {
    let kept = SalvagedRecord(
      database: record.database,
      bytes: [UInt8](copying: bytes.extracting(record.start..<record.end)))
    // Every salvaged record has a mark.
    guard let confidence = context.confidence else { preconditionFailure("no mark") }
    summary.records.append((kept, record.start, confidence))
  }

  consuming func finish() -> Summary { summary }
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
    let worker = VisitingWorker(KeepingVisitor(), everyRecord, file: 0, keys: nil)
    let swept = try file.sweep(span, partial: parts, worker)
    return Salvaged(file: file, records: swept.result.summary.records)
  }
}

/// Verifies a file.
func verify(_ bytes: [UInt8], threads: Int = 1) throws -> Verification {
  try withBackup(of: [bytes], threads: threads) { backup in
    try backup.verify(everyRecord, isWhole: true).onlySummary
  }
}

extension BackupResult {
  /// What was found in the only file.
  var onlySummary: Summary {
    get throws { try files[0].value.get().summary }
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
