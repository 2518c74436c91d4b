// A stream that is unpacked by a thread of its own, a window ahead of the scan that reads it.
//
// The thread goes on while there is room: up to a window behind what was released, or as far as the
// scan says that it needs, whichever is more. So memory is bounded by the window, or by the one record
// that does not fit into it. Both sides wait without spinning.

import Dispatch
package import Storage
import Synchronization

/// Bytes that come out of a container while others are read.
package final class Unpacking: Sendable {
  /// How far the bytes have come.
  package struct Arrived: Sendable {
    /// Bytes that are there.
    package var count: Int
    /// Whether no more will come.
    package var isWhole: Bool
  }

  fileprivate struct State {
    var arrived = Arrived(count: 0, isWhole: false)
    /// Why no more come, if that is not their end.
    var failure: InputError?
    var remarks: [InputRemark] = []
    var released = 0
    /// Bytes whose pages can be used again.
    var retired = 0
    /// What the scan waits for.
    var wanted = 0
    var readerWaits = false
    var unpackerWaits = false
    var isStopped = false
    /// Whether the thread is done with the unpacker.
    var hasEnded = false
  }

  /// Bytes that may be unpacked ahead of what was released.
  package static let window = 16 << 20
  /// Threads that do as much as one can unpack; each of them has buffers.
  package static let workers = 4
  /// Bytes behind what was released that stay: the checksum looks back by less.
  private static let margin = 1 << 20
  /// Bytes that are asked of the unpacker at once, and the least room that is worth waking up for: a
  /// block of LZ4, which the library unpacks to its place where there is room for all of it.
  private static let piece = 4 << 20

  private let bytes: GrowingBytes
  private let unpacker: Unpacker
  private let window: Int
  private let state = Mutex(State())
  private let arrival = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: 0)
  private let work = DispatchGroup()

  /// Begins to unpack.
  ///
  /// - Parameters:
  ///   - unpacker: What gives the bytes.
  ///   - limit: Bytes that there may be.
  ///   - path: The input, for errors.
  ///   - window: Bytes to be ahead.
  /// - Throws: That there are no addresses.
  package init(
    _ unpacker: Unpacker, limit: Int = .max, path: String, window: Int = Unpacking.window
  ) throws(SystemError) {
    bytes = try GrowingBytes(limit: limit, path: path)
    self.unpacker = unpacker
    self.window = window
    work.enter()
    // A queue of its own has a thread of its own, however busy the others are.
    DispatchQueue(label: "rdbsift.unpacking").async {
      self.run()
      self.work.leave()
    }
  }

  /// The containers from the outermost to the innermost.
  package var layers: [ContainerKind] { unpacker.layers }
  /// Why the bytes ended before their end, if they did.
  package var failure: InputError? { state.withLock { $0.failure } }
  /// What is to be told of the containers; complete when all bytes have come.
  package var remarks: [InputRemark] { state.withLock { $0.remarks } }
  /// Whether every byte can still be read.
  package var isUntouched: Bool { state.withLock { $0.released == 0 && !$0.isStopped } }
  /// How far the bytes have come.
  package var arrived: Arrived { state.withLock { $0.arrived } }
  /// Whether the unpacker is at its end or has failed, and is left to whoever wants it.
  package var hasEnded: Bool { state.withLock { $0.hasEnded } }
}

// MARK: - The thread that unpacks

extension Unpacking {
  private func run() {
    var more = true
    while more, let room = waitForRoom() {
      do throws(InputError) {
        let count = try bytes.append(room.count, from: unpacker, retired: room.retired)
        more = count > 0
        note(count, failure: nil)
      } catch {
        more = false
        note(0, failure: error)
      }
    }
  }

  /// How many bytes there is room for, and what was retired; nil if nobody wants any more.
  private func waitForRoom() -> (count: Int, retired: Int)? {
    while true {
      let (count, retired, isStopped) = state.withLock { state in
        let end = max(state.released + window, state.wanted)
        let free = end - state.arrived.count
        let least = state.wanted > state.arrived.count ? 1 : Unpacking.piece
        if free < min(least, window) { state.unpackerWaits = true }
        let count = state.unpackerWaits ? 0 : min(free, Unpacking.piece)
        return (count, state.retired, state.isStopped)
      }
      if isStopped { return nil }
      if count > 0 { return (count, retired) }
      room.wait()
    }
  }

  private func note(_ count: Int, failure: InputError?) {
    state.withLock { state in
      state.arrived.count += count
      if count == 0 {
        state.arrived.isWhole = true
        state.hasEnded = true
        state.failure = failure
        state.remarks = unpacker.remarks
      }
    }
    wakeReader()
  }

  private func wakeReader() {
    let wakes = state.withLock { state in
      guard state.readerWaits, state.isEnough else { return false }
      state.readerWaits = false
      return true
    }
    if wakes { arrival.signal() }
  }

  private func wakeUnpacker(_ change: (inout State) -> Void) {
    let wakes = state.withLock { state in
      change(&state)
      defer { state.unpackerWaits = false }
      return state.unpackerWaits
    }
    if wakes { room.signal() }
  }
}

extension Unpacking.State {
  fileprivate var isEnough: Bool { arrived.isWhole || arrived.count >= wanted }
}

// MARK: - The thread that scans

extension Unpacking {
  /// Waits until so many bytes are there, or no more will come.
  package func wait(for count: Int) -> Arrived {
    let arrived: Arrived? = state.withLock { state in
      state.wanted = count
      return state.isEnough ? state.arrived : nil
    }
    if let arrived { return arrived }
    wakeUnpacker { $0.readerWaits = !$0.isEnough }
    while true {
      let (arrived, waits) = state.withLock { ($0.arrived, $0.readerWaits) }
      if !waits { return arrived }
      arrival.wait()
    }
  }

  /// Says that nobody will read before a byte any more.
  ///
  /// May be called from any thread, by one at a time.
  package func release(before end: Int) {
    guard end > state.withLock({ $0.released }) else { return }
    let retired = bytes.retire(before: max(0, end - Unpacking.margin))
    wakeUnpacker { state in
      state.released = end
      state.retired = retired
    }
  }

  /// Steps over all that is still to come, so that it is checked to its end; how many bytes there were.
  package func drain() -> Int {
    var arrived = self.arrived
    while !arrived.isWhole {
      release(before: arrived.count)
      arrived = wait(for: arrived.count + 1)
    }
    return arrived.count
  }

  /// Says that nobody wants any more bytes: who waits for some gets what is there.
  package func stop() {
    wakeUnpacker { state in
      state.isStopped = true
      state.arrived.isWhole = true
    }
    wakeReader()
  }

  /// Stops, and waits until nothing is read of the input any more.
  package func end() {
    stop()
    work.wait()
  }

  /// Lends the range that the bytes come into; those that have not come cannot be touched.
  func withRange<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try bytes.withBytes(upTo: bytes.capacity, body)
  }
}
