import Export
import RDB
import Storage
import Synchronization
import TestSupport
import Testing

@testable import RDBSift

@Suite("The output of several files")
struct OrderedFileOutputTests {
  private func piece(_ file: Int, _ number: Int, _ count: Int) -> [UInt8] {
    Array("[\(file).\(number)]".utf8) + [UInt8](repeating: 0x2e, count: count)
  }

  @Test("comes in the files' order, whoever is first", arguments: [1, 2, 5])
  func order(threads: Int) {
    let pieces = (0..<12).map { file in
      (0..<(file % 4)).map { piece(file, $0, file * 50) }
    }
    let collected = CollectedBytes()
    let output = OrderedFileOutput(
      RecordOutput { (bytes) throws(SystemError) in collected.append(bytes) })
    let run = FileSchedule(sizes: pieces.map(\.count), threads: threads)
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
    let output = OrderedFileOutput(
      RecordOutput { (bytes) throws(SystemError) in collected.append(bytes) })
    let isSecondBegun = Mutex(false)
    let results = FileSchedule(sizes: [1, 1], threads: 2).map { index, _ in
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
      let output = OrderedFileOutput(
        RecordOutput { (bytes) throws(SystemError) in collected.append(bytes) })
      _ = FileSchedule(sizes: [1, 1, 1, 1, 1], threads: threads).map { index, _ -> Int? in
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
    let output = OrderedFileOutput(
      RecordOutput(join) { (bytes) throws(SystemError) in collected.append(bytes) })
    for (index, text) in ["", "a", "", "b", "c", ""].enumerated() {
      let part = output.part(index)
      Array(text.utf8).withRawSpan { part.write($0) }
      output.end(index, goesOn: true)
    }
    #expect(collected.bytes == Array("a,b,c".utf8))
  }

  @Test(
    "of commands selects the database of a file's first key, whichever the file before ended in")
  func commands() throws {
    var one = RDBBuilder()
    one.selectDB(3)
    one.string(key: "a", value: "1")
    var two = RDBBuilder()
    two.selectDB(0)
    two.string(key: "b", value: "2")
    for threads in [1, 3] {
      let collected = CollectedBytes()
      let output = RecordOutput(.commands) { (bytes) throws(SystemError) in
        collected.append(bytes)
      }
      let request = ExportRequest(everything)
      _ = try withBackup(of: [one.ended(), two.ended(), one.ended()], threads: threads) {
        $0.write(SweepRequest("exporting", everything), into: output) { _ in CommandWriter(request)
        }
      }
      let commands = try readCommands(collected.bytes).map { command in
        command.arguments.prefix(2).map { String(decoding: $0, as: UTF8.self) }
      }
      #expect(
        commands == [
          ["SELECT", "3"], ["SET", "a"], ["SELECT", "0"], ["SET", "b"], ["SELECT", "3"],
          ["SET", "a"],
        ])
    }
  }

  @Test("is a failure for the file that writes when the world refuses")
  func refused() {
    let output = OrderedFileOutput(
      RecordOutput { (_) throws(SystemError) in throw SystemError(.closedPipe, .write, "x") })
    let part = output.part(0)
    [1].withRawSpan { part.write($0) }
    #expect(part.failure?.reason == .closedPipe)
  }

  @Test("a large file has all threads, small ones one each")
  func threads() {
    let (small, large) = (FileSchedule.smallSize - 1, FileSchedule.smallSize)
    let run = FileSchedule(sizes: [large, 1, small, large, 3], threads: 4)
    #expect(run.map { _, threads in threads } == [4, 1, 1, 4, 4])
  }
}
