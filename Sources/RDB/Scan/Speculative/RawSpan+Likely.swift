// Guesses where a record may begin in unknown bytes. The caller
// must be correct without it.

extension RawSpan {
  /// The first offset in a range where records seem to begin: several follow each other, and their
  /// keys look like keys.
  func likelyRecord(in range: Range<Int>, like scanner: RDBScanner) -> Int? {
    var probes = Likely.probes
    // Without an end of its own, each probe could walk the rest of the file.
    let reach = min(Likely.reach, max(range.count, 1024))
    for at in range.prefix(Likely.window) where at < byteCount && isLikelyStart(at) {
      guard probes > 0 else { return nil }
      probes -= 1
      let lent = extracting(0..<min(byteCount, at &+ reach))
      var probe = RDBScanner(
        header: scanner.header, resuming: ScanState(offset: at), context: scanner.context)
      var sink = ProbeSink()
      _ = try? probe.run(lent, until: lent.byteCount, into: &sink)
      if sink.isLikely { return at }
    }
    return nil
  }

  /// Whether bytes look like a type and a key, or like an expiry before them.
  private func isLikelyStart(_ at: Int) -> Bool {
    var next = at
    if byte(at: next) == RDBOpcode.expireTimeMS.rawValue { next &+= 9 }
    guard next &+ 3 <= byteCount, byte(at: next) <= Likely.lastType else { return false }
    let first = byte(at: next &+ 1)
    switch first {
    case 1..<0x40: return isText(next &+ 2)
    case 0x40...0x43: return isText(next &+ 3)
    case 0xc0...0xc2: return true
    default: return false
    }
  }

  fileprivate func isText(_ at: Int) -> Bool { at < byteCount && byte(at: at) >= 0x20 }
}

private enum Likely {
  /// Records that have to follow each other.
  static let records = 5
  /// Bytes in which they have to, at most.
  static let reach = 1 << 15
  /// Places that are looked at.
  static let window = 1 << 16
  /// Places from which is read.
  static let probes = 64
  /// Types of values that servers of today write; what is above is rare.
  static let lastType = RDBType.gcra.rawValue
}

/// Counts records while they are plausible.
private struct ProbeSink: RecordSink {
  private var records = 0
  private var isDoubtful = false

  var isLikely: Bool { !isDoubtful && records == Likely.records }
  var isFull: Bool { isDoubtful || records == Likely.records }
  var needsContext: Bool { true }

  mutating func take(_ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect) {
    records += 1
    guard let key = record.rawKey else { return }
    if key.count == 0 || !bytes.isText(key.offset) { isDoubtful = true }
  }

  mutating func take(_ event: RDBEvent) { isDoubtful = true }

  func beginRun() -> NoRun { NoRun() }

  mutating func endRun(
    _ run: NoRun, of byteCount: Int, in bytes: RawSpan, database: UInt32, _ dialect: RDBDialect
  ) {}
}

/// A run that takes nothing, so that records come one by one.
private struct NoRun: RecordRun {
  var isFull: Bool { true }
  mutating func take(_ record: RDBRecord) {}
}
