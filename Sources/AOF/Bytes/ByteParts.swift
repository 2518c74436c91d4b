// The bytes that places point into: mapped files, which are lent, and the arena, which grows by
// chunks that never move. So a place stays good while the arena grows, and an element of a value is
// 16 bytes wherever its bytes are.

import RDB

/// Every part of memory that a `StringPlace` may point into.
///
/// Part 0 is empty. A part that is no longer lent is empty too, so that whoever keeps a place for too
/// long is stopped by a bounds check.
///
/// Threads may read what is lent, and each keeps bytes in a fork of its own.
@safe package final class ByteParts: @unchecked Sendable {
  /// One row for all parts there can be.
  ///
  /// It never moves, so reading it needs no exclusivity check.
  private let parts: UnsafeMutablePointer<UnsafeRawBufferPointer>
  private var partCount = 1
  private var chunks: [UnsafeMutableRawBufferPointer] = unsafe []
  /// The part of the chunk that is being filled, and where its free bytes begin.
  private var current = 0
  private var used = 0
  /// Bytes that were taken for the arena.
  package private(set) var arenaBytes = 0

  private static let firstChunk = 1 << 12
  private static let largestChunk = 1 << 24

  /// Makes an arena without bytes.
  package init() {
    // SAFETY: freed in `deinit`; places have parts below the limit, and all are made empty here.
    unsafe parts = UnsafeMutablePointer.allocate(capacity: StringPlace.partLimit)
    unsafe parts.initialize(
      repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: StringPlace.partLimit)
  }

  deinit {
    // SAFETY: the chunks are this object's own, and places cannot reach them without it.
    unsafe chunks.forEach { unsafe $0.deallocate() }
    unsafe parts.deallocate()
  }

  /// Lends bytes as a part for one call.
  ///
  /// - Parameters:
  ///   - bytes: A file's bytes.
  ///   - body: Gets the number of the part; places in it are good until `body` returns.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  package func withPart<Result, Failure: Error>(
    _ bytes: RawSpan, _ body: (Int) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(bytes.byteCount < StringPlace.offsetLimit)
    let part = nextPart()
    // SAFETY: the bytes are borrowed for the whole call, and the part is emptied before it ends.
    unsafe bytes.withUnsafeBytes { unsafe parts[part] = $0 }
    defer { unsafe parts[part] = UnsafeRawBufferPointer(start: nil, count: 0) }
    return try body(part)
  }

  /// Lends the same bytes to other parts, which have an arena of their own, for one call.
  ///
  /// - Parameter body: Gets the parts; places in them are good until `body` returns.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  func withFork<Result, Failure: Error>(
    _ body: (ByteParts) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let fork = ByteParts()
    // SAFETY: what is lent stays for the whole call, and the parts of the fork are emptied before it ends.
    unsafe fork.parts.update(from: parts, count: partCount)
    fork.partCount = partCount
    let count = partCount
    defer {
      for part in 0..<count {
        unsafe fork.parts[part] = UnsafeRawBufferPointer(start: nil, count: 0)
      }
    }
    return try body(fork)
  }

  /// Lends the bytes of a string.
  @inline(__always)
  package func withBytes<Result, Failure: Error>(
    _ place: StringPlace, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(place.part < StringPlace.partLimit)
    let part = unsafe parts[place.part]
    precondition(place.count >= 0 && place.offset &+ place.count <= part.count)
    // SAFETY: the place was just found to be inside the part, which stays while it is lent.
    let start = unsafe part.baseAddress.map { unsafe $0 + place.offset }
    return try body(unsafe UnsafeRawBufferPointer(start: start, count: place.count).bytes)
  }

  /// Lends all bytes of a part.
  func withBytes<Result, Failure: Error>(
    ofPart part: Int, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(part >= 0 && part < StringPlace.partLimit)
    let whole = unsafe parts[part]
    // SAFETY: the part stays while it is lent; the row of parts may grow meanwhile.
    return try body(unsafe whole.bytes)
  }

  /// Copies bytes into the arena.
  package func keep(_ bytes: RawSpan) -> StringPlace {
    let count = bytes.byteCount
    guard count > 0 else { return .empty }
    reserve(count)
    let place = StringPlace(part: current, offset: used, count: count)
    // SAFETY: `reserve` left at least `count` free bytes at `used` in the last chunk.
    unsafe bytes.withUnsafeBytes { source in
      let target = unsafe chunks[chunks.count - 1]
      unsafe UnsafeMutableRawBufferPointer(rebasing: target[used..<(used + count)])
        .copyMemory(from: source)
    }
    used &+= count
    return place
  }

  /// Copies bytes into the arena.
  func keep(_ bytes: [UInt8]) -> StringPlace { bytes.withRawSpan { keep($0) } }

  /// The place of bytes that a walk over a part's value poured out; nil where they are in a buffer.
  func place(_ range: ByteRange, of span: RawSpan, in part: Int) -> StringPlace? {
    precondition(part >= 0 && part < StringPlace.partLimit)
    let whole = unsafe parts[part]
    // SAFETY: addresses are compared as numbers; nothing is read.
    return unsafe span.withUnsafeBytes { buffer in
      guard let start = whole.baseAddress, let from = buffer.baseAddress else {
        return nil
      }
      let distance = unsafe from - start
      let offset = distance &+ range.offset
      guard distance >= 0, offset &+ range.count <= whole.count else { return nil }
      return StringPlace(part: part, offset: offset, count: range.count)
    }
  }

  private func nextPart() -> Int {
    precondition(partCount < StringPlace.partLimit)
    partCount += 1
    return partCount - 1
  }

  private func reserve(_ count: Int) {
    if current > 0, unsafe chunks[chunks.count - 1].count &- used >= count { return }
    let last = unsafe chunks.last?.count ?? ByteParts.firstChunk
    let size = max(count, min(last &* 2, ByteParts.largestChunk))
    // SAFETY: freed in `deinit`; bytes are written before a place in them is handed out.
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    unsafe chunks.append(chunk)
    current = nextPart()
    unsafe parts[current] = UnsafeRawBufferPointer(chunk)
    used = 0
    arenaBytes &+= size
  }
}
