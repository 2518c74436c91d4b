// The content of a value in 128 bits, whatever its layout: equal digests mean that a client
// reads the same; different content has different digests, except with a chance of 2^-128.
//
//   string         hash of the bytes
//   list, array    hash of the elements in order
//   set, hash      sum of the hashes of elements, modulo 2^128: their order does not count
//   sorted set     the same; a score is its 64 bits, and −0 is 0, as small sets do not distinguish them
//   stream         hash of the entries in order, and the sum of groups, consumers and pending entries
//   module         a known one's like a set or a string, any other's values in order, with their kinds
//   not decoded    hash of the bytes in the file
//
// An integer is its decimal text, LZF data is what it unpacks to. A field's expiry is part of it;
// the key's own is not part of the value. Sums are safe because the hash is keyed: without the key
// nobody can choose elements whose hashes add up.
//
// Server-internal state of a stream is left out, since servers of different versions keep different
// parts of it: counters, the first id and the highest deleted one, when consumers were seen, settings
// against repeated messages (the remembered messages count).

/// Makes hashes of keys, to find them by.
package struct KeyDigest: Sendable {
  private let seed: SipHash

  /// Makes hashes with a key.
  package init(_ key: DigestKey) { seed = SipHash(key) }

  /// A hash of a key in a database.
  @inline(__always)
  package func hash(of key: RawSpan, in database: UInt32) -> UInt64 {
    var hash = seed
    hash.append(UInt64(database))
    hash.append(key)
    return UInt64(truncatingIfNeeded: hash.finish())
  }
}

/// Makes digests of values; reusable.
package struct ContentDigest: ValueSink, ~Copyable {
  /// Every element is decoded.
  package static var decodes: Bool { true }
  /// Everything that can be decoded.
  package static var accepts: ValueContent { .all }

  /// What a hash is a hash of, so that no two kinds of parts are alike; shapes have the numbers below.
  enum Part: UInt64 {
    case element = 0x100
    case payload, group, consumer, pending, producer, message
    case moduleValues, signed, unsigned, float, double, string
    case tairString, tairHash, tairSortedSet, document
  }

  private let seed: SipHash
  /// Where the hash of every element begins.
  let element: SipHash
  /// What comes in an order that counts.
  var chain: SipHash
  /// What comes in any order.
  var sum: UInt128 = 0
  /// The last part that others belong to: a group, a consumer, a producer.
  var group: UInt128 = 0
  var owner: UInt128 = 0
  /// Whether the fields that come belong to a deleted entry.
  var isDeleted = false
  private(set) var isOrdered = false
  private(set) var isStream = false
  /// The member whose scores are coming.
  var member: SipHash?
  private var scratch = Scratch()
  private var walkScratch = Scratch()

  /// Makes a sink that digests with a key.
  package init(_ key: DigestKey) {
    seed = SipHash(key)
    chain = seed
    var element = seed
    element.append(Part.element.rawValue)
    self.element = element
  }

  /// The digest of a value.
  ///
  /// - Parameters:
  ///   - type: The type byte before the value.
  ///   - context: What the file says that the type's meaning depends on.
  ///   - place: Where the value is in `bytes`.
  ///   - bytes: Bytes that hold the value.
  /// - Returns: 128 bits that mean nothing without the key.
  /// - Throws: What is wrong with the value, with its offset in `bytes`.
  package mutating func digest(
    _ type: RDBType, _ context: ValueContext, at place: ByteRange, in bytes: RawSpan
  ) throws(RDBError) -> UInt128 {
    guard type.isDecoded(in: context.dialect) else {
      var payload = start(.payload)
      payload.append(UInt64(type.rawValue))
      payload.append(bytes.extracting(place.range))
      return payload.finish()
    }
    var at = place.offset
    // Most keys of most files: nothing has to be walked.
    if type == .string {
      let string = try bytes.readString(&at)
      begin(.string, count: nil)
      try appendInOrder(string, of: bytes)
      chain.append(hash: 0)
      return chain.finish()
    }
    // Taken out while the walker has it.
    var lent = Scratch()
    swap(&lent, &walkScratch)
    defer { swap(&lent, &walkScratch) }
    try walk(type, context, in: bytes, at: &at, scratch: &lent, into: &self)
    endMember()
    chain.append(hash: sum)
    return chain.finish()
  }

  /// Begins a value.
  package mutating func begin(_ shape: ValueShape, count: Int?) {
    chain = seed
    chain.append(UInt64(shape.rawValue))
    sum = 0
    member = nil
    isOrdered = shape == .string || shape == .list || shape == .json
    isStream = shape == .stream
  }

  /// A hash that begins with what it is a hash of.
  func start(_ part: Part) -> SipHash {
    var hash = seed
    hash.append(part.rawValue)
    return hash
  }

  /// Appends a decoded string to a hash.
  @inline(__always)
  mutating func append(
    _ string: StringObject, of bytes: RawSpan, to hash: inout SipHash
  ) throws(RDBError) {
    if case .raw(let place) = string { return hash.append(bytes.extracting(place.range)) }
    try appendPacked(string, of: bytes, to: &hash)
  }

  /// Appends a string to what comes in order.
  @inline(__always)
  mutating func appendInOrder(_ string: StringObject, of bytes: RawSpan) throws(RDBError) {
    var hash = chain
    try append(string, of: bytes, to: &hash)
    chain = hash
  }

  @inline(never)
  private mutating func appendPacked(
    _ string: StringObject, of bytes: RawSpan, to hash: inout SipHash
  ) throws(RDBError) {
    try scratch.withBytes(of: string, in: bytes) { (text) throws(RDBError) in hash.append(text) }
  }
}
