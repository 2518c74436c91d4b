// Threads change the time a sweep takes, and nothing else.

import Export
import RDB
import Restore
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("A sweep with threads")
struct ThreadTests {
  static let threads = [2, 3, 8]

  /// Fixtures and samples without damage.
  private static let files: [[UInt8]] = {
    let paths = Fixtures.all.map(\.path) + samples
    return paths.compactMap { try? readFile($0) }.filter { checkFailure($0) == nil }
  }()

  private static let large: [UInt8] = {
    var file = LargeFile(seed: 1)
    file.fill(to: 4 << 20)
    return file.bytes
  }()

  @Test("exports the bytes and notes that one thread exports")
  func extraction() throws {
    for file in ThreadTests.files + [ThreadTests.large] {
      let alone = try export(file)
      #expect(alone.result.failure == nil)
      for threads in ThreadTests.threads {
        let together = try export(file, .threads(threads))
        expectSame(alone, together)
        let (one, many) = (alone.summary, together.summary)
        #expect(one.written == many.written && one.tally == many.tally)
      }
    }
  }

  @Test("cut into jobs of any size, exports the same", arguments: PoolShape.small)
  func smallJobs(_ shape: PoolShape) throws {
    var mixed = LargeFile(seed: 11)
    mixed.fill(to: 200_000)
    for file in ThreadTests.files + [mixed.bytes] {
      let alone = try export(file)
      let together = try export(file, shape)
      expectSame(alone, together)
    }
  }

  @Test("cut into jobs of any size, lists the same", arguments: PoolShape.small)
  func smallJobsOfRows(_ shape: PoolShape) throws {
    for file in ThreadTests.files {
      for format in RowFormat.allCases {
        let together = try list(file, format, shape)
        let alone = try list(file, format)
        #expect(ByteString(alone.bytes) == ByteString(together.bytes))
      }
    }
  }

  @Test("lists the rows that one thread lists", arguments: RowFormat.allCases)
  func listing(_ format: RowFormat) throws {
    for file in ThreadTests.files + [ThreadTests.large] {
      let alone = try list(file, format)
      for threads in ThreadTests.threads {
        let together = try list(file, format, .threads(threads))
        expectSame(alone, together)
        #expect(alone.summary.written == together.summary.written)
      }
    }
  }

  @Test("previews what one thread previews")
  func previewing() throws {
    let readings = [RecordFilter(databases: DatabaseSet([0, 3]))]
    for file in ThreadTests.files + [ThreadTests.large] {
      let alone = try preview(file, readings: readings)
      for threads in ThreadTests.threads {
        let together = try preview(file, .threads(threads), readings: readings)
        #expect(alone.tally == together.tally)
        #expect(alone.modeCounts == together.modeCounts)
        #expect(alone.first == together.first)
        #expect(alone.biggest == together.biggest)
        #expect(alone.remainingTTLs == together.remainingTTLs)
        #expect(alone.fields == together.fields)
        #expect(alone.output == together.output)
        #expect(alone.unsupported == together.unsupported)
      }
    }
  }

  @Test("inspects and says of the file what one thread does")
  func inspection() throws {
    for file in ThreadTests.files + [ThreadTests.large] {
      let alone = try visit(file) { InspectionVisitor(moment: moment) }
      for threads in ThreadTests.threads {
        let together = try visit(file, .threads(threads)) {
          InspectionVisitor(moment: moment)
        }
        let (one, many) = (alone.summary, together.summary)
        #expect(one.kinds == many.kinds)
        #expect(one.firstExpiry == many.firstExpiry && one.lastExpiry == many.lastExpiry)
        #expect(one.expired == many.expired && one.leftOut == many.leftOut)
        expectSame(alone, together)
      }
    }
  }

