// How far a job over several files has come: one line for all of them.

import Synchronization

/// The progress of a job over the files of a set.
final class SetProgress: Sendable {
  private struct State {
    var line: ProgressLine
    var done: [Int]
  }

  /// Whether anybody would see it.
  let isShown: Bool
  private let label: String
  private let sizes: [Int]
  private let console: Console
  private let state: Mutex<State>

  /// Begins.
  init(_ label: String, sizes: [Int], _ console: Console) {
    self.label = label
    self.sizes = sizes
    self.console = console
    isShown = console.error.isTerminal
    state = Mutex(
      State(
        line: ProgressLine(on: console.error, now: Clock.ticks()),
        done: Array(repeating: 0, count: sizes.count)))
  }

  /// Says how far a file has come.
  func update(_ index: Int, done: Int) {
    guard isShown else { return }
    let text = state.withLock { state in
      state.done[index] = done
      let all = state.done.reduce(0, +)
      return state.line.update(label, done: all, of: max(total, all), now: Clock.ticks())
    }
    if let text { console.tell(text) }
  }

  /// Says that a file is done.
  func end(_ index: Int) {
    if isShown { state.withLock { $0.done[index] = max($0.done[index], sizes[index]) } }
  }

  private var total: Int { sizes.reduce(0, +) }

  /// Takes the line away.
  func finish() {
    if let text = state.withLock({ $0.line.finish() }) { console.tell(text) }
  }
}
