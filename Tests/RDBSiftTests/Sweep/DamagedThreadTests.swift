// Of a damaged file, too, threads change nothing: neither what is written nor what is said. EXTENDED=1 takes
// some hundred files.

import Export
import Foundation
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("Threads on damaged files")
struct DamagedThreadTests {
  private static let count = ProcessInfo.processInfo.environment["EXTENDED"] == nil ? 24 : 300

  /// What a job gave, in a form that can be compared.
  private struct Given: Equatable {
    var bytes: ByteString
    var failure: Damage?
    var notes: [RecordNote]
    var checksum: ChecksumState
    var trailing: Int
    var end: Int?

    init<Summary>(_ swept: Swept<Summary>) {
      bytes = ByteString(swept.bytes)
      failure = swept.result.failure?.damage
      notes = swept.notes
      checksum = swept.result.checksum
      trailing = swept.result.trailing
      end = swept.result.metadata.end
    }
  }

  private func compare<Summary>(
    _ name: String, _ job: (PoolShape) throws -> Swept<Summary>,
    _ same: (Summary, Summary) -> Bool = { _, _ in true }
  ) {
    let alone = try? job(.alone)
    for shape in PoolShape.small {
      let together = try? job(shape)
      #expect(together.map { Given($0) } == alone.map { Given($0) }, "\(name), \(shape)")
      guard let alone, let together, alone.result.failure == nil else { continue }
      #expect(same(alone.summary, together.summary), "\(name), \(shape)")
    }
  }

  @Test("change neither bytes nor messages of any job", arguments: 0..<count)
  func jobs(number: Int) throws {
    var random = SeededRandom(for: "damaged file \(number)")
    var file = LargeFile(seed: UInt64(number))
    file.fill(to: 20_000)
    var bytes = file.bytes
    var name = ""
    for _ in 0...random.below(3) {
      let mutation = Mutation(of: bytes.count, from: RDBHeader.byteCount, &random)
      bytes = mutation.damage(bytes)
      name += "\(mutation) "
    }
    let damaged = bytes
    compare("export, \(name)", { try export(damaged, $0) }) { $0.written == $1.written }
    compare("list, \(name)", { try list(damaged, .tsv, $0) }) { $0.written == $1.written }
    compare("info, \(name)", { try visit(damaged, $0) { InspectionVisitor(moment: moment) } }) {
      $0.kinds == $1.kinds && $0.expired == $1.expired
    }
    compare(
      "verify, \(name)",
      { try visit(damaged, $0) { VerificationVisitor(isWhole: true, limit: FindingList.reported) } }
    ) {
      $0.findings.kept == $1.findings.kept && $0.elements == $1.elements
    }
    let one = try? salvage(damaged)
    let four = try? salvage(damaged, threads: 4)
    #expect(one?.records.map(\.record) == four?.records.map(\.record), "salvage, \(name)")
    #expect(one?.records.map(\.confidence) == four?.records.map(\.confidence), "salvage, \(name)")
  }
}