  /// Whether two sweeps agree in what does not depend on the worker.
  private func expectSame<Summary>(
    _ a: Swept<Summary>, _ b: Swept<Summary>, location: SourceLocation = #_sourceLocation
  ) {
    #expect(ByteString(a.bytes) == ByteString(b.bytes), sourceLocation: location)
    #expect(a.notes == b.notes, sourceLocation: location)
    for kind in RecordNote.Kind.allCases {
      #expect(a.result.notes.count(kind) == b.result.notes.count(kind), sourceLocation: location)
    }
    #expect(a.result.checksum == b.result.checksum, sourceLocation: location)
    #expect(a.result.trailing == b.result.trailing, sourceLocation: location)
    let (one, two) = (a.result.metadata, b.result.metadata)
    #expect(one.aux == two.aux && one.auxCount == two.auxCount, sourceLocation: location)
    #expect(one.databases == two.databases, sourceLocation: location)
    #expect(one.functionCount == two.functionCount, sourceLocation: location)
    #expect(one.moduleAux == two.moduleAux, sourceLocation: location)
    #expect(one.slotHints == two.slotHints, sourceLocation: location)
    #expect(one.end == two.end, sourceLocation: location)
  }

  @Test("keys of another database never follow a key that nothing was written for")
  func databasesOfUnwritten() throws {
    // Each part of a job is a step of its own where the file is large enough; here the last key of
    // one job and the first of the next are what matters, so jobs are filled with one string each.
    var file = LargeFile(seed: 2)
    for round in 0..<6 {
      file.select(UInt64(round % 3))
      file.pad(to: file.count + (2 << 20))
      file.select(5)
      if round % 2 == 0 { file.unsupported("module \(round)") } else { file.emptyList("e\(round)") }
      file.pad(to: file.count + 20)
      file.select(7)
      if round % 2 == 0 { file.emptyList("f\(round)") } else { file.unsupported("n \(round)") }
      file.string("in 7", "\(round)")
    }
    let alone = try export(file.bytes)
    for threads in ThreadTests.threads {
      #expect(
        ByteString(alone.bytes) == ByteString(try export(file.bytes, .threads(threads)).bytes))
    }
  }

  @Test("a part of which nothing is written leaves the database as it was")
  func unwrittenPart() throws {
    // Jobs hold 8192 records: the second holds nothing but keys that nothing is written for.
    for unsupported in [true, false] {
      var file = LargeFile(seed: 3)
      file.select(0)
      for number in 0..<8192 { file.string("a\(number)", "in database 0") }
      file.select(1)
      for number in 0..<8192 {
        if unsupported { file.unsupported("b\(number)") } else { file.emptyList("b\(number)") }
      }
      for number in 0..<8192 { file.string("c\(number)", "in database 1") }
      let bytes = file.bytes
      let alone = try export(bytes)
      #expect(databases(of: alone.bytes) == [0: 8192, 1: 8192])
      for threads in ThreadTests.threads {
        let together = try export(bytes, .threads(threads))
        #expect(databases(of: together.bytes) == [0: 8192, 1: 8192])
        #expect(ByteString(alone.bytes) == ByteString(together.bytes))
      }
    }
  }

  /// Keys that commands set in each database.
  private func databases(of bytes: [UInt8]) -> [Int: Int] {
    var counts: [Int: Int] = [:]
    var current = 0
    for command in (try? readCommands(bytes)) ?? [] {
      if command.name == "SELECT" {
        current = Int(String(decoding: command.arguments[1], as: UTF8.self)) ?? -1
      } else if command.name == "SET" {
        counts[current, default: 0] += 1
      }
    }
    return counts
  }

  @Test("a record that outgrows every buffer is written in its place")
  func giant() throws {
    var file = LargeFile(seed: 4)
    file.fill(to: 3 << 20)
    file.addGiant(5 << 20)
    file.select(9)
    file.fill(to: 12 << 20)
    file.addGiant(2 << 20)
    let bytes = file.bytes
    let alone = try export(bytes)
    for threads in ThreadTests.threads {
      #expect(ByteString(alone.bytes) == ByteString(try export(bytes, .threads(threads)).bytes))
    }
  }
}
