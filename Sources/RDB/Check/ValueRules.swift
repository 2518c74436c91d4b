// Rules that need a whole value: duplicate elements, the order that a layout promises, expiries that
// no server keeps. A walk passes elements one at a time; these rules keep the state they need.
// A value that still loads gives a remark; anything else throws.

/// Rules about one value at a time.
struct ValueRules: ~Copyable {
  /// The latest field expiry that Redis keeps: 48 bits of milliseconds.
  static let latestFieldExpiry: Int64 = 0xffff_ffff_fffe

  /// What does not agree, though the value can be read and loaded; −1 is a place that is not known.
  private(set) var remarks: [RDBError] = []
  /// Hashes that different elements share, as a second walk has shown.
  var distinctHashes: Set<UInt64> = []
  /// On a second walk: the hash that occurred twice.
  var suspectedHash: UInt64?
  /// The hash that occurred twice.
  private(set) var repeatedHash: UInt64?
  /// Rules about a stream.
  var stream = StreamRules()

  private var type = RDBType.string
  private var dialect = RDBDialect.redis
  private var seen = HashSet64()
  /// The hashes of a row.
  private var hashes = HashRow()
  private var texts: [[UInt8]] = []
  private var scratch = Scratch()
  private var other = Scratch()
  private var index: UInt64 = 0
  private var last: (member: StringObject, score: Double)?
  private var isAscending: Bool?
  private var lastExpiry = Int64.min
  private var lastField: [UInt8]?

  /// A value of this type begins.
  mutating func begin(_ type: RDBType, _ dialect: RDBDialect) {
    self.type = type
    self.dialect = dialect
    if !remarks.isEmpty { remarks.removeAll(keepingCapacity: true) }
    if !texts.isEmpty { texts.removeAll() }
    seen.removeAll()
    index = 0
    repeatedHash = nil
    last = nil
    isAscending = nil
    lastExpiry = .min
    if lastField != nil { lastField = nil }
  }

  /// The value has ended.
  mutating func end(_ shape: ValueShape, elements: UInt64) {
    switch shape {
    case .list, .set, .sortedSet, .hash, .array:
      if elements == 0 { remark(.emptyValue) }
    case .stream: remarks += stream.remarks
    default: break
    }
    if seen.isFull { remark(.limitExceeded, number: UInt64(HashSet64.limit)) }
  }

  private mutating func remark(
    _ reason: RDBError.Reason, _ part: RDBError.Part = .whole, at place: Int = -1,
    number: UInt64 = 0
  ) {
    // One of a kind is enough.
    guard !remarks.contains(where: { $0.reason == reason && $0.part == part }) else { return }
    remarks.append(RDBError(reason, part, at: place, number: number))
  }

  /// A member of a set or sorted set, or a field of a hash.
  /// - Throws: `.duplicateElement`, with its number in the value.
  @inline(__always)
  mutating func element(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    index &+= 1
    let hash = try ByteHash.of(item, in: bytes, &scratch)
    guard suspectedHash == nil else { return try compare(item, hash, in: bytes) }
    if type.hasOwnTemplate, dialect == .redis { try templateField(item, in: bytes) }
    if !seen.insert(hash), !distinctHashes.contains(hash) {
      repeatedHash = hash
      throw RDBError(.duplicateElement, at: item.place, number: index)
    }
  }

  /// Every `step`th string of a row, as `element` takes one.
  mutating func elements(
    _ row: Span<StringObject>, by step: Int, in bytes: RawSpan
  ) throws(RDBError) {
    guard suspectedHash == nil, !type.hasOwnTemplate, hashes.fill(with: row, by: step, in: bytes)
    else {
      for place in stride(from: 0, to: row.count, by: step) { try element(row[place], in: bytes) }
      return
    }
    var next = 0
    while let found = hashes.insert(into: &seen, from: next) {
      next = found.index &+ 1
      guard distinctHashes.contains(found.hash) else {
        repeatedHash = found.hash
        index &+= UInt64(next)
        throw RDBError(
          .duplicateElement, at: row[found.index &* step].place, number: index)
      }
    }
    index &+= UInt64((row.count &+ step &- 1) / step)
  }

