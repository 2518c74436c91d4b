// Rules about how the parts of a stream relate, beyond those that the walk compares.

/// Rules about one stream at a time.
struct StreamRules {
  /// Seconds that a server remembers a message at most.
  private static let durations: ClosedRange<UInt64> = 1...86_400
  /// Messages that a server remembers of a producer at most.
  private static let maxima: ClosedRange<UInt64> = 1...10_000

  /// What does not agree, though servers load it; its place is not known.
  private(set) var remarks: [RDBError] = []
  private var firstID: StreamID?
  private var groups = HashSet64()
  private var consumers = HashSet64()
  private var producers = HashSet64()
  private var maximum = UInt64.max

  /// A new stream begins.
  ///
  /// The sets keep their room: this is done for every value of a file.
  mutating func begin() {
    if !remarks.isEmpty { remarks.removeAll(keepingCapacity: true) }
    firstID = nil
    groups.removeAll()
    consumers.removeAll()
    producers.removeAll()
    maximum = .max
  }

  private mutating func remark(_ part: RDBError.Part, number: UInt64 = 0) {
    guard !remarks.contains(where: { $0.part == part }) else { return }
    remarks.append(RDBError(.badStream, part, at: -1, number: number))
  }

  /// A part of the stream.
  /// - Throws: `.badStream` where servers refuse it.
  mutating func take(
    _ part: StreamPart, in bytes: RawSpan, _ scratch: inout Scratch
  ) throws(RDBError) {
    switch part {
    case .info(let info): try take(info)
    case .entry(let id, isDeleted: false, fields: _):
      if let firstID, firstID != id { remark(.firstID) }
      firstID = nil
    case .group(let name, _):
      consumers.removeAll()
      try StreamRules.note(name, .group, in: &groups, bytes, &scratch)
    case .consumer(let name, _):
      try StreamRules.note(name, .consumer, in: &consumers, bytes, &scratch)
    case .idmp(let idmp):
      maximum = idmp.maximum
      if !StreamRules.durations.contains(idmp.duration) {
        remark(.producers, number: idmp.duration)
      }
      if !StreamRules.maxima.contains(idmp.maximum) { remark(.producers, number: idmp.maximum) }
    case .producer(let name, let messages):
      if UInt64(messages) > maximum { remark(.producers, number: UInt64(messages)) }
      try StreamRules.note(name, .producers, in: &producers, bytes, &scratch)
    case .entry, .pending, .message: break
    }
  }

  private mutating func take(_ info: StreamInfo) throws(RDBError) {
    if let deleted = info.maxDeletedID, deleted > info.lastID { remark(.maxDeletedID) }
    if let added = info.entriesAdded {
      guard added <= UInt64(Int64.max) else {
        throw RDBError(.badStream, .added, at: -1, number: added)
      }
      if added < info.length { remark(.added, number: added) }
    }
    firstID = info.length > 0 ? info.firstID : nil
  }

  /// A name among those that must differ.
  ///
  /// The lists are short, so equal hashes are treated as equal names.
  private static func note(
    _ name: StringObject, _ part: RDBError.Part, in names: inout HashSet64, _ bytes: RawSpan,
    _ scratch: inout Scratch
  ) throws(RDBError) {
    guard names.insert(try ByteHash.of(name, in: bytes, &scratch)) else {
      throw RDBError(.badStream, part, at: name.place)
    }
  }
}
