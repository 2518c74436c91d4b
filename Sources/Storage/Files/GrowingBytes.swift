// Bytes that appear at one end and go away at the other, at addresses that never change: the place of
// a byte is always the beginning of the range plus its number. So what reads a mapped file reads
// these, and threads may hold places in them while more bytes come.
//
//   begin         moved         retired         head          committed          capacity
//     │  no pages,   │ pages, no    │   bytes      │  pages, yet   │   no pages, no   │
//     │  no access   │ access       │              │  to be filled │   access         │
//
// Only the bytes, and what is to be filled, can be touched at all: a reader that left them would end
// the process, and could not misread. What is lent ends at the byte that the borrower says it has been
// told of. Pages that are retired move on to where they are needed next: fresh ones would have to be
// filled with zeros first, which takes a third of the time that unpacking LZ4 does.

/// A range of addresses that is filled from its beginning to its end.
///
/// One thread appends, one at a time releases, any may borrow what was appended before.
@safe
package final class GrowingBytes: @unchecked Sendable {
  // Unchecked: `head`, `committed` and `moved` belong to the thread that appends, `retired` to the one
  // that retires; who borrows says how far, and was told so by the one that appends.

  /// Bytes that there can be.
  package let capacity: Int
  private let begin: UnsafeMutableRawPointer
  private let reservation: UnsafeMutableRawPointer
  private let reserved: Int
  private let path: String
  private var head = 0
  private var committed = 0
  private var retired = 0
  private var moved = 0

  /// Pages come in pieces of this size and at multiples of it, as large pages want it.
  private static let step = 1 << 21
  /// Pages are retired in pieces of this size at least: it costs a call and stops all threads for a
  /// moment.
  private static let retireStep = 1 << 22
  /// Retired pages that are kept; what a long record has left behind goes away.
  private static let spareLimit = 1 << 23
  /// What is reserved where no limit is given: a part of the addresses, no memory.
  private static let usualCapacity = 1 << 42

  /// Reserves addresses.
  ///
  /// - Parameters:
  ///   - limit: Bytes that there will be at most.
  ///   - path: The input, for errors.
  /// - Throws: That the system gives none.
  package init(limit: Int = .max, path: String) throws(SystemError) {
    // One step more aligns the beginning, and one byte more shows that there is more than the limit.
    var wanted = min(limit, GrowingBytes.usualCapacity) / GrowingBytes.step + 2
    var place: UnsafeMutableRawPointer?
    while unsafe place == nil, wanted > 32 {
      unsafe place = SystemCalls.reserve(wanted * GrowingBytes.step)
      // A limit on the address space leaves less, which may do.
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

  /// Appends what an unpacker gives next, `wanted` bytes at most.
  ///
  /// With none left to give, this must not be called.
  ///
  /// - Parameters:
  ///   - wanted: Bytes.
  ///   - unpacker: What gives them.
  ///   - retired: What `retire` has returned last; pages before it are used again.
  /// - Returns: How many came; 0 at the end.
  /// - Throws: That there is no room, or no more is to be had.
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

  /// Moves a step of retired pages to where pages are needed next; false where the system cannot.
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

  /// Lends the bytes from the first to the one before `end`, which the appending thread has told of.
  ///
  /// Of these, the caller touches none that were retired.
  package func withBytes<Result: ~Copyable, Failure: Error>(
    upTo end: Int, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(end <= capacity)
    // SAFETY: the range is reserved as long as this object lives.
    return try body(unsafe UnsafeRawBufferPointer(start: begin, count: end).bytes)
  }

  /// Takes the pages before a byte away from readers, as far as they are whole steps; nobody reads
  /// there any more.
  ///
  /// - Returns: The byte before which all are; for `append`.
  package func retire(before end: Int) -> Int {
    let rounded = end / GrowingBytes.step * GrowingBytes.step
    guard rounded - retired >= GrowingBytes.retireStep else { return retired }
    // SAFETY: whole pages behind all readers.
    unsafe SystemCalls.protect(begin + retired, count: rounded - retired)
    retired = rounded
    return retired
  }
}
