// One line on a terminal's last row that says how far a long job has come, and goes away when the
// job ends. It says nothing of work that takes less than a second, and nothing where standard error
// is not a terminal.

/// The text to write, if any, whenever the job says how far it has come.
///
/// It decides and does not write: the times are handed in, and the caller writes what it returns.
struct ProgressLine {
  private static let patience: UInt64 = 1_000_000_000
  private static let pause: UInt64 = 100_000_000
  private static let erase = "\r\u{1b}[K"

  private let width: Int?
  private let start: UInt64
  private var next: UInt64
  private var isShown = false

  /// Begins at a moment on the monotonic clock.
  ///
  /// - Parameters:
  ///   - stream: Where the line will be written.
  ///   - now: The clock, in nanoseconds.
  init(on stream: Console.Stream, now: UInt64) {
    width = stream.isTerminal ? stream.width : nil
    start = now
    next = now &+ Self.patience
  }

  /// What to write when so many of all the bytes are done; nil if nothing.
  mutating func update(_ label: String, done: Int, of total: Int, now: UInt64) -> String? {
    guard let width, now >= next else { return nil }
    next = now &+ Self.pause
    isShown = true
    let text = Self.text(label, done: done, of: total, nanoseconds: now &- start)
    // One column stays free: some terminals wrap when the last one is filled.
    return Self.erase + Formatting.truncated(text, to: width - 1)
  }

  /// What to write when the job has ended; nil if nothing was ever shown.
  mutating func finish() -> String? {
    guard isShown else { return nil }
    isShown = false
    return Self.erase
  }

  static func text(_ label: String, done: Int, of total: Int, nanoseconds: UInt64) -> String {
    let seconds = max(Double(nanoseconds) / 1e9, 1e-9)
    let speed = Double(done) / seconds
    var text = "\(label) \(Formatting.size(done))"
    if total > 0 {
      let percent = Int(min(100, Double(done) / Double(total) * 100))
      text += " of \(Formatting.size(total)), \(percent) %"
    }
    text += ", \(Formatting.size(Int(min(speed, 1e18))))/s"
    if total > done, done > 0 {
      let left = min(Double(total - done) / speed, 1e9)
      text += ", \(Formatting.duration(milliseconds: Int64(left.rounded(.up)) * 1000)) left"
    }
    return text
  }
}
