// What signal handlers need: the address ranges of mappings, each with the line to write on a
// fault, and the temporary files to remove before the process ends.
//
// A handler must not lock or allocate. So the registry is a list that only grows; an entry is taken
// and released by one atomic state. The texts of entries, some hundred bytes per file, are never
// freed, since a handler on another thread may be reading them.

import Synchronization

/// The registry of the process.
let signalRegistry = SignalRegistry()

// Shared between threads: every stored property is atomic.
@safe
struct SignalRegistry: ~Copyable, @unchecked Sendable {
  enum State: UInt8, AtomicRepresentable {
    case free, beingWritten, mapping, temporaryFile
  }

  @safe
  struct Entry: ~Copyable {
    let state = Atomic<State>(.beingWritten)
    let start = Atomic<UInt>(0)
    let end = Atomic<UInt>(0)
    let text = unsafe Atomic<UnsafeRawPointer?>(nil)
    let textCount = Atomic<Int>(0)
    let next: UnsafeMutablePointer<Entry>?
  }

  /// A taken entry, until it is passed to `release`.
  @safe
  struct Registration: @unchecked Sendable {
    fileprivate let entry: UnsafeMutablePointer<Entry>
  }

  private let first = unsafe Atomic<UnsafeMutablePointer<Entry>?>(nil)
  private let isEnding = Atomic<Bool>(false)
  private let faultStatus = Atomic<Int32>(2)
}

// MARK: - What the rest of Storage writes

extension SignalRegistry {
  /// Registers a mapping and the line to write if it faults.
  func registerMapping(from start: UInt, count: Int, line: String) -> Registration {
    // A mapping ends inside the address space.
    enter(.mapping, from: start, to: start &+ UInt(count), text: line)
  }

  /// Registers a file to remove if a signal ends the process.
  func registerTemporaryFile(_ path: String) -> Registration {
    enter(.temporaryFile, from: 0, to: 0, text: path)
  }

  /// Releases an entry.
  func release(_ registration: Registration) {
    // SAFETY: entries are never freed.
    unsafe registration.entry.pointee.state.store(.free, ordering: .releasing)
  }

  /// Sets the exit status after a fault in a mapping.
  func setFaultStatus(_ status: Int32) {
    faultStatus.store(status, ordering: .relaxed)
  }

  private func enter(_ state: State, from start: UInt, to end: UInt, text: String) -> Registration {
    let registration = takeFree() ?? push()
    let bytes = Array(text.utf8) + [0]
    // SAFETY: the copy has room for all the bytes. Entries are never freed, and this one is ours.
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    unsafe copy.copyBytes(from: bytes)
    let place = UnsafeRawPointer(copy.baseAddress)
    unsafe registration.entry.pointee.text.store(place, ordering: .relaxed)
    unsafe registration.entry.pointee.textCount.store(bytes.count - 1, ordering: .relaxed)
    unsafe registration.entry.pointee.start.store(start, ordering: .relaxed)
    unsafe registration.entry.pointee.end.store(end, ordering: .relaxed)
    unsafe registration.entry.pointee.state.store(state, ordering: .releasing)
    return registration
  }

  private func takeFree() -> Registration? {
    // SAFETY: entries are never freed, and `next` never changes.
    var place = unsafe first.load(ordering: .acquiring)
    while let entry = unsafe place {
      let taken = unsafe entry.pointee.state.compareExchange(
        expected: .free, desired: .beingWritten, ordering: .acquiringAndReleasing
      ).exchanged
      if taken { return unsafe Registration(entry: entry) }
      unsafe place = entry.pointee.next
    }
    return nil
  }

  private func push() -> Registration {
    // SAFETY: nobody sees the entry before it is the first; until then it may be written anew.
    let entry = UnsafeMutablePointer<Entry>.allocate(capacity: 1)
    while true {
      let next = unsafe first.load(ordering: .acquiring)
      unsafe entry.initialize(to: Entry(next: next))
      let pushed = unsafe first.compareExchange(
        expected: next, desired: entry, ordering: .acquiringAndReleasing
      ).exchanged
      if pushed { return unsafe Registration(entry: entry) }
    }
  }
}

// MARK: - What handlers call

extension SignalRegistry {
  /// Writes the line and ends the process if the address is in a mapping; otherwise returns.
  func faultHappened(at address: UInt) {
    // SAFETY: entries and texts are never freed.
    var place = unsafe first.load(ordering: .acquiring)
    while let entry = unsafe place {
      if unsafe entry.pointee.covers(address) { unsafe end(because: entry) }
      unsafe place = entry.pointee.next
    }
  }

  /// Removes every registered temporary file.
  func removeTemporaryFiles() {
    // SAFETY: entries and texts are never freed; a path's text ends with a zero.
    var place = unsafe first.load(ordering: .acquiring)
    while let entry = unsafe place {
      if unsafe entry.pointee.state.load(ordering: .acquiring) == .temporaryFile,
        let path = unsafe entry.pointee.text.load(ordering: .relaxed)
      {
        unsafe SystemCalls.remove(path.assumingMemoryBound(to: CChar.self))
      }
      unsafe place = entry.pointee.next
    }
  }

  private func end(because entry: UnsafeMutablePointer<Entry>) -> Never {
    // Several threads may fault at once; one line is enough.
    if isEnding.exchange(true, ordering: .relaxed) { SystemCalls.waitForTheEnd() }
    removeTemporaryFiles()
    // SAFETY: a mapping's entry has a text of this count.
    let text = unsafe UnsafeRawBufferPointer(
      start: entry.pointee.text.load(ordering: .relaxed),
      count: entry.pointee.textCount.load(ordering: .relaxed))
    _ = unsafe SystemCalls.writeOnce(2, text)
    SystemCalls.exitNow(faultStatus.load(ordering: .relaxed))
  }
}

extension SignalRegistry.Entry {
  fileprivate func covers(_ address: UInt) -> Bool {
    state.load(ordering: .acquiring) == .mapping
      && address >= start.load(ordering: .relaxed) && address < end.load(ordering: .relaxed)
  }
}
