// What only the whole of a value tells: elements that stand twice, an order that its layout promises,
// deadlines that no server keeps. A walk tells elements one by one; these rules remember what they
// need. What can be loaded all the same is a remark; anything else is thrown.

/// Rules about one value at a time.
struct ValueRules: ~Copyable {
  /// Redis keeps no deadline of a field beyond this: 48 bits of milliseconds.
  static let latestDeadline: Int64 = 0xffff_ffff_fffe

  /// What does not agree, though the value can be read and loaded; −1 is a place that is not known.
  private(set) var remarks: [RDBError] = []
  /// Hashes that differing elements share, as a second look has shown.
  var cleared: Set<UInt64> = []
  /// On a second look: the hash that was met twice.
  var suspect: UInt64?
  /// The hash that was met twice.
  private(set) var met: UInt64?
  /// Rules about a stream.
  var stream = StreamRules()

  private var type = RDBType.string
  private var dialect = RDBDialect.redis
  private var seen = HashSet64()
  private var spelled: [[UInt8]] = []
  private var scratch = Scratch()
  private var other = Scratch()
  private var index: UInt64 = 0
  private var last: (member: StringObject, score: Double)?
  private var isAscending: Bool?
  private var lastDeadline = Int64.min

  /// A value of this type begins.
  mutating func begin(_ type: RDBType, _ dialect: RDBDialect) {
    self.type = type
    self.dialect = dialect
    remarks.removeAll(keepingCapacity: true)
    spelled.removeAll()
    seen.removeAll()
    stream = StreamRules()
    index = 0
    met = nil
    last = nil
    isAscending = nil
    lastDeadline = .min
  }

  /// The value has ended.
  mutating func end(_ shape: ValueShape, elements: UInt64) {
    switch shape {
    case .list, .set, .sortedSet, .hash, .array:
      if elements == 0 { remark(.emptyValue) }
    default: break
    }
    if seen.isFull { remark(.limitExceeded, number: UInt64(HashSet64.limit)) }
    remarks += stream.remarks
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
    guard suspect == nil else { return try look(item, hash, in: bytes) }
    if !seen.insert(hash), !cleared.contains(hash) {
      met = hash
      throw RDBError(.duplicateElement, at: item.place, number: index)
    }
  }

  /// Compares the element with those that have the same hash.
  private mutating func look(
    _ item: StringObject, _ hash: UInt64, in bytes: RawSpan
  ) throws(RDBError) {
    guard hash == suspect else { return }
    let text = try scratch.withBytes(of: item, in: bytes) { (text) throws(RDBError) in
      [UInt8](copying: text)
    }
    guard !spelled.contains(text) else {
      throw RDBError(.duplicateElement, at: item.place, number: index)
    }
    spelled.append(text)
  }

  /// A member's score: packed structures ascend, by score and then by member; a skip list is told
  /// from either end.
  @inline(__always)
  mutating func score(_ member: StringObject, _ score: Double, in bytes: RawSpan) throws(RDBError) {
    defer { last = (member, score) }
    guard let last else { return }
    switch type.rawValue {
    case 12, 17:
      if last.score > score { return remark(.wrongOrder, at: member.place, number: index) }
      guard last.score == score, try !isBefore(last.member, member, in: bytes) else { return }
      remark(.wrongOrder, at: member.place, number: index)
    case 5:
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

  /// A field's deadline.
  /// - Throws: `.badExpiry` where servers refuse it, `.wrongOrder` in a listpack that is sorted by it.
  mutating func deadline(_ deadline: UnixMilliseconds?, of field: StringObject) throws(RDBError) {
    let number = deadline?.rawValue ?? .max
    let isRedis = dialect == .redis && (22...25).contains(type.rawValue)
    if let deadline {
      guard deadline.rawValue >= 0, !isRedis || number <= ValueRules.latestDeadline else {
        throw RDBError(.badExpiry, at: field.place, number: UInt64(bitPattern: number))
      }
    }
    guard isRedis, type.rawValue == 23 || type.rawValue == 25 else { return }
    guard lastDeadline <= number else {
      throw RDBError(.wrongOrder, at: field.place, number: index)
    }
    lastDeadline = number
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
  /// Where the string stands; −1 for a number, whose place a walk does not tell.
  var place: Int {
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
