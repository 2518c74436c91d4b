// Unpacks a stream on a background thread, a window ahead of the scan.
//
// The thread unpacks up to a window after the last released byte, or as far as the scan needs, whichever is
// more. Memory is bounded by the window, or by one record that does not fit into it. Both sides wait
// without spinning. Where the system gives no thread, the scan unpacks what it waits for.

import Dispatch
package import Storage
import Synchronization

/// Bytes of a container that are unpacked while earlier ones are read.
package final class Unpacking: Sendable {
  /// The progress of unpacking.
  package struct Arrived: Sendable {
    /// Bytes that have arrived.
    package var count: Int
    /// Whether no more bytes will arrive.
    package var isWhole: Bool
  }

  fileprivate struct State {
    var arrived = Arrived(count: 0, isWhole: false)
    /// The error that ended the bytes early, if any.
    var failure: InputError?
    var remarks: [InputRemark] = []
    var released = 0
    /// Bytes whose pages can be reused.
    var retired = 0
    /// The byte count that the scan waits for.
    var wanted = 0
    var readerWaits = false
    var unpackerWaits = false
    var isStopped = false
    /// Whether the thread has finished with the unpacker.
    var hasEnded = false
    /// Whether there is a thread that unpacks.
    var hasThread = true
  }

  /// Bytes that may be unpacked after the last released byte.
  package static let window = 16 << 20
  /// Worker threads that keep up with one unpacking thread; more would only need more buffers.
  package static let workers = 4
  /// Released bytes that stay mapped; the checksum looks back by less.
  private static let margin = 1 << 20
  /// Bytes requested from the unpacker at once, and the least room worth waking up for: an LZ4 block,
  /// which the library unpacks in place if all of it fits.
  private static let piece = 4 << 20

  private let bytes: GrowingBytes
  private let unpacker: Unpacker
  private let window: Int
  private let state = Mutex(State())
  private let arrival = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: 0)
  private let work = DispatchGroup()

  /// Starts to unpack.
  ///
  /// - Parameters:
  ///   - unpacker: The unpacker.
  ///   - limit: The largest unpacked size in bytes.
  ///   - path: The path for error messages.
  ///   - window: Bytes to unpack ahead.
  /// - Throws: `SystemError` if the address range cannot be reserved.
  package init(
    _ unpacker: Unpacker, limit: Int = .max, path: String, window: Int = Unpacking.window
  ) throws(SystemError) {
    bytes = try GrowingBytes(limit: limit, path: path)
    self.unpacker = unpacker
    self.window = window
    work.enter()
    let thread = SystemThread.start {
      self.run()
      self.work.leave()
    }
    if let thread {
      thread.detach()
    } else {
      state.withLock { $0.hasThread = false }
      work.leave()
    }
  }

  /// The containers from the outermost to the innermost.
  package var layers: [ContainerKind] { unpacker.layers }
  /// The error that ended the bytes early, if any.
  package var failure: InputError? { state.withLock { $0.failure } }
  /// Remarks about the containers; complete when all bytes have arrived.
  package var remarks: [InputRemark] { state.withLock { $0.remarks } }
  /// Whether every byte can still be read.
  package var isUntouched: Bool { state.withLock { $0.released == 0 && !$0.isStopped } }
  /// The progress of unpacking.
  package var arrived: Arrived { state.withLock { $0.arrived } }
  /// Whether the unpacker has ended or failed and may be used by others.
  package var hasEnded: Bool { state.withLock { $0.hasEnded } }
}

// MARK: - The thread that unpacks

extension Unpacking {
  private func run() {
    while let room = waitForRoom(), unpack(room.count, retired: room.retired) {}
  }

  /// Unpacks some bytes; whether there are more.
  private func unpack(_ room: Int, retired: Int) -> Bool {
    do throws(InputError) {
      let count = try bytes.append(room, from: unpacker, retired: retired)
      note(count, failure: nil)
      return count > 0
    } catch {
      note(0, failure: error)
      return false
    }
  }

  /// Unpacks on the calling thread until enough bytes have arrived.
  private func unpackHere() -> Arrived {
    while true {
      let (isEnough, retired) = state.withLock { ($0.isEnough, $0.retired) }
      guard !isEnough, unpack(Unpacking.piece, retired: retired) else { return arrived }
    }
  }

  /// Waits for room; the byte count, and the bytes retired so far.
  ///
  /// Nil after `stop`.
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
  /// Waits until `count` bytes have arrived, or no more will.
  package func wait(for count: Int) -> Arrived {
    let (arrived, hasThread) = state.withLock { state in
      state.wanted = count
      return (state.isEnough ? state.arrived : nil, state.hasThread)
    }
    if let arrived { return arrived }
    if !hasThread { return unpackHere() }
    wakeUnpacker { $0.readerWaits = !$0.isEnough }
    while true {
      let (arrived, waits) = state.withLock { ($0.arrived, $0.readerWaits) }
      if !waits { return arrived }
      arrival.wait()
    }
  }

  /// Releases the bytes before `end`; they cannot be read again.
  ///
  /// Any thread may call it, one at a time.
  package func release(before end: Int) {
    guard end > state.withLock({ $0.released }) else { return }
    let retired = bytes.retire(before: max(0, end - Unpacking.margin))
    wakeUnpacker { state in
      state.released = end
      state.retired = retired
    }
  }

  /// Releases the memory of bytes that have arrived and are not read; they become zeros.
  ///
  /// Bytes before and behind them stay. Only the thread that scans may call it.
  package func drop(_ range: Range<Int>) { bytes.drop(range) }

  /// Unpacks the rest, so that the container is checked to its end, and returns the total size.
  package func drain() -> Int {
    var arrived = self.arrived
    while !arrived.isWhole {
      release(before: arrived.count)
      arrived = wait(for: arrived.count + 1)
    }
    return arrived.count
  }

  /// Stops unpacking; waiting threads get the bytes that have arrived.
  package func stop() {
    wakeUnpacker { state in
      state.isStopped = true
      state.arrived.isWhole = true
    }
    wakeReader()
  }

  /// Stops, and waits until the thread no longer reads the input.
  package func end() {
    stop()
    work.wait()
  }

  /// Calls `body` with the range that the bytes are unpacked into; only arrived bytes may be read.
  func withRange<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try bytes.withBytes(upTo: bytes.capacity, body)
  }
}
