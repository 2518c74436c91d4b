// Measures inside this process, on files that are mapped and in the page cache.

import CLimits
import Corpora
import Export
import OwnSink
import RDB

/// Makes the groups of one file.
struct InProcess {
  let input: Input
  let file: MappedFile

  init(_ input: Input) throws(Trouble) {
    self.input = input
    file = try MappedFile(input.path)
  }

  private func measure(
    _ name: String, of limit: String?, _ answer: UInt64, items: Int? = nil,
    _ run: @escaping () throws -> UInt64
  ) -> Measure {
    Measure(
      name: name, bytes: file.count, items: items ?? input.facts.keys,
      against: limit.map { [$0] } ?? [],
      answer: answer, run: { (try run(), nil) })
  }

  /// The scan, and everything that rides on it.
  func scans(prefix: String) throws -> Group {
    var measures = try limits()
    let expected = try scan()
    guard expected.keys == input.facts.keys else { throw Trouble("the scan lost keys") }
    let isStrings = input.name == "strings"
    if isStrings {
      measures.append(
        measure("C walk", of: nil, expected.hash) { [file] in file.walkStrings().hash })
    }
    let bound = isStrings ? "C walk" : "sum"
    let hash = expected.hash
    measures += [
      measure("scan", of: bound, hash) { try tally().fingerprint },
      measure("scan, checksum", of: "read", hash) { try tally(sums: true).fingerprint },
      measure("scan, batches", of: "scan", hash) { try scan().hash },
    ]
    measures += [1, 2].map { shards($0, hash) }
    for filter in Filter.all(prefix: prefix) {
      let patterns = try filter.compiled()
      let count = try file.count(filter)
      measures.append(
        measure(filter.name, of: "scan", count) { [file] in try file.match(patterns) })
    }
    return Group(title: "\(input.name), scan", measures: measures)
  }

  /// What the machine does with the same bytes.
  private func limits() throws -> [Measure] {
    let sum = file.sum()
    let bytes = UInt64(file.count)
    let target = CopyTarget()
    let checksum = wholeChecksum()
    return [
      measure("sum", of: nil, sum) { [file] in file.sum() },
      measure("read", of: "sum", bytes) { [file] in file.readThrough() },
      measure("memcpy", of: "sum", bytes) { [file] in target.copy(file) },
      measure("checksum", of: "sum", checksum) { wholeChecksum() },
    ]
  }

  private func wholeChecksum() -> UInt64 {
    file.withBytes { CRC64.update(0, $0) }
  }

  private func scan() throws(Trouble) -> HashConsumer {
    var consumer = HashConsumer()
    _ = try sound { () throws(RDBError) in
      try file.withBytes { bytes throws(RDBError) in try sweep(bytes, into: &consumer) }
    }
    return consumer
  }

  /// A scan by shards; its time is that of the clock on the wall, since threads share the work.
  private func shards(_ threads: Int, _ hash: UInt64) -> Measure {
    Measure(
      name: "scan, shards, \(threads) thread\(threads == 1 ? "" : "s")", bytes: file.count,
      items: input.facts.keys, against: ["scan"], answer: hash,
      run: { [file] in
        let start = ContinuousClock.now
        let tally = try sound { () throws(RDBError) in
          try file.withBytes { bytes throws(RDBError) in try count(bytes, threads: threads) }
        }
        let wall = seconds(since: start)
        return (
          tally.fingerprint, Cost(wall: wall, user: 0, system: 0, resident: 0, status: 0)
        )
      })
  }

  private func tally(sums: Bool = false) throws(Trouble) -> RecordTally {
    let (tally, isRight) = try sound { () throws(RDBError) in
      try file.withBytes { bytes throws(RDBError) in try count(bytes, sums: sums) }
    }
    guard isRight else { throw Trouble("the checksum is wrong") }
    return tally
  }

  /// Rows and commands.
  ///
  /// `known` are the checksums of what the program itself wrote.
  func outputs(known: KnownOutputs) throws -> Group {
    var measures: [Measure] = [
      measure("memcpy", of: nil, UInt64(file.count)) { [file, target = CopyTarget()] in
        target.copy(file)
      }
    ]
    for format in [RowFormat.tsv, .ndjson] {
      let expected = try file.writeRows(format, sums: true)
      if format == .tsv { try known.compare(expected, with: known.rows, "rows", input) }
      measures.append(
        measure("rows, \(format.rawValue)", of: "memcpy", UInt64(expected.bytes)) { [file] in
          UInt64(try file.writeRows(format).bytes)
        })
    }
    let (expected, written) = try file.writeCommands(sums: true)
    try known.compare(expected, with: known.commands, "commands", input)
    guard written == input.facts.keys else {
      throw Trouble("\(written) keys were exported of \(input.facts.keys)")
    }
    let bytes = UInt64(expected.bytes)
    measures += [
      measure("commands", of: "memcpy", bytes) { [file] in
        UInt64(try file.writeCommands().sink.bytes)
      },
      measure("commands, checksum", of: "memcpy", bytes) { [file] in
        UInt64(try file.writeCommands(checked: true).sink.bytes)
      },
    ]
    return Group(title: "\(input.name), output", measures: measures)
  }

  /// Elements poured into a sink that counts them: one with access to everything, and one of a stranger.
  func walk() throws -> Group {
    let elements = input.facts.elements
    return Group(
      title: "\(input.name), walk", item: "element",
      measures: [
        measure("sum", of: nil, file.sum(), items: elements) { [file] in file.sum() },
        measure("walk", of: "sum", UInt64(elements), items: elements) { try walkAll() },
        measure("walk, own sink", of: "walk", UInt64(elements), items: elements) { [file] in
          try sound { () throws(RDBError) in
            try file.withBytes { bytes throws(RDBError) in try countElements(bytes) }
          }
        },
      ])
  }

  func walkAll() throws(Trouble) -> UInt64 {
    var consumer = WalkConsumer()
    _ = try sound { () throws(RDBError) in
      try file.withBytes { bytes throws(RDBError) in try sweep(bytes, into: &consumer) }
    }
    return consumer.elements
  }

  /// LZF data unpacked; GB/s are of what comes out.
  func unpacking() throws -> Group? {
    let blobs = try Blobs(file)
    guard blobs.count > 0 else { return nil }
    let checksum = try blobs.unpack(.plain, sums: true)
    let ways = Blobs.Way.allCases.filter(\.isThere)
    let measures = try ways.map { way in
      guard try blobs.unpack(way, sums: true) == checksum else {
        throw Trouble("LZF data unpacks differently by \(way.rawValue)")
      }
      return Measure(
        name: way.rawValue, bytes: blobs.unpacked, items: blobs.count,
        against: way == .ours ? [] : [Blobs.Way.ours.rawValue], answer: UInt64(blobs.unpacked),
        run: { (try blobs.unpack(way), nil) })
    }
    return Group(title: "\(input.name), LZF", item: "string", measures: measures)
  }
}

/// A buffer that fits the second cache.
@safe private final class CopyTarget {
  // SAFETY: freed in `deinit`.
  private let bytes = UnsafeMutableRawBufferPointer.allocate(
    byteCount: MappedFile.step, alignment: 64)

  deinit { unsafe bytes.deallocate() }

  func copy(_ file: MappedFile) -> UInt64 { unsafe file.copy(to: bytes) }
}
