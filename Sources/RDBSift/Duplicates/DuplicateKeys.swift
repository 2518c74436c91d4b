// The second look at keys whose hashes are alike.

package import Export
package import RDB

/// A record whose key's hash was met twice.
package struct SuspectRecord: Sendable {
  var record: RDBRecord
  var key: [UInt8]
}

/// Collects the records whose keys have one of some hashes.
package struct DuplicateKeyWorker: RecordWorker, ~Copyable {
  /// Records that are collected at most.
  private static let limit = 1 << 16

  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private let suspects: Set<UInt64>
  private var scratch = Scratch()
  private var found: [SuspectRecord] = []

  /// Makes a worker for one thread.
  package init(_ suspects: Set<UInt64>) { self.suspects = suspects }

  /// Collects.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      guard let key = try? record.key(in: bytes),
        let hash = try? ByteHash.of(key, in: bytes, &scratch),
        suspects.contains(ByteHash.of(hash, database: record.database)),
        found.count < DuplicateKeyWorker.limit, let text = key.spelled(in: bytes)
      else { continue }
      found.append(SuspectRecord(record: record, key: text))
    }
  }

  /// What was collected.
  package consuming func finish() -> [SuspectRecord] { found }

  /// The keys that really stand there twice, in the file's order.
  package static func findings(_ collected: [[SuspectRecord]], fileSize: Int) -> [Finding] {
    struct Name: Hashable {
      var database: UInt32
      var key: [UInt8]
    }
    var first: [Name: Int] = [:]
    var findings: [Finding] = []
    let all = collected.flatMap { $0 }.sorted { $0.record.start < $1.record.start }
    for suspect in all {
      let name = Name(database: suspect.record.database, key: suspect.key)
      if let place = first[name] {
        findings.append(
          Finding(
            .duplicateKey(first: place), .error, suspect.record, key: suspect.key,
            fileSize: fileSize))
      } else {
        first[name] = suspect.record.start
      }
    }
    return findings
  }
}