  /// Members and their scores, as `element` and `score` take them.
  mutating func members(
    _ row: Span<StringObject>, _ scores: Span<Double>, in bytes: RawSpan
  ) throws(RDBError) {
    guard !row.hasPacked else {
      for place in row.indices {
        try element(row[place], in: bytes)
        try score(row[place], scores[place], in: bytes)
      }
      return
    }
    let before = index
    try elements(row, by: 1, in: bytes)
    for place in row.indices {
      index = before &+ UInt64(place &+ 1)
      try score(row[place], scores[place], in: bytes)
    }
  }

  /// Fields of a template that is part of the value ascend.
  private mutating func templateField(
    _ field: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    let text = try scratch.withBytes(of: field, in: bytes) { (text) throws(RDBError) in
      [UInt8](copying: text)
    }
    guard lastField.map({ $0.isTemplateField(before: text) || $0 == text }) ?? true else {
      throw RDBError(.badTemplate, .order, at: field.place, number: index)
    }
    lastField = text
  }

  /// Compares the element with those that have the same hash.
  private mutating func compare(
    _ item: StringObject, _ hash: UInt64, in bytes: RawSpan
  ) throws(RDBError) {
    guard hash == suspectedHash else { return }
    let text = try scratch.withBytes(of: item, in: bytes) { (text) throws(RDBError) in
      [UInt8](copying: text)
    }
    guard !texts.contains(text) else {
      throw RDBError(.duplicateElement, at: item.place, number: index)
    }
    texts.append(text)
  }

  /// A member's score.
  ///
  /// Packed structures ascend by score, then by member; a skip list is stored from either end.
  @inline(__always)
  mutating func score(_ member: StringObject, _ score: Double, in bytes: RawSpan) throws(RDBError) {
    defer { last = (member, score) }
    guard let last else { return }
    switch type {
    case .zsetZiplist, .zsetListpack:
      if last.score > score { return remark(.wrongOrder, at: member.place, number: index) }
      guard last.score == score, try !isBefore(last.member, member, in: bytes) else { return }
      remark(.wrongOrder, at: member.place, number: index)
    case .zset2:
      guard last.score != score else { return }
      let ascends = last.score < score
      if let isAscending, isAscending != ascends {
        remark(.wrongOrder, at: member.place, number: index)
      }
      isAscending = isAscending ?? ascends
    default: break
    }
  }

  private mutating func isBefore(
    _ a: StringObject, _ b: StringObject, in bytes: RawSpan
  ) throws(RDBError) -> Bool {
    try scratch.withBytes(of: a, in: bytes) { (one) throws(RDBError) in
      try other.withBytes(of: b, in: bytes) { (two) throws(RDBError) in one.isBefore(two) }
    }
  }

  /// A field's expiry.
  /// - Throws: `.badExpiry` where servers refuse it, `.wrongOrder` in a listpack sorted by expiry.
  mutating func fieldExpiry(_ expiry: UnixMilliseconds?, of field: StringObject) throws(RDBError) {
    let number = expiry?.rawValue ?? .max
    let isRedis = dialect == .redis && type.hasFieldExpiries
    if let expiry {
      guard expiry.rawValue >= 0, !isRedis || number <= ValueRules.latestFieldExpiry else {
        throw RDBError(.badExpiry, at: field.place, number: UInt64(bitPattern: number))
      }
    }
    guard isRedis, type.isListpackEx else { return }
    guard lastExpiry <= number else {
      throw RDBError(.wrongOrder, at: field.place, number: index)
    }
    lastExpiry = number
  }

  /// The value of a string key.
  mutating func string(_ string: StringObject, in bytes: RawSpan) throws(RDBError) {
    guard string.count >= 4 else { return }
    let isSound = try scratch.withBytes(of: string, in: bytes) { (text) throws(RDBError) in
      HyperLogLog.isSound(text)
    }
    if !isSound { remark(.badHyperLogLog, at: string.place) }
  }
}

extension StringObject {
  /// The offset of the string; −1 for a number, whose offset a walk does not pass on.
  package var place: Int {
    switch self {
    case .raw(let place), .lzf(let place, _): place.offset
    case .integer: -1
    }
  }
}

extension RawSpan {
  /// Whether these bytes sort before others, byte by byte.
  func isBefore(_ other: RawSpan) -> Bool {
    for index in 0..<min(byteCount, other.byteCount) {
      let (a, b) = (byte(at: index), other.byte(at: index))
      if a != b { return a < b }
    }
    return byteCount < other.byteCount
  }
}
