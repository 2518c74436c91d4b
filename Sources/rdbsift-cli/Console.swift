// Standard output and standard error: the only place that writes text for people. Output that a
// program reads (exported bytes) goes to `StandardStream.output` itself, through a ByteSink.

import Storage

/// The two streams, and what is known of them.
struct Console: Sendable {
  /// What is known of one stream.
  struct Stream: Sendable {
    /// Whether it is a terminal.
    let isTerminal: Bool
    /// Whether it may be coloured.
    let hasColour: Bool
    /// The columns of its window; nil if it is no terminal.
    let width: Int?

    init(
      isTerminal: Bool, width: Int?, colour: ColourChoice = .auto,
      environment: (String) -> String?
    ) {
      self.isTerminal = isTerminal
      self.width = isTerminal ? width ?? 80 : nil
      // https://no-color.org: set and not empty, whatever it says.
      let isRefused = environment("NO_COLOR").map { !$0.isEmpty } ?? false
      hasColour =
        switch colour {
        case .always: true
        case .never: false
        case .auto: isTerminal && !isRefused && environment("TERM") != "dumb"
        }
    }

    fileprivate init(_ stream: StandardStream, _ colour: ColourChoice) {
      self.init(
        isTerminal: stream.isTerminal, width: stream.windowWidth, colour: colour,
        environment: Machine.environment)
    }
  }

  /// What is known of standard output.
  let output: Stream
  /// What is known of standard error.
  let error: Stream

  /// Looks at both streams.
  init() {
    let colour = ColourChoice.typed(CommandLine.arguments)
    output = Stream(.output, colour)
    error = Stream(.error, colour)
  }

  /// Writes a line to standard output; throws `closedPipe` if its reader has gone.
  func write(line: String) throws(SystemError) {
    try write(line + "\n")
  }

  /// Writes text to standard output; throws `closedPipe` if its reader has gone.
  func write(_ text: String) throws(SystemError) {
    var stream = StandardStream.output
    try stream.write(text: text)
  }

  /// Writes a line to standard error.
  ///
  /// Should that fail, there is nobody left to tell.
  func tell(line: String) {
    tell(line + "\n")
  }

  /// Writes text to standard error.
  func tell(_ text: String) {
    var stream = StandardStream.error
    try? stream.write(text: text)
  }
}

/// How a word stands out on a terminal.
enum Style: String {
  case bold = "1"
  case faint = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"
}

extension Console.Stream {
  /// The text in a style, or as it is where there is no colour.
  func styled(_ text: String, _ style: Style) -> String {
    hasColour ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
  }
}
