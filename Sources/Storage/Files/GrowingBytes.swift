// Bytes that appear at one end and go away at the other, at fixed addresses: the address of a byte
// is always the start of the range plus its offset. So they are read like a mapped file, and
// threads may hold offsets while more bytes arrive.
//
//   begin         moved         retired         head          committed          capacity
//     │  no pages,   │ pages, no    │   bytes      │  pages, to    │   no pages, no   │
//     │  no access   │ access       │              │  be filled    │   access         │
//
// Only the bytes, and the pages to be filled, are accessible: a reader outside them would end the
// process instead of misreading. Retired pages are moved to where they are needed next: new ones
// would have to be zeroed, which takes a third of the time of LZ4 decompression.

/// A range of addresses filled from its start to its end.
///
/// One thread appends, one at a time retires, any may borrow what was appended before.
@safe
package final class GrowingBytes: @unchecked Sendable {
  // Unchecked: `head`, `committed` and `moved` belong to the appending thread, `retired` to the
  // retiring one; borrowers say how far they read.

  /// The maximum number of bytes.
  package let capacity: Int
  private let begin: UnsafeMutableRawPointer
  private let reservation: UnsafeMutableRawPointer
  private let reserved: Int
  private let path: String
  private var head = 0
  private var committed = 0
  private var retired = 0
  private var moved = 0

  /// The size and alignment of page groups, as for huge pages.
  private static let step = 1 << 21
  /// The minimum size of a retirement, which costs a system call and stops all threads briefly.
  private static let retireStep = 1 << 22
  /// Retired pages to keep; those that a long record leaves behind are released.
  private static let spareLimit = 1 << 23
  /// Reserved if there is no limit: part of the address space, no memory.
  private static let usualCapacity = 1 << 42

  /// Reserves addresses.
  ///
  /// - Parameters:
  ///   - limit: The maximum number of bytes.
  ///   - path: The input, for errors.
  /// - Throws: If the system refuses.
  package init(limit: Int = .max, path: String) throws(SystemError) {
    // One step more aligns the start, and one byte more shows that the limit is exceeded.
    var wanted = min(limit, GrowingBytes.usualCapacity) / GrowingBytes.step + 2
    var place: UnsafeMutableRawPointer?
    while unsafe place == nil, wanted > 32 {
      unsafe place = SystemCalls.reserve(wanted * GrowingBytes.step)
      // A limit on the address space leaves less, which may suffice.
      if unsafe place == nil { wanted /= 2 }
    }
    if unsafe place == nil { unsafe place = SystemCalls.reserve(wanted * GrowingBytes.step) }
    guard let place = unsafe place else { throw SystemError(.noMemory, .reserve, path) }
    // SAFETY: rounded up inside the reservation, which has a step to spare.
    unsafe reservation = place
    reserved = wanted * GrowingBytes.step
    unsafe begin = place.alignedUp(toMultipleOf: GrowingBytes.step)
    capacity = reserved - GrowingBytes.step
    self.path = path
  }

  deinit {
    // SAFETY: nobody borrows the bytes any more, or this would not go away.
    unsafe SystemCalls.unmap(UnsafeRawPointer(reservation), count: reserved)
  }

  /// Appends the next bytes of an unpacker, `wanted` at most.
  ///
  /// Must not be called when no bytes are left.
  ///
  /// - Parameters:
  ///   - wanted: The number of bytes.
  ///   - unpacker: Their source.
  ///   - retired: The last result of `retire`; pages before it are reused.
  /// - Returns: How many bytes were appended; 0 at the end.
  /// - Throws: If there is no room, or the source fails.
  package func append(
    _ wanted: Int, from unpacker: Unpacker, retired: Int = 0
  ) throws(InputError) -> Int {
    let room = min(wanted, capacity - head)
    guard room > 0 else {
      throw .container(
        ContainerError(.tooLarge(limit: head), unpacker.layers, at: head, unpacked: head))
    }
    do throws(SystemError) {
      try commit(upTo: head + room, retired: retired)
    } catch {
      throw .system(error)
    }
    // SAFETY: these pages are committed, and nobody was told of them yet.
    let count = try unsafe unpacker.read(
      into: UnsafeMutableRawBufferPointer(start: begin + head, count: room))
    head += count
    return count
  }

  private func commit(upTo end: Int, retired: Int) throws(SystemError) {
    while committed < end, moved < retired, moveStep() {}
    if retired - moved > GrowingBytes.spareLimit {
      let surplus = retired - GrowingBytes.spareLimit
      // SAFETY: retired pages, which nobody reads and which were not moved yet.
      unsafe SystemCalls.decommit(begin + moved, count: surplus - moved)
      moved = surplus
    }
    guard end > committed else { return }
    let rounded = (end + GrowingBytes.step - 1) / GrowingBytes.step * GrowingBytes.step
    // SAFETY: inside the reservation, since the capacity is a multiple of the step.
    try unsafe SystemCalls.commit(begin + committed, count: rounded - committed, path)
    committed = rounded
  }

  /// Moves a step of retired pages to where pages are needed next; false if the system cannot.
  private func moveStep() -> Bool {
    let step = GrowingBytes.step
    // SAFETY: the first is retired and was not moved yet, the second inside the reservation and not
    // committed; so they do not overlap, and nobody reads there.
    let isMoved = unsafe SystemCalls.move(begin + moved, count: step, to: begin + committed)
    if isMoved {
      committed += step
    } else {
      unsafe SystemCalls.decommit(begin + moved, count: step)
    }
    moved += step
    return isMoved
  }

  /// Lends the bytes up to `end`, which have been appended.
  ///
  /// The caller touches none that were retired.
  package func withBytes<Result: ~Copyable, Failure: Error>(
    upTo end: Int, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(end <= capacity)
    // SAFETY: the range is reserved as long as this object lives.
    return try body(unsafe UnsafeRawBufferPointer(start: begin, count: end).bytes)
  }

  /// Releases the memory of bytes that are no longer needed; they read as zeros from then on.
  ///
  /// Only whole steps of pages inside the range are affected; those before it stay.
  package func drop(_ range: Range<Int>) {
    let first = (range.lowerBound + GrowingBytes.step - 1) / GrowingBytes.step * GrowingBytes.step
    let count = range.upperBound / GrowingBytes.step * GrowingBytes.step - first
    guard count > 0 else { return }
    // SAFETY: pages inside the reservation, before the appending thread and behind the retired ones.
    unsafe SystemCalls.empty(begin + first, count: count)
  }

  /// Makes whole steps of pages before a byte inaccessible; nobody reads there any more.
  ///
  /// - Returns: The byte before which all are retired, for `append`.
  package func retire(before end: Int) -> Int {
    let rounded = end / GrowingBytes.step * GrowingBytes.step
    guard rounded - retired >= GrowingBytes.retireStep else { return retired }
    // SAFETY: whole pages behind all readers.
    unsafe SystemCalls.protect(begin + retired, count: rounded - retired)
    retired = rounded
    return retired
  }
}
