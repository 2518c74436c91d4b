// Naive twins: the same answers, computed in the plainest way. What is fast must equal them.

/// The CRC64 of RDB files, bit by bit.
public func naiveCRC64(_ bytes: some Sequence<UInt8>, after start: UInt64 = 0) -> UInt64 {
  var crc = start
  for byte in bytes {
    crc ^= UInt64(byte)
    // 0x95ac9329ac4bc9b5 is the polynomial 0xad93d23594c935a9 with its bits in reverse order.
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x95ac_9329_ac4b_c9b5 : crc >> 1 }
  }
  return crc
}

/// What LZF data unpacks to, byte by byte; nil where it is broken or does not fill `count` bytes.
public func naiveLZFUnpack(_ source: [UInt8], count: Int) -> [UInt8]? {
  var out: [UInt8] = []
  var at = 0
  func next() -> Int? {
    guard at < source.count else { return nil }
    at += 1
    return Int(source[at - 1])
  }
  while let control = next() {
    if control < 32 {
      for _ in 0...control {
        guard let literal = next() else { return nil }
        out.append(UInt8(literal))
      }
    } else {
      var length = control >> 5
      if length == 7 {
        guard let more = next() else { return nil }
        length += more
      }
      guard let low = next() else { return nil }
      let from = out.count - ((control & 31) << 8 | low) - 1
      guard from >= 0 else { return nil }
      for index in 0..<(length + 2) { out.append(out[from + index]) }
    }
    guard out.count <= count else { return nil }
  }
  return out.count == count ? out : nil
}

/// LZF data that unpacks to `bytes`: the nearest earlier place that matches, else literals.
public func naiveLZFPack(_ bytes: [UInt8]) -> [UInt8] {
  var out: [UInt8] = []
  var literals: [UInt8] = []
  var seen: [Int: Int] = [:]
  var at = 0
  func flush() {
    guard !literals.isEmpty else { return }
    out.append(UInt8(literals.count - 1))
    out += literals
    literals = []
  }
  while at < bytes.count {
    let from = at + 2 < bytes.count ? seen.updateValue(at, forKey: triple(bytes, at)) : nil
    guard let from, at - from <= 8192 else {
      literals.append(bytes[at])
      at += 1
      if literals.count == 32 { flush() }
      continue
    }
    flush()
    var length = 3
    while length < 264, at + length < bytes.count, bytes[from + length] == bytes[at + length] {
      length += 1
    }
    out += lzfCopy(length: length, distance: at - from)
    at += length
  }
  flush()
  return out
}

/// The LZF token that copies `length` bytes (3 to 264) from `distance` bytes back (1 to 8192).
public func lzfCopy(length: Int, distance: Int) -> [UInt8] {
  let back = distance - 1
  let high = UInt8(back >> 8)
  let low = UInt8(back & 255)
  return length < 9
    ? [UInt8(length - 2) << 5 | high, low] : [0xe0 | high, UInt8(length - 9), low]
}

private func triple(_ bytes: [UInt8], _ at: Int) -> Int {
  Int(bytes[at]) << 16 | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2])
}
