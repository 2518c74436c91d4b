// HyperLogLogs as servers keep them: strings of 16384 registers, sparse while they are small.
//
//   "HYLL", 0 dense or 1 sparse, 3 bytes of zero, 8 bytes cached cardinality (top bit: not valid), then
//   dense     16384 registers of six bits, the lowest bits first
//   sparse    00xxxxxx            x + 1 registers are 0
//             01xxxxxx yyyyyyyy   the same of 14 bits
//             1vvvvvxx            x + 1 registers are v + 1

/// The registers of a HyperLogLog and the bytes that hold them.
struct HyperLogLogValue {
  private(set) var bytes: [UInt8]

  static let registers = 16384
  private static let header = 16
  private static let denseCount = header + registers * 6 / 8
  /// Servers turn to the dense form beyond this size, unless they are told otherwise.
  private static let sparseLimit = 3000

  /// An empty one, as servers make it.
  init() {
    bytes = Array("HYLL".utf8) + [1, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [0x7f, 0xff]
  }

  /// Takes a string; nil if it is no HyperLogLog.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= HyperLogLogValue.header, bytes[..<4] == Array("HYLL".utf8)[...],
      bytes[4] <= 1, bytes[4] == 1 || bytes.count == HyperLogLogValue.denseCount
    else { return nil }
    self.bytes = bytes
  }

  var isDense: Bool { bytes[4] == 0 }

  /// Marks the cached cardinality as not valid.
  mutating func invalidate() { bytes[15] |= 0x80 }

  // MARK: Adding

  /// Adds an element; true if a register changed, nil if the registers are damaged.
  mutating func add(_ element: RawSpan) -> Bool? {
    let hash = HyperLogLogValue.hash(element)
    let index = Int(hash & 16383)
    // A run of zeros ends with the 51st bit at the latest.
    let count = UInt8((hash >> 14 | 1 << 50).trailingZeroBitCount + 1)
    return set(index, count)
  }

  /// Raises a register; true if it changed, nil if the registers are damaged.
  mutating func set(_ index: Int, _ count: UInt8) -> Bool? {
    isDense ? setDense(index, count) : setSparse(index, count)
  }

  private mutating func setDense(_ index: Int, _ count: UInt8) -> Bool {
    guard HyperLogLogValue.dense(bytes, index) < count else { return false }
    let bit = index * 6
    let place = HyperLogLogValue.header + bit / 8
    let shift = UInt8(bit % 8)
    bytes[place] = bytes[place] & ~(63 << shift) | count << shift
    if shift > 2 {
      let down = 8 - shift
      bytes[place + 1] = bytes[place + 1] & ~(63 >> down) | count >> down
    }
    return true
  }

  private static func dense(_ bytes: [UInt8], _ index: Int) -> UInt8 {
    let bit = index * 6
    let place = header + bit / 8
    let shift = UInt8(bit % 8)
    let low = bytes[place] >> shift
    return (shift > 2 ? low | bytes[place + 1] << (8 - shift) : low) & 63
  }

  /// A run of registers with one value.
  private struct Run {
    var place: Int
    var first: Int
    var count: Int
    var value: UInt8
    var size: Int

    var last: Int { first + count - 1 }
  }

  /// The run at a place; nil where the bytes end.
  private func run(at place: Int, first: Int) -> Run? {
    guard place < bytes.count else { return nil }
    let code = bytes[place]
    switch code {
    case ..<0x40: return Run(place: place, first: first, count: Int(code) + 1, value: 0, size: 1)
    case ..<0x80:
      guard place + 1 < bytes.count else { return nil }
      let count = Int(code & 0x3f) << 8 | Int(bytes[place + 1])
      return Run(place: place, first: first, count: count + 1, value: 0, size: 2)
    default:
      let value = code >> 2 & 31 + 1
      return Run(place: place, first: first, count: Int(code & 3) + 1, value: value, size: 1)
    }
  }

