// Bytes that appear at one end and go away at the other, at addresses that never change: the place of
// a byte is always the beginning of the range plus its number. So what reads a mapped file reads
// these, and threads may hold places in them while more bytes come.
//
//   begin          released        head          committed            capacity
//     │  no pages, no │   bytes      │  pages, yet   │   no pages, no     │
//     │  access       │              │  to be filled │   access           │
//
// Only what lies between can be touched at all: a reader that left it would end the process, and could
// not misread. What is lent ends at the byte that the borrower says it has been told of.

/// A range of addresses that is filled from its beginning to its end.
///
/// One thread appends, one at a time releases, any may borrow what was appended before.
@safe
package final class GrowingBytes: @unchecked Sendable {
  // Unchecked: `head` and `committed` belong to the thread that appends, `released` to the one that
  // releases; who borrows says how far, and was told so by the one that appends.

  /// Bytes that there can be.
  package let capacity: Int
  private let begin: UnsafeMutableRawPointer
  private let reservation: UnsafeMutableRawPointer
  private let reserved: Int
  private let path: String
  private var head = 0
  private var committed = 0
  private var released = 0

  /// Pages come in pieces of this size and at multiples of it, as large pages want it.
  private static let step = 1 << 21
  /// Pages go away in pieces of this size at least: it costs a call and stops all threads for a moment.
  private static let releaseStep = 1 << 22
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
  /// Returns how many came; 0 at the end. With none left to give, this must not be called.
  package func append(
    _ wanted: Int, from unpacker: Unpacker
  ) throws(InputError) -> Int {
    let room = min(wanted, capacity - head)
    guard room > 0 else {
      throw .container(
        ContainerError(.tooLarge(limit: head), unpacker.layers, at: head, unpacked: head))
    }
    do throws(SystemError) {
      try commit(upTo: head + room)
    } catch {
      throw .system(error)
    }
    // SAFETY: these pages are committed, and nobody was told of them yet.
    let count = try unsafe unpacker.read(
      into: UnsafeMutableRawBufferPointer(start: begin + head, count: room))
    head += count
    return count
  }

  private func commit(upTo end: Int) throws(SystemError) {
    guard end > committed else { return }
    let rounded = (end + GrowingBytes.step - 1) / GrowingBytes.step * GrowingBytes.step
    // SAFETY: inside the reservation, since the capacity is a multiple of the step.
    try unsafe SystemCalls.commit(begin + committed, count: rounded - committed, path)
    committed = rounded
  }

  /// Lends the bytes from the first to the one before `end`, which the appending thread has told of.
  ///
  /// Of these, the caller touches none that were released.
  package func withBytes<Result: ~Copyable, Failure: Error>(
    upTo end: Int, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(end <= capacity)
    // SAFETY: the range is reserved as long as this object lives.
    return try body(unsafe UnsafeRawBufferPointer(start: begin, count: end).bytes)
  }

  /// Gives back the pages before a byte; nobody reads there any more.
  package func release(before end: Int) {
    let rounded = end / GrowingBytes.step * GrowingBytes.step
    guard rounded - released >= GrowingBytes.releaseStep else { return }
    // SAFETY: whole pages behind all readers.
    unsafe SystemCalls.decommit(begin + released, count: rounded - released)
    released = rounded
  }
}
