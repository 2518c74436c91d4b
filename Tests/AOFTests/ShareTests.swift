import RDB
import TestSupport
import Testing

@testable import AOF

@Suite("Shares of the keys of a log")
struct ShareTests {
  /// The overlays of all shares, joined, and the absent keys of all.
  private func joined(
    _ input: LogInput, _ count: Int
  ) throws -> (read: ReadOverlay, absent: [AbsentKey]) {
    var files: [[UInt8]] = []
    var overlays: [Overlay] = []
    var absent: [AbsentKey] = []
    for index in 0..<count {
      try input.withFork { input in
        let selector = ShareSelector(KeyShare(index, of: count), of: EveryKey())
        let moment = try LogMoment(input, .end, selector)
        var bytes: [UInt8] = []
        overlays.append(moment.writeOverlay { bytes += [UInt8](copying: $0) })
        files.append(bytes)
        absent += moment.absentKeys()
      }
    }
    var bytes: [UInt8] = []
    var joiner = OverlayJoiner(overlays) { bytes += [UInt8](copying: $0) }
    for file in files { file.withRawSpan { joiner.append($0) } }
    let overlay = joiner.end()
    return (ReadOverlay(bytes: bytes, overlay), AbsentKey.sorted(absent))
  }

  private func expectSame(_ input: LogInput, _ seed: UInt64) throws {
    let moment = try LogMoment(input, .end, EveryKey())
    let whole = ReadOverlay(moment)
    for count in 1...4 {
      let (shared, absent) = try joined(input, count)
      #expect(try shared.lines().sorted() == whole.lines().sorted(), "seed \(seed)")
      #expect(Set(shared.overlay.inexact) == Set(whole.overlay.inexact), "seed \(seed)")
      #expect(shared.overlay.inexact.count == whole.overlay.inexact.count, "seed \(seed)")
      #expect(shared.overlay.everything == whole.overlay.everything, "seed \(seed)")
      #expect(shared.overlay.rejected == whole.overlay.rejected, "seed \(seed)")
      #expect(absent == moment.absentKeys(), "seed \(seed)")
      #expect(shared.file.records.map(\.start) == shared.overlay.records.map(\.offset))
    }
  }

  @Test("the shares of a random log hold together what the log holds")
  func randomLogs() throws {
    var seeds = SeededRandom(for: "shares of random logs")
    for _ in 0..<30 {
      let seed = seeds.next()
      var random = RandomLog(seed: seed, hasFieldTTLs: true)
      try withLog([("a.aof", random.log(400))]) { try expectSame($0, seed) }
    }
  }

  @Test("commands of several keys, refused ones and unknown ones are the same in shares")
  func severalKeys() throws {
    let keys = (0..<12).map { "k\($0)" }
    var text = LogText()
    for (index, key) in keys.enumerated() {
      text.append(index % 3 == 0 ? "SET \(key) 1" : "SADD \(key) a b \(index)")
    }
    for (source, target) in zip(keys, keys.dropFirst()) {
      text.append("SMOVE \(source) \(target) a")
      text.append("COPY \(source) c:\(target)")
      text.append("RENAME c:\(target) d:\(source)")
      text.append("SINTERSTORE e:\(source) \(source) \(target)")
    }
    text.append("FOO k1 k2 x")
    text.append("SUNIONSTORE u k0 k1 k4")
    text.append("SUNIONSTORE v k4 k5")
    text.append("MSET m1 1 m2 2 m3 3")
    text.append("DEL m2 k7 e:k4")
    try withLog(text) { try expectSame($0, 0) }
  }

  @Test("the shares of a log behind a base drop the same keys of the base")
  func base() throws {
    let folder = Fixtures.repository + "/samples/shop-log/"
    let names = ["appendonly.aof.7.base.rdb", "appendonly.aof.7.incr.aof"]
    let files = try names.map { (name: $0, bytes: try readFile(folder + $0)) }
    try withLog(files, isDirectory: true) { input in
      try expectSame(input, 0)
      let whole = ReadOverlay(try LogMoment(input, .end, EveryKey())).overlay.base
      let (shared, _) = try joined(input, 2)
      #expect(shared.overlay.base.count == whole.count)
      #expect(shared.overlay.base.dropped == whole.dropped)
      #expect(shared.overlay.base.dropsEverything == whole.dropsEverything)
      try input.eachBaseRecord { record, key in
        #expect(
          shared.overlay.base.replaces(key, in: record.database)
            == whole.replaces(key, in: record.database))
      }
    }
  }
}
