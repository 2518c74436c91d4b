// Large logs are applied in shares of their keys: here a small one is.

import AOF
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("Logs that are applied in shares")
struct LogShareTests {
  private struct Found {
    let bytes: [UInt8]
    let moment: Moment

    /// What the records hold, with their databases, in any order.
    var records: Set<[UInt8]> {
      let file = ScannedFile(scanning: bytes)
      return Set(file.records.map { [UInt8($0.database)] + bytes[$0.start..<$0.end] })
    }
  }

  private func overlay(threads: Int, wholeBytes: Int) throws -> Found {
    var options = Backup.Options()
    options.threads = threads
    var request = MomentRequest()
    request.wholeBytes = wholeBytes
    request.absent = RecordFilter()
    let backup = try Backup([Fixtures.repository + "/samples/shop-log"], options).at(request)
    let bytes = try backup.files[0].withSource(options.opening) { source in
      try source.withBytes { [UInt8](copying: $0) }
    }
    return Found(bytes: bytes, moment: try #require(backup.moments.first))
  }

  @Test("the shares hold what the log holds, in the same order for any number of threads")
  func shares() throws {
    let whole = try overlay(threads: 1, wholeBytes: .max)
    let one = try overlay(threads: 1, wholeBytes: 0)
    #expect(one.records == whole.records)
    #expect(one.moment.absent == whole.moment.absent)
    #expect(one.moment.end == whole.moment.end)
    for threads in [2, 4] {
      let several = try overlay(threads: threads, wholeBytes: 0)
      #expect(several.bytes == one.bytes)
      #expect(several.moment.absent == one.moment.absent)
    }
  }
}
