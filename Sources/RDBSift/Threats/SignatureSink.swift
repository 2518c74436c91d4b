// Passes the texts of a value to the matcher.

import RDB
import Restore

/// Searches each element of a walked value.
struct SignatureSink: ValueSink, ~Copyable {
  static var decodes: Bool { true }
  static var accepts: ValueContent { .all }

  /// The findings since the owner last took them.
  var findings: [ThreatFinding] = []
  /// The rules that hit their match limit since then.
  var undecided: [Int] = []

  private var matcher: SignatureMatcher
  private var cleared = ClearedRuns()
  private var redactor: SecretRedactor
  private let leastNumber: Int
  private let canClearWholeStructures: Bool
  private var scratch = Scratch()
  private var file: FileAddress?
  private var place = SignatureRule.Places.value
  /// The offset reported for a match in unpacked bytes.
  private var anchor = 0
  private var element: ElementPlace?
  private var shape = ValueShape.string
  private var index: UInt64 = 0
  private var entry: StreamID?

  init(_ signatures: CompiledSignatures, secrets: CompiledSignatures?) {
    matcher = SignatureMatcher(signatures)
    redactor = SecretRedactor(secrets)
    leastNumber = matcher.leastNumber
    canClearWholeStructures = matcher.canClearWholeStructures
  }

  /// Sets the file that holds the following texts, and clears what it can of a batch.
  mutating func enter(_ batch: borrowing RecordBatch, in bytes: RawSpan) {
    file = FileAddress(bytes)
    cleared.begin(batch, in: bytes, matcher)
  }

  /// Whether a record was cleared with others; records are asked about in order.
  @inline(__always)
  mutating func isCleared(_ record: RDBRecord) -> Bool { cleared.contain(record) }

  /// Sets the kind and the offset of the following texts.
  mutating func begin(_ place: SignatureRule.Places, at anchor: Int) {
    self.place = place
    self.anchor = anchor
    element = nil
  }

  /// A text with its secrets redacted.
  mutating func redacted(_ text: RawSpan) -> [UInt8] { redactor.redacted(text) }

  /// Whether a prefilter over the packed bytes of a value excludes a match in any element.
  mutating func isClean(_ record: RDBRecord, in bytes: RawSpan) -> Bool {
    guard canClearWholeStructures else { return false }
    if record.type == .list || record.type == .set || record.type == .hash {
      return matcher.isClean(bytes.extracting(record.value.range), of: .strings)
    }
    // Taken out to avoid overlapping access to `self`.
    var scratch = Scratch()
    swap(&scratch, &self.scratch)
    defer { swap(&scratch, &self.scratch) }
    do throws(RDBError) {
      let rest = try record.packedStrings(in: bytes) {
        string, isZiplist throws(RDBError) in
        try scratch.withBytes(of: string, in: bytes) {
          matcher.isClean($0, of: isZiplist ? .ziplist : .listpack)
        }
      }
      guard let rest else { return false }
      // The rest after the nodes of a stream: groups and consumers.
      return rest.count == 0 || matcher.isClean(bytes.extracting(rest.range), of: .strings)
    } catch {
      return false
    }
  }

  // MARK: Elements

  mutating func begin(_ shape: ValueShape, count: Int?) {
    self.shape = shape
    index = 0
    entry = nil
    element = nil
  }

  mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    if shape != .string, shape != .json { note(.element) }
    try search(item, in: bytes)
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    note(.field, counts: false)
    try search(field, in: bytes)
    note(.value, counts: shape != .stream)
    try search(value, in: bytes)
  }

  mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    note(.element)
    try search(member, in: bytes)
  }

  mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    note(.element)
    try search(item, in: bytes)
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    try pair(field, value, in: bytes)
  }

  mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .entry(let id, isDeleted: _, fields: _):
      if entry != nil { index &+= 1 }
      entry = id
    case .group(let name, _): try search(name, as: .group, in: bytes)
    case .consumer(let name, _): try search(name, as: .consumer, in: bytes)
    case .producer(let name, _), .message(let name, _):
      try search(name, as: .message, in: bytes)
    case .info, .pending, .idmp: break
    }
  }

  mutating func module(_ part: ModulePart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .value(.string(let string)), .tairMember(let string), .json(let string),
      .tairHash(key: let string, fields: _):
      try search(string, as: .module, in: bytes)
    case .tairString(let string): try search(string.value, as: .module, in: bytes)
    case .tairField(let field):
      note(.field, counts: false)
      try search(field.field, in: bytes)
      note(.value)
      try search(field.value, in: bytes)
    case .values, .value, .tairSortedSet, .tairScore: break
    }
  }

  mutating func array(_ part: ArrayPart, in bytes: RawSpan) throws(RDBError) {
    guard case .string(let string, at: let index) = part else { return }
    element = ElementPlace(part: .element, index: index)
    try search(string, in: bytes)
  }

  mutating func cron(_ part: CronPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .job(script: let string, start: _, interval: _), .key(let string), .argument(let string):
      try search(string, as: .job, in: bytes)
    }
  }

  /// Sets the element of the next text.
  private mutating func note(_ part: ElementPlace.Part, counts: Bool = true) {
    element = ElementPlace(part: part, index: index, entry: entry)
    if counts { index &+= 1 }
  }

  private mutating func search(
    _ string: StringObject, as part: ElementPlace.Part, in bytes: RawSpan
  ) throws(RDBError) {
    entry = nil
    note(part)
    try search(string, in: bytes)
  }

  // MARK: Texts

  /// Searches a string.
  mutating func search(_ string: StringObject, in bytes: RawSpan) throws(RDBError) {
    switch string {
    case .raw(let place): search(bytes.extracting(place.range))
    case .integer:
      if string.count >= leastNumber { try searchUnpacked(string, in: bytes) }
    case .lzf: try searchUnpacked(string, in: bytes)
    }
  }

  private mutating func searchUnpacked(
    _ string: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    // Taken out to avoid overlapping access to `self`.
    var scratch = Scratch()
    swap(&scratch, &self.scratch)
    defer { swap(&scratch, &self.scratch) }
    try scratch.withBytes(of: string, in: bytes) { (text) throws(RDBError) in search(text) }
  }

  /// Searches a text.
  @inline(__always)
  mutating func search(_ text: RawSpan) {
    if matcher.search(text, at: place) { keep(text) }
  }

  @inline(never)
  private mutating func keep(_ text: RawSpan) {
    let exact = file?.offset(of: text)
    for match in matcher.matches {
      let isSecret = matcher.signatures.rules[match.rule].isSecret
      findings.append(
        ThreatFinding(
          rule: match.rule, place: place, record: nil, name: [], element: element,
          offset: exact.map { $0 + match.start } ?? anchor, isExact: exact != nil,
          at: match.start, count: match.end - match.start,
          excerpt: redactor.excerpt(match, isSecret: isSecret, of: text), position: anchor))
    }
    undecided += matcher.undecided
  }
}
