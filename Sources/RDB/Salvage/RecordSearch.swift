// The search for the next place where records make sense. A place is believed when a record that
// begins there is whole to its last byte, others follow, or the end of the file, and enough speaks for
// them (PlausibilityScore.swift).
//
// Each place is looked at once. Looking costs what is stepped over, and a lie can make that much: a
// list that claims a million elements is walked until one makes no sense. So there is a purse of
// steps: every byte that the search moves on puts a few in, every look takes out what it cost, and
// what cannot be paid for is not looked at further. The whole search is linear for that reason.

/// Finds where records begin again.
package struct RecordSearch: ~Copyable {
  /// Records that follow each other and are believed whatever they look like.
  static let longChain = 16
  /// What a byte of progress adds to the purse.
  private static let income = 16
  /// The bytes that a look may reach, and what it may reach next if they are too few.
  private static let reaches = [1 << 10, 1 << 15, 1 << 20, 1 << 26, Int.max]

  private let fileSize: Int
  private var purse: Int
  private var check = RecordCheck()
  /// Whether keys that are no text are unlikely, as those that were read tell.
  package var expectsText = true
  private var batch = RecordBatch(capacity: RecordSearch.longChain)
  /// The first place that was not looked at.
  package private(set) var untried = 0
  /// Offsets that were probed.
  package private(set) var probes = 0
  /// Steps that the probes took at most.
  package private(set) var steps = 0

  /// Makes a search through a file of so many bytes.
  package init(fileSize: Int) {
    self.fileSize = fileSize
    purse = 1 << 22 + min(fileSize, 1 << 56) * 8
  }

  /// The first place in a range where records make sense, if it was not looked at before.
  ///
  /// - Parameters:
  ///   - range: Where to look; places that were looked at before are left out.
  ///   - bytes: The whole file.
  ///   - scanner: What is known of the file: its header, its database, what types mean in it.
  /// - Returns: The place, or nil.
  package mutating func next(
    in range: Range<Int>, of bytes: RawSpan, like scanner: RDBScanner
  ) -> Int? {
    var at = max(range.lowerBound, untried)
    defer { untried = max(untried, at) }
    while at < range.upperBound {
      let place = at
      at &+= 1
      // The purse never holds more than a constant and what the file's size puts in.
      purse &+= RecordSearch.income
      guard mayBegin(at: place, in: bytes, scanner.context.dialect) else { continue }
      if makesSense(at: place, in: bytes, like: scanner, isBoundary: false) { return place }
    }
    return nil
  }

  /// Whether records make sense at a place.
  ///
  /// - Parameters:
  ///   - place: The place.
  ///   - bytes: The whole file.
  ///   - scanner: What is known of the file.
  ///   - isBoundary: Whether a record is known to end there, so that less is asked for.
  /// - Returns: Whether they do; false where the answer would cost too much.
  package mutating func makesSense(
    at place: Int, in bytes: RawSpan, like scanner: RDBScanner, isBoundary: Bool
  ) -> Bool {
    probes &+= 1
    for reach in RecordSearch.reaches {
      guard purse > 0 else { return false }
      let end = reach < bytes.byteCount &- place ? place &+ reach : bytes.byteCount
      switch look(at: place, in: bytes.extracting(0..<end), like: scanner, isBoundary) {
      case .believed: return true
      case .refuted: return false
      case .outOfReach where end == bytes.byteCount: return false
      case .outOfReach: continue
      }
    }
    return false
  }

  private enum Answer {
    case believed
    case refuted
    /// More bytes are needed than were lent.
    case outOfReach
  }

  private mutating func look(
    at place: Int, in bytes: RawSpan, like scanner: RDBScanner, _ isBoundary: Bool
  ) -> Answer {
    var state = scanner.state
    state = ScanState(offset: place, database: state.database)
    var scan = RDBScanner(header: scanner.header, resuming: state, context: scanner.context)
    batch.removeAll()
    var failure: RDBError?
    do throws(RDBError) {
      _ = try scan.scan(bytes, into: &batch)
    } catch {
      failure = error
    }
    pay(from: place, to: failure?.offset ?? scan.state.offset)
    let ends = batch.events.contains { isEnd($0.event) }
    if !ends, scan.state.isEnded { return .refuted }
    guard areDistinct(in: bytes) else { return .refuted }
    if batch.count > 0, expectsText, !isBoundary, !PlausibilityScore.isText(batch[0], in: bytes) {
      return .refuted
    }
    // A chain that was broken by what was lent may be longer.
    let isOpen = failure?.reason == .truncated && bytes.byteCount < fileSize
    if isOpen, batch.count < 2 { return .outOfReach }
    switch judge(in: bytes, scan.context, ends: ends, isBoundary) {
    case .believed: return .believed
    case .refuted where isOpen: return .outOfReach
    case let answer: return answer
    }
  }

  /// Checks the records of a chain to their last bytes, and weighs them.
  private mutating func judge(
    in bytes: RawSpan, _ context: ValueContext, ends: Bool, _ isBoundary: Bool
  ) -> Answer {
    guard ends || batch.count >= 2 else { return .refuted }
    var score = PlausibilityScore()
    for index in 0..<batch.count {
      let record = batch[index]
      purse &-= record.valueCount / 8
      guard (try? check.check(record, in: bytes, context)) != nil else {
        // What is whole before it may be enough.
        return index >= 2 && score.tenths >= PlausibilityScore.enough ? .believed : .refuted
      }
      score.add(record, in: bytes)
      if score.isRefuted { return .refuted }
      let isEnough = isBoundary || score.tenths >= PlausibilityScore.enough
      if index >= 1, isEnough { return .believed }
    }
    return ends || batch.count == RecordSearch.longChain ? .believed : .refuted
  }

  /// Takes out what a look cost: strings and packed structures are stepped over in one.
  private mutating func pay(from place: Int, to end: Int) {
    var cost = 64 &+ end &- place
    for index in 0..<batch.count {
      let record = batch[index]
      let stepped = min(record.valueCount, 4 &* Int(clamping: record.elements ?? .max))
      cost &-= record.valueCount &- max(0, stepped)
    }
    cost = max(cost, 64)
    purse &-= cost
    steps &+= cost
  }

  /// The end opcode is believed only where the file ends behind it.
  private func isEnd(_ event: RDBEvent) -> Bool {
    guard case .end(let place, let checksum) = event else { return false }
    return place &+ 1 &+ (checksum == nil ? 0 : 8) == fileSize
  }

  /// Keys that are empty, or the same, are more likely a row of zeros.
  private func areDistinct(in bytes: RawSpan) -> Bool {
    for index in 0..<batch.count {
      let record = batch[index]
      guard record.keyCount > 0 else { return false }
      guard index > 0, let key = record.rawKey, let last = batch[index &- 1].rawKey,
        key.count == last.count
      else { continue }
      if bytes.extracting(key.range).equals(bytes.extracting(last.range)) { return false }
    }
    return true
  }

  /// Whether a byte may begin a record, or what stands before one.
  @inline(__always)
  private func mayBegin(at place: Int, in bytes: RawSpan, _ dialect: RDBDialect) -> Bool {
    let byte = bytes.byte(at: place)
    if byte < RDBType.end {
      guard place &+ 1 < bytes.byteCount, bytes.byte(at: place &+ 1) != 0 else { return false }
      return byte != RDBType.modulePreGA.rawValue && RDBType(byte).shape(in: dialect) != nil
    }
    let opcode = RDBOpcode(byte)
    switch opcode {
    case .eof: return fileSize &- place <= 9
    case .enterpriseLRU, .enterpriseSlot: return dialect != .dragonfly
    default:
      return byte >= RDBOpcode.hashTemplate.rawValue || dialect == .dragonfly && opcode.isDragonfly
    }
  }
}

extension RawSpan {
  /// Whether two spans hold the same bytes.
  func equals(_ other: RawSpan) -> Bool {
    byteCount == other.byteCount
      && (0..<byteCount).allSatisfy { byte(at: $0) == other.byte(at: $0) }
  }
}
