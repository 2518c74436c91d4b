// The search for the next place where records make sense. A place is believed when a record that
// begins there is whole to its last byte, others follow, or the end of the file, and they are less
// likely by chance than the number of places that were tried allows (PlausibilityScore.swift).
//
// Each place is probed once. A probe costs what it steps over, and a hostile file can make that much:
// a list that claims a million elements is walked until one is invalid. So there is a budget of steps:
// every byte that the search moves on adds a few, every probe takes what it cost, and without a budget
// nothing is probed. So the whole search is linear.

/// Finds where records begin again.
package struct RecordSearch: ~Copyable {
  /// Records that are read at a place at most.
  static let longChain = 16
  /// Bytes after which the bytes around are measured anew.
  private static let period = 1 << 16
  /// What a byte of progress adds to the budget.
  private static let income = 16
  /// Bytes by which lost or added ones move a boundary at most, where that is looked for.
  static let movedBytes = 8
  /// Places that are tried for one boundary.
  private static let movedPlaces = 4 * (2 * movedBytes + 1)
  /// Records that follow a boundary that was moved.
  private static let movedChain = 3
  /// Tenths of bits that one record needs at a known boundary.
  private static let single = 60
  /// The bytes that a probe may read, and what it may read next if they are too few.
  private static let reaches = [1 << 10, 1 << 15, 1 << 20, 1 << 26, Int.max]

  private let fileSize: Int
  private var budget: Int
  private var chance = ChanceModel()
  /// Places that were tried since a record was found.
  private var tried = 0
  private var check = RecordCheck()
  /// Whether keys that are no text are unlikely, as those that were read tell.
  package var expectsText = true
  private var batch = RecordBatch(capacity: RecordSearch.longChain)
  /// How much speaks for the last chain at a moved boundary.
  private var strength = 0
  /// The first place that was not looked at.
  package private(set) var untried = 0
  /// Offsets that were probed.
  package private(set) var probes = 0
  /// Steps that the probes took at most.
  package private(set) var steps = 0

  /// Makes a search through a file of so many bytes.
  package init(fileSize: Int) {
    self.fileSize = fileSize
    budget = 1 << 22 + min(fileSize, 1 << 56) * 8
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
    let first = at
    tried = 0
    while at < range.upperBound {
      let place = at
      at &+= 1
      if (place &- first) % RecordSearch.period == 0 {
        chance = ChanceModel(bytes, around: place, scanner.context.dialect)
      }
      // The budget never exceeds a constant and what the file's size adds.
      budget &+= RecordSearch.income
      tried &+= 1
      guard mayBegin(at: place, in: bytes, scanner.context.dialect) else { continue }
      if makesSense(at: place, in: bytes, like: scanner, isBoundary: false) { return place }
    }
    return nil
  }

  /// The budget below which one attempt to find the end of a value must not go: half of what is left
  /// is for others.
  func floor(forAttempt steps: Int) -> Int { budget &- min(max(0, budget / 2), steps) }

  /// Whether there is a budget for more steps.
  func canPay(downTo floor: Int) -> Bool { budget > floor }

  /// Takes steps out of the budget.
  mutating func charge(_ count: Int) {
    budget &-= count
    steps &+= count
  }

  /// Whether records make sense at a place that another reading of the bytes before it has led to.
  mutating func isBoundary(at place: Int, in bytes: RawSpan, like scanner: RDBScanner) -> Bool {
    guard place < bytes.byteCount, mayBegin(at: place, in: bytes, scanner.context.dialect) else {
      return false
    }
    guard probe(at: place, in: bytes, like: scanner, .guessed) else { return false }
    // The other reading is a guess, so the key has to be like the keys that were read.
    return batch.count == 0 || !expectsText || PlausibilityScore.isText(batch[0], in: bytes)
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
    return probe(at: place, in: bytes, like: scanner, isBoundary ? .known : .unknown)
  }

  /// How much speaks for the records at a place that a few lost or added bytes may have moved a boundary
  /// to, in tenths of bits; nil if they do not lead to the end of the file or are not plainly records.
  mutating func strength(at place: Int, in bytes: RawSpan, like scanner: RDBScanner) -> Int? {
    guard place < bytes.byteCount, mayBegin(at: place, in: bytes, scanner.context.dialect),
      probe(at: place, in: bytes, like: scanner, .moved)
    else { return nil }
    return strength
  }

  private mutating func probe(
    at place: Int, in bytes: RawSpan, like scanner: RDBScanner, _ boundary: Boundary
  ) -> Bool {
    for reach in RecordSearch.reaches {
      guard budget > 0 else { return false }
      let end = reach < bytes.byteCount &- place ? place &+ reach : bytes.byteCount
      switch look(at: place, in: bytes.extracting(0..<end), like: scanner, boundary) {
      case .believed: return true
      case .refuted: return false
      case .outOfReach where end == bytes.byteCount: return false
      case .outOfReach: continue
      }
    }
    return false
  }

  /// What is known of a place before records are read there.
  private enum Boundary {
    /// Nothing: it is one of many that are tried.
    case unknown
    /// Another reading of the bytes before it has led there.
    case guessed
    /// A record ends there.
    case known
    /// A record may end there if bytes of it were lost or added.
    case moved

    /// Whether the first key has to be like the keys that were read.
    var expectsText: Bool { self == .unknown || self == .moved }
  }

  private enum Answer {
    case believed
    case refuted
    /// More bytes are needed than were lent.
    case outOfReach
  }

  private mutating func look(
    at place: Int, in bytes: RawSpan, like scanner: RDBScanner, _ boundary: Boundary
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
    if batch.count > 0, expectsText, boundary.expectsText,
      !PlausibilityScore.isText(batch[0], in: bytes)
    {
      return .refuted
    }
    // A chain that was broken by what was lent may be longer.
    let isOpen = failure?.reason == .truncated && bytes.byteCount < fileSize
    if isOpen, batch.count < 2 { return .outOfReach }
    switch judge(in: bytes, scan.context, ends: ends, boundary) {
    case .believed: return .believed
    case .refuted where isOpen: return .outOfReach
    case let answer: return answer
    }
  }

  /// Checks the records of a chain to their last bytes, and weighs them.
  private mutating func judge(
    in bytes: RawSpan, _ context: ValueContext, ends: Bool, _ boundary: Boundary
  ) -> Answer {
    guard ends || boundary == .known || batch.count >= 2 else { return .refuted }
    if boundary == .moved { return judgeMoved(in: bytes, context, ends: ends) }
    var score = PlausibilityScore(chance)
    var whole = 0
    let needed = ChanceModel.needed(afterTrying: tried)
    for index in 0..<batch.count {
      let record = batch[index]
      budget &-= record.valueCount / 8
      guard (try? check.check(record, in: bytes, context)) != nil else {
        // At a boundary a record whose value is damaged may follow; records after it decide.
        if boundary != .unknown { continue }
        // What is whole before it may be enough.
        return whole >= 2 && score.tenths >= needed ? .believed : .refuted
      }
      whole += 1
      score.add(record, in: bytes)
      if score.isRefuted { return .refuted }
      if whole >= 2, boundary != .unknown || score.tenths >= needed { return .believed }
    }
    // One record after another that is whole is enough if it does not look like chance.
    let isLikely = boundary == .known && whole > 0 && score.tenths >= RecordSearch.single
    return ends || isLikely ? .believed : .refuted
  }

  /// Weighs a chain at a boundary that may have been moved: a wrong one soon makes no sense, or joins the
  /// right records behind its first, so all of it is read and the weights of several places are compared.
  private mutating func judgeMoved(
    in bytes: RawSpan, _ context: ValueContext, ends: Bool
  ) -> Answer {
    var score = PlausibilityScore(chance)
    for index in 0..<batch.count {
      let record = batch[index]
      budget &-= record.valueCount / 8
      guard (try? check.check(record, in: bytes, context)) != nil else { return .refuted }
      score.add(record, in: bytes)
      if score.isRefuted { return .refuted }
    }
    strength = score.tenths
    let needed = ChanceModel.needed(afterTrying: RecordSearch.movedPlaces)
    let isLikely = batch.count >= RecordSearch.movedChain && score.tenths >= needed
    return ends || isLikely ? .believed : .refuted
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
    budget &-= cost
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
