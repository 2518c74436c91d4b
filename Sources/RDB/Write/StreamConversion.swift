// A stream in the layout of an older type. All layouts share the nodes and differ in fields that newer
// ones add, so a conversion copies the rest of the value range by range.
//
//   15  length, last id, groups (name, last id, pending entries, consumers (name, seen time, ids))
//   19  adds first id, highest deleted id, entries added; to a group, entries read
//   21  adds to a consumer its active time
//   26  adds settings and messages of producers
//   27  adds to a group the ids of pending entries without a consumer

/// A part of a converted stream.
package enum StreamConversionPart: Hashable, BitwiseCopyable, Sendable {
  /// Bytes of the source.
  case copy(ByteRange)
  /// A length.
  case length(UInt64)
}

/// Converts a stream to the layout of an older type.
package struct StreamConversion {
  private let source: StreamLayout
  private let target: StreamLayout
  /// Whether the older layout lacks something that servers do not compute anew: messages of producers,
  /// or pending entries without a consumer.
  package private(set) var losesState = false
  /// The first byte that was not copied or left out yet.
  private var copied: Int
  private var at: Int

  /// Prepares a conversion.
  ///
  /// - Parameters:
  ///   - record: A record of a stream.
  ///   - target: A stream type older than the record's.
  package init(_ record: RDBRecord, to target: RDBType) {
    source = StreamLayout(record.type)
    self.target = StreamLayout(target)
    at = record.valueOffset
    copied = at
  }

  /// Converts the value.
  ///
  /// - Parameters:
  ///   - bytes: The file's bytes.
  ///   - emit: Called with each part in order.
  /// - Throws: What is wrong with the value, with a file offset.
  package mutating func convert(
    _ bytes: RawSpan, _ emit: (StreamConversionPart) -> Void
  ) throws(RDBError) {
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) {
      try bytes.skipString(&at)
      try bytes.skipString(&at)
    }
    try bytes.skipLengths(3, &at)
    if source.hasEntriesRead {
      if !target.hasEntriesRead { flush(emit) }
      try bytes.skipLengths(5, &at)
      if !target.hasEntriesRead { copied = at }
    }
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 5)) { try convertGroup(bytes, emit) }
    flush(emit)
    guard source.hasProducers else { return }
    var producers = at
    try bytes.skipLengths(2, &producers)
    if !target.hasProducers {
      if try bytes.readCount(&producers, eachAtLeast: 2) > 0 { losesState = true }
    } else {
      try skipProducers(in: bytes, &at)
      flush(emit)
    }
  }

  private mutating func flush(_ emit: (StreamConversionPart) -> Void) {
    if at > copied { emit(.copy(ByteRange(offset: copied, count: at &- copied))) }
    copied = at
  }

  private mutating func convertGroup(
    _ bytes: RawSpan, _ emit: (StreamConversionPart) -> Void
  ) throws(RDBError) {
    try bytes.skipString(&at)
    try bytes.skipLengths(2, &at)
    if source.hasEntriesRead {
      if !target.hasEntriesRead { flush(emit) }
      _ = try bytes.readLength(&at)
      if !target.hasEntriesRead { copied = at }
    }
    if source.hasNacked, !target.hasNacked {
      try convertPending(bytes, unowned: try unownedIDs(bytes), emit)
    } else {
      try skipPending(bytes)
    }
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: source.consumerSize)) {
      try convertConsumer(bytes, emit)
    }
    guard source.hasNacked else { return }
    if !target.hasNacked { flush(emit) }
    try bytes.skipIDs(&at)
    if !target.hasNacked { copied = at }
  }

  private mutating func convertConsumer(
    _ bytes: RawSpan, _ emit: (StreamConversionPart) -> Void
  ) throws(RDBError) {
    try bytes.skipString(&at)
    _ = try bytes.take(8, &at)
    if source.hasActiveTime {
      if !target.hasActiveTime { flush(emit) }
      _ = try bytes.take(8, &at)
      if !target.hasActiveTime { copied = at }
    }
    try bytes.skipIDs(&at)
  }

  private mutating func skipPending(_ bytes: RawSpan) throws(RDBError) {
    for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 25)) {
      _ = try bytes.take(24, &at)
      _ = try bytes.readLength(&at)
    }
  }

  /// The ids of the group's pending entries without a consumer, which stand at its end.
  private func unownedIDs(_ bytes: RawSpan) throws(RDBError) -> Set<StreamID> {
    var reader = self
    try reader.skipPending(bytes)
    for _ in 0..<(try bytes.readCount(&reader.at, eachAtLeast: source.consumerSize)) {
      try reader.convertConsumer(bytes) { _ in }
    }
    var ids: Set<StreamID> = []
    for _ in 0..<(try bytes.readCount(&reader.at, eachAtLeast: 16)) {
      ids.insert(try bytes.readRawStreamID(&reader.at))
    }
    return ids
  }

  /// Pending entries without those that have no consumer: older servers refuse such a group.
  private mutating func convertPending(
    _ bytes: RawSpan, unowned: Set<StreamID>, _ emit: (StreamConversionPart) -> Void
  ) throws(RDBError) {
    guard !unowned.isEmpty else { return try skipPending(bytes) }
    losesState = true
    flush(emit)
    let count = try bytes.readCount(&at, eachAtLeast: 25)
    var reader = at
    var left = 0
    for _ in 0..<count {
      if unowned.contains(try bytes.readRawStreamID(&reader)) { left &+= 1 }
      _ = try bytes.take(8, &reader)
      _ = try bytes.readLength(&reader)
    }
    emit(.length(UInt64(count &- left)))
    copied = at
    for _ in 0..<count {
      let start = at
      let isUnowned = unowned.contains(try bytes.readRawStreamID(&at))
      _ = try bytes.take(8, &at)
      _ = try bytes.readLength(&at)
      guard isUnowned else { continue }
      let end = at
      at = start
      flush(emit)
      (at, copied) = (end, end)
    }
  }
}

extension StreamLayout {
  /// The least size of a consumer.
  fileprivate var consumerSize: UInt64 { hasActiveTime ? 18 : 10 }
}
