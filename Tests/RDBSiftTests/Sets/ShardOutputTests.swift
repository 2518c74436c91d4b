import Export
import RDB
import Storage
import Synchronization
import TestSupport
import Testing

@testable import RDBSift

@Suite("The output of several files")
struct ShardOutputTests {
  private func piece(_ shard: Int, _ number: Int, _ count: Int) -> [UInt8] {
    Array("[\(shard).\(number)]".utf8) + [UInt8](repeating: 0x2e, count: count)
  }

  @Test("comes in the files' order, whoever is first", arguments: [1, 2, 5])
  func order(threads: Int) {
    let pieces = (0..<12).map { shard in
      (0..<(shard % 4)).map { piece(shard, $0, shard * 50) }
    }
    let collected = CollectedBytes()
    let output = ShardOutput(
      RecordOutput { (bytes) throws(SystemError) in collected.append(bytes) }, .plain)
    let run = ShardRun(sizes: pieces.map(\.count), threads: threads)
    let results = run.map { index, own in
      #expect(own == 1 || threads == 1)
      let part = output.part(index)
      for piece in pieces[index] { piece.withRawSpan { part.write($0) } }
      output.end(index, goesOn: true)
      return index
    }
    #expect(results == Array(0..<12))
    #expect(collected.bytes == pieces.flatMap { $0 }.flatMap { $0 })
  }

  @Test("waits for its turn where it is more than is kept")
  func large() {
    let large = [UInt8](repeating: 1, count: 9 << 20)
    let collected = CollectedBytes()
    let output = ShardOutput(
      RecordOutput { (bytes) throws(SystemError) in collected.append(bytes) }, .plain)
    let isSecondBegun = Mutex(false)
    let results = ShardRun(sizes: [1, 1], threads: 2).map { index, _ in
      let part = output.part(index)
      if index == 1 { isSecondBegun.withLock { $0 = true } }
      for _ in 0..<3 { large.withRawSpan { part.write($0) } }
      output.end(index, goesOn: true)
      return true
    }
    #expect(results == [true, true])
    #expect(isSecondBegun.withLock { $0 })
    #expect(collected.bytes.count == 6 * large.count)
  }

  @Test("ends with the first file that fails, whatever those behind it have written")
  func failure() {
    for threads in [1, 2, 4] {
      let collected = CollectedBytes()
      let output = ShardOutput(
        RecordOutput { (bytes) throws(SystemError) in collected.append(bytes) }, .plain)
      _ = ShardRun(sizes: [1, 1, 1, 1, 1], threads: threads).map { index, _ -> Int? in
        guard output.wants(index) else { return nil }
        let part = output.part(index)
        [UInt8(0x30 + index)].withRawSpan { part.write($0) }
        output.end(index, goesOn: index != 2)
        return index
      }
      #expect(collected.bytes == Array("012".utf8))
    }
  }

  @Test("puts what an array needs between files, and nothing where a file has no rows")
  func separated() {
    let collected = CollectedBytes()
    let join = RecordOutput.Join.separated(",")
    let output = ShardOutput(
      RecordOutput(join) { (bytes) throws(SystemError) in collected.append(bytes) }, join)
    for (index, text) in ["", "a", "", "b", "c", ""].enumerated() {
      let part = output.part(index)
      Array(text.utf8).withRawSpan { part.write($0) }
      output.end(index, goesOn: true)
    }
    #expect(collected.bytes == Array("a,b,c".utf8))
  }

  @Test("is a failure for the file that writes when the world refuses")
  func refused() {
    let output = ShardOutput(
      RecordOutput { (_) throws(SystemError) in throw SystemError(.closedPipe, .write, "x") },
      .plain)
    let part = output.part(0)
    [1].withRawSpan { part.write($0) }
    #expect(part.failure?.reason == .closedPipe)
  }

  @Test("a large file has all threads, small ones one each")
  func threads() {
    let run = ShardRun(sizes: [ShardRun.smallSize, 1, 2, ShardRun.smallSize, 3], threads: 4)
    #expect(run.map { _, threads in threads } == [4, 1, 1, 4, 4])
  }
}