  private mutating func setSparse(_ index: Int, _ count: UInt8) -> Bool? {
    guard count <= 32 else { return promote(index, count) }
    var previous: Run?
    guard var found = run(at: HyperLogLogValue.header, first: 0) else { return nil }
    while index > found.last {
      previous = found
      guard let next = run(at: found.place + found.size, first: found.last + 1) else { return nil }
      found = next
    }
    if found.value >= count { return false }
    var codes: [UInt8] = []
    if found.count == 1, found.size == 1 {
      codes = [HyperLogLogValue.code(count, 1)]
    } else {
      codes += HyperLogLogValue.codes(found.value, index - found.first)
      codes.append(HyperLogLogValue.code(count, 1))
      codes += HyperLogLogValue.codes(found.value, found.last - index)
      let growth = codes.count - found.size
      if growth > 0, bytes.count + growth > HyperLogLogValue.sparseLimit {
        return promote(index, count)
      }
    }
    bytes.replaceSubrange(found.place..<(found.place + found.size), with: codes)
    mergeRuns(from: previous?.place ?? HyperLogLogValue.header)
    invalidate()
    return true
  }

  private static func code(_ value: UInt8, _ count: Int) -> UInt8 {
    0x80 | (value - 1) << 2 | UInt8(count - 1)
  }

  /// The bytes of a run.
  private static func codes(_ value: UInt8, _ count: Int) -> [UInt8] {
    if count == 0 { return [] }
    if value > 0 { return [code(value, count)] }
    if count <= 64 { return [UInt8(count - 1)] }
    return [0x40 | UInt8((count - 1) >> 8), UInt8((count - 1) & 255)]
  }

  /// Joins neighbours of one value, as servers do, within five runs.
  private mutating func mergeRuns(from start: Int) {
    var place = start
    var left = 5
    while place < bytes.count, left > 0 {
      left -= 1
      if bytes[place] < 0x80 {
        place += bytes[place] < 0x40 ? 1 : 2
        continue
      }
      if place + 1 < bytes.count, bytes[place + 1] >= 0x80,
        bytes[place] >> 2 == bytes[place + 1] >> 2
      {
        let count = Int(bytes[place] & 3) + Int(bytes[place + 1] & 3) + 2
        if count <= 4 {
          bytes[place + 1] = bytes[place + 1] & 0xfc | UInt8(count - 1)
          bytes.remove(at: place)
          continue
        }
      }
      place += 1
    }
  }

  private mutating func promote(_ index: Int, _ count: UInt8) -> Bool? {
    guard makeDense() else { return nil }
    return setDense(index, count)
  }

  /// Turns to the dense form; false if the registers are damaged.
  mutating func makeDense() -> Bool {
    guard !isDense else { return true }
    guard let values = values else { return false }
    var dense = HyperLogLogValue(header: bytes)
    for (index, value) in values.enumerated() where value > 0 { _ = dense.setDense(index, value) }
    self = dense
    return true
  }

  private init(header: [UInt8]) {
    bytes = Array(header[..<HyperLogLogValue.header])
    bytes[4] = 0
    bytes += [UInt8](repeating: 0, count: HyperLogLogValue.denseCount - HyperLogLogValue.header)
  }

  /// All registers; nil if they are damaged.
  var values: [UInt8]? {
    if isDense {
      return (0..<HyperLogLogValue.registers).map { HyperLogLogValue.dense(bytes, $0) }
    }
    var values: [UInt8] = []
    values.reserveCapacity(HyperLogLogValue.registers)
    var place = HyperLogLogValue.header
    while let run = run(at: place, first: values.count) {
      guard values.count + run.count <= HyperLogLogValue.registers else { return nil }
      values += [UInt8](repeating: run.value, count: run.count)
      place += run.size
    }
    return values.count == HyperLogLogValue.registers ? values : nil
  }
}
