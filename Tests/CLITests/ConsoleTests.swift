import Testing

@testable import RDBSiftCLI

@Suite("Console and progress")
struct ConsoleTests {
  private func stream(
    terminal: Bool = true, width: Int? = 60, _ environment: [String: String] = [:]
  ) -> Console.Stream {
    Console.Stream(isTerminal: terminal, width: width) { environment[$0] }
  }

  @Test("colour is for terminals, unless NO_COLOR or TERM=dumb says otherwise")
  func colour() {
    #expect(stream().hasColour)
    #expect(stream(["NO_COLOR": ""]).hasColour)
    #expect(!stream(["NO_COLOR": "0"]).hasColour)
    #expect(!stream(["TERM": "dumb"]).hasColour)
    #expect(!stream(terminal: false).hasColour)
    #expect(stream().styled("x", .red) == "\u{1b}[31mx\u{1b}[0m")
    #expect(stream(terminal: false).styled("x", .red) == "x")
  }

  @Test("a terminal that does not tell its width has 80 columns, a file has none")
  func width() {
    #expect(stream(width: nil).width == 80)
    #expect(stream(terminal: false, width: 60).width == nil)
  }

  private let second: UInt64 = 1_000_000_000

  @Test("nothing is said in the first second, and nothing to erase")
  func short() {
    var line = ProgressLine(on: stream(), now: 5)
    #expect(line.update("reading", done: 1, of: 2, now: second) == nil)
    #expect(line.finish() == nil)
  }

  @Test("after a second the line is written over itself, ten times a second at most, and erased")
  func long() {
    var line = ProgressLine(on: stream(), now: 0)
    let first = line.update("reading", done: 1 << 20, of: 4 << 20, now: second)
    #expect(first == "\r\u{1b}[Kreading 1.0 MiB of 4.0 MiB, 25 %, 1.0 MiB/s, 3 s left")
    #expect(line.update("reading", done: 2 << 20, of: 4 << 20, now: second + 99_999_999) == nil)
    #expect(line.update("reading", done: 2 << 20, of: 4 << 20, now: second + 100_000_000) != nil)
    #expect(line.finish() == "\r\u{1b}[K")
    #expect(line.finish() == nil)
  }

  @Test("nothing is ever said where there is no terminal")
  func noTerminal() {
    var line = ProgressLine(on: stream(terminal: false), now: 0)
    #expect(line.update("reading", done: 1, of: 2, now: 100 * second) == nil)
    #expect(line.finish() == nil)
  }

  @Test("the line leaves a narrow window's last column free")
  func narrow() {
    var line = ProgressLine(on: stream(width: 20), now: 0)
    let text = line.update("reading", done: 1 << 20, of: 4 << 20, now: second)
    #expect(text == "\r\u{1b}[Kreading 1.0 MiB of…")
  }

  @Test("without a total, and at the extremes, the line still says what it can")
  func extremes() {
    #expect(
      ProgressLine.text("reading", done: 1024, of: 0, nanoseconds: second)
        == "reading 1.0 KiB, 1.0 KiB/s")
    #expect(
      ProgressLine.text("reading", done: 0, of: 10, nanoseconds: 0)
        == "reading 0 B of 10 B, 0 %, 0 B/s")
    #expect(
      ProgressLine.text("reading", done: 1, of: .max, nanoseconds: .max).contains("0 %, 0 B/s, "))
    #expect(
      ProgressLine.text("reading", done: .max, of: 10, nanoseconds: 1).contains("100 %"))
  }
}
