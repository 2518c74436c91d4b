// A log: what a fuzzer makes of it is walked, cut, applied and written.
//
//   0    how it is cut: 0 at its end, 1 at a second, 2 at a place, 3 behind commands
//   1 2  the second, place or number, low byte first
//   3…   the log

import AOF
import RDB

/// Keys whose last byte is even.
private final class EvenKeys: KeySelector {
  var selectsEverything: Bool { false }
  func selects(_ key: RawSpan) -> Bool {
    key.byteCount > 0 && key.fuzzByte(key.byteCount - 1) & 1 == 0
  }
}

/// Walks, cuts and applies a log; what is written must be an RDB file that reads to its end, and a
/// selection must hold what everything holds of the selected keys.
public func fuzzLog(_ bytes: RawSpan) {
  var input = FuzzInput()
  let kind = input.option(bytes) & 3
  let low = Int(input.option(bytes))
  let number = low | Int(input.option(bytes)) << 8
  let payload = [UInt8](copying: bytes.extracting(input.payload(bytes)))
  withExactCopy(of: payload) { log in
    let parts = ByteParts()
    parts.withPart(log) { part in
      var whole = LogInput(parts)
      guard (try? whole.append("log", part: part, isBase: false)) != nil else { return }
      checkHoles(whole, count: log.byteCount)
      checkSalvage(whole)
      _ = LogCoverage(of: whole)
      let cut = cut(kind, number)
      guard let every = try? LogMoment(whole, cut, EveryKey()),
        let some = try? LogMoment(whole, cut, EvenKeys())
      else { return }
      check(records(every), holds: records(some))
    }
  }
}

private func cut(_ kind: UInt8, _ number: Int) -> LogCut {
  switch kind {
  case 0: .end
  case 1: .second(Int64(number))
  case 2: .place(LogPosition(file: 0, offset: number))
  default: .commands(number)
  }
}

private func checkHoles(_ input: LogInput, count: Int) {
  var last = 0
  for hole in input.holes(of: 0) {
    precondition(hole.start >= last && hole.end > hole.start && hole.end <= count, "holes overlap")
    last = hole.end
  }
}

/// What is salvaged is an RDB file, in which what is sure comes first; of a sound log it is what the log
/// holds at its end, without the values of RESTORE that are damaged, which are named.
private func checkSalvage(_ input: LogInput) {
  var findings = 0
  let commands = input.check { if case .unknownCommand = $0.kind {} else { findings += 1 } }
  precondition(commands.count == 1, "a file has no number of commands")
  var bytes: [UInt8] = []
  let state = LogMoment(salvaging: input, EveryKey()).writeWhole { bytes += [UInt8](copying: $0) }
  let sure = state.overlay.records.count { state.sure.contains($0.offset) }
  precondition(sure == state.sureCount, "sure records lie elsewhere")
  let found = records(bytes)
  guard findings == 0, input.base == nil, let end = try? LogMoment(input, .end, EveryKey()) else {
    return
  }
  precondition(sure == found.count, "a sound log is doubtful")
  let held = records(end)
  for (key, value) in found {
    precondition(held[key] == value, "what is salvaged of a sound log is not what it holds")
  }
  let unknown = Set(state.overlay.inexact.map { name($0.database, $0.key) })
  for key in held.keys where found[key] == nil {
    precondition(unknown.contains(key), "a key of a sound log is neither salvaged nor named")
  }
}

private func name(_ database: UInt32, _ key: [UInt8]) -> [UInt8] {
  (0..<4).map { UInt8(truncatingIfNeeded: database >> ($0 * 8)) } + key
}

/// The records of the overlay by database and key, as their stored bytes without the order of elements.
private func records(_ moment: LogMoment) -> [[UInt8]: UInt128] {
  var bytes: [UInt8] = []
  _ = moment.writeOverlay { bytes += [UInt8](copying: $0) }
  return records(bytes)
}

private func records(_ bytes: [UInt8]) -> [[UInt8]: UInt128] {
  var found: [[UInt8]: UInt128] = [:]
  do throws(RDBError) {
    try bytes.withRawSpan { file throws(RDBError) in try collect(file, into: &found) }
  } catch {
    preconditionFailure("an overlay is no RDB file")
  }
  return found
}

private func collect(_ file: RawSpan, into found: inout [[UInt8]: UInt128]) throws(RDBError) {
  var scanner = try RDBScanner(headerOf: file)
  var batch = RecordBatch()
  var scratch = Scratch()
  var digest = ContentDigest(DigestKey(1, 2))
  while true {
    batch.removeAll()
    let stop = try scanner.scan(file, into: &batch)
    for index in 0..<batch.count {
      let record = batch[index]
      let value = try digest.digest(record.type, scanner.context, at: record.value, in: file)
      let key = try scratch.withBytes(of: try record.key(in: file), in: file) {
        [UInt8](copying: $0)
      }
      found[name(record.database, key)] = value
    }
    if stop == .end { return }
  }
}

/// What a selection holds, everything holds too, and the same.
private func check(_ every: [[UInt8]: UInt128], holds some: [[UInt8]: UInt128]) {
  for (key, value) in some {
    precondition(every[key] == value, "a selected key differs from what everything holds")
  }
  for key in every.keys where (key.last ?? 1) & 1 == 0 && key.count > 4 {
    precondition(some[key] != nil, "a selected key is missing")
  }
}
