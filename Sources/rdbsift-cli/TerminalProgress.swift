// How far a job over all files has come, on a terminal.

import RDBSift
import Synchronization

/// Adds up the files of a sweep into one line.
final class TerminalProgress: SweepMonitor {
  private struct State {
    var label = ""
    var line: ProgressLine?
    var sizes: [Int] = []
    var done: [Int] = []
  }

  private let console: Console
  private let state = Mutex(State())

  /// Shows progress on standard error; nil if that is no terminal.
  init?(_ console: Console) {
    guard console.error.isTerminal else { return nil }
    self.console = console
  }

  func begin(_ label: String, sizes: [Int]) {
    state.withLock { state in
      state.label = label
      state.line = ProgressLine(on: console.error, now: Clock.ticks())
      state.sizes = sizes
      state.done = Array(repeating: 0, count: sizes.count)
    }
  }

  func advance(file: Int, to offset: Int) {
    let text: String? = state.withLock { state in
      guard state.done.indices.contains(file) else { return nil }
      state.done[file] = offset
      let all = state.done.reduce(0, +)
      // A packed file holds more than its own bytes; how much is not known.
      let total = state.sizes.contains(0) ? 0 : max(state.sizes.reduce(0, +), all)
      return state.line?.update(state.label, done: all, of: total, now: Clock.ticks())
    }
    if let text { console.tell(text) }
  }

  func end(file: Int) {
    state.withLock { state in
      guard state.done.indices.contains(file) else { return }
      state.done[file] = max(state.done[file], state.sizes[file])
    }
  }

  func finish() {
    if let text = state.withLock({ $0.line?.finish() }) { console.tell(text) }
  }
}
