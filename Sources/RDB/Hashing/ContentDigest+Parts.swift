// What each part of a value adds to its digest.

extension ContentDigest {
  /// Adds a string, or an element of a list or set.
  package mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    if isOrdered { return try appendInOrder(item, of: bytes) }
    var hash = element
    try append(item, of: bytes, to: &hash)
    sum &+= hash.finish()
  }

  /// Adds a member of a set, and its expiry if it has one.
  package mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    var hash = element
    try append(item, of: bytes, to: &hash)
    if let expiry { hash.append(expiry) }
    sum &+= hash.finish()
  }

  /// Adds a field and its value: of a hash, or of the stream's entry that came last.
  package mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    guard isStream else { return try pair(field, value, expiry: nil, in: bytes) }
    guard !isDeleted else { return }
    try appendInOrder(field, of: bytes)
    try appendInOrder(value, of: bytes)
  }

  /// Adds a field, its value, and its expiry if it has one.
  package mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    var hash = element
    try append(field, of: bytes, to: &hash)
    try append(value, of: bytes, to: &hash)
    if let expiry { hash.append(expiry) }
    sum &+= hash.finish()
  }

  /// Adds a member and its score.
  package mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    var hash = element
    try append(member, of: bytes, to: &hash)
    hash.append(score: score)
    sum &+= hash.finish()
  }

  /// Adds a part of a stream.
  package mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .info(let info): chain.append(info.lastID)
    case .entry(let id, let isDeleted, let fields):
      self.isDeleted = isDeleted
      guard !isDeleted else { return }
      chain.append(id)
      chain.append(UInt64(truncatingIfNeeded: fields))
    case .group(let name, let info):
      group = try hash(.group, name, of: 0, in: bytes)
      var hash = start(.group)
      hash.append(hash: group)
      hash.append(info.lastID)
      sum &+= hash.finish()
    case .consumer(let name, _):
      owner = try hash(.consumer, name, of: group, in: bytes)
      sum &+= owner
    case .pending(let entry, let owner): add(entry, owner)
    case .idmp: break
    case .producer(let name, _): owner = try hash(.producer, name, of: 0, in: bytes)
    case .message(let name, let id):
      var hash = start(.message)
      hash.append(hash: owner)
      try append(name, of: bytes, to: &hash)
      hash.append(id)
      sum &+= hash.finish()
    }
  }

  private mutating func add(_ entry: PendingEntry, _ owner: PendingOwner) {
    var hash = start(.pending)
    hash.append(hash: group)
    hash.append(hash: owner == .consumer ? self.owner : 0)
    hash.append(entry.id)
    hash.append(entry.delivered)
    hash.append(entry.deliveries)
    sum &+= hash.finish()
  }

  /// The hash of a name, and of what it is a name in.
  private mutating func hash(
    _ part: Part, _ name: StringObject, of whole: UInt128, in bytes: RawSpan
  ) throws(RDBError) -> UInt128 {
    var hash = start(part)
    hash.append(hash: whole)
    try append(name, of: bytes, to: &hash)
    return hash.finish()
  }

  /// Adds a part of a module's value.
  ///
  /// The key that a TairHash repeats is left out: a RENAME leaves it stale.
  package mutating func module(_ part: ModulePart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .values(let id):
      chain.append(Part.moduleValues.rawValue)
      chain.append(id.rawValue)
    case .value(let value): try add(value, in: bytes)
    case .tairString(let string):
      chain.append(Part.tairString.rawValue)
      chain.append(string.version)
      chain.append(string.flags)
      try appendInOrder(string.value, of: bytes)
    case .tairHash: chain.append(Part.tairHash.rawValue)
    case .tairField(let field):
      var hash = element
      try append(field.field, of: bytes, to: &hash)
      try append(field.value, of: bytes, to: &hash)
      hash.append(field.version)
      hash.append(field.expiry ?? UnixMilliseconds(0))
      sum &+= hash.finish()
    case .tairSortedSet: chain.append(Part.tairSortedSet.rawValue)
    case .tairMember(let member):
      endMember()
      var hash = element
      try append(member, of: bytes, to: &hash)
      self.member = hash
    case .tairScore(let score): member?.append(score: score)
    case .json(let text):
      chain.append(Part.document.rawValue)
      try appendInOrder(text, of: bytes)
    }
  }

  /// Adds the member whose scores have all come.
  mutating func endMember() {
    guard let hash = member else { return }
    sum &+= hash.finish()
    member = nil
  }

  private mutating func add(_ value: ModuleValue, in bytes: RawSpan) throws(RDBError) {
    switch value {
    case .signed(let number):
      chain.append(Part.signed.rawValue)
      chain.append(UInt64(bitPattern: number))
    case .unsigned(let number):
      chain.append(Part.unsigned.rawValue)
      chain.append(number)
    case .float(let number):
      chain.append(Part.float.rawValue)
      chain.append(UInt64(number.bitPattern))
    case .double(let number):
      chain.append(Part.double.rawValue)
      chain.append(number.bitPattern)
    case .string(let string):
      chain.append(Part.string.rawValue)
      try appendInOrder(string, of: bytes)
    }
  }

  /// Adds an element of a sparse array, as a client reads it.
  package mutating func array(_ part: ArrayPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .insertIndex(let index):
      chain.append(index == nil ? 0 : 1)
      chain.append(index ?? 0)
    case .string(let string, let index):
      chain.append(index)
      try appendInOrder(string, of: bytes)
    case .double(let number, let index):
      chain.append(index)
      Array(ArrayPart.arrayText(of: number).utf8).withRawSpan { chain.append($0) }
    }
  }

  /// Adds a part of a cron job.
  package mutating func cron(_ part: CronPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .job(let script, let start, let interval):
      try appendInOrder(script, of: bytes)
      chain.append(start)
      chain.append(UInt64(bitPattern: interval))
    case .key(let string):
      chain.append(1)
      try appendInOrder(string, of: bytes)
    case .argument(let string):
      chain.append(2)
      try appendInOrder(string, of: bytes)
    }
  }

  /// Adds the number that a value is.
  package mutating func number(_ number: UInt64) { chain.append(number) }
}

extension SipHash {
  @inline(__always)
  fileprivate mutating func append(_ moment: UnixMilliseconds) {
    append(UInt64(bitPattern: moment.rawValue))
  }

  /// A score: of the two zeros only the one.
  @inline(__always)
  fileprivate mutating func append(score: Double) {
    append(score == 0 ? 0 : score.bitPattern)
  }

  fileprivate mutating func append(_ id: StreamID) {
    append(id.ms)
    append(id.seq)
  }

  /// A hash of another message.
  mutating func append(hash: UInt128) {
    append(UInt64(truncatingIfNeeded: hash))
    append(UInt64(truncatingIfNeeded: hash >> 64))
  }
}
