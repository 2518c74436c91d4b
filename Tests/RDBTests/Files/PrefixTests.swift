// A sound file that is cut anywhere is cut, and nothing else.

import RDB
import TestSupport
import Testing

@Suite("cut files")
struct PrefixTests {
  /// Sound files of the basics, modules, functions, clusters and each odd server.
  static let sound = Fixtures.all(upTo: 1500).filter { fixture in
    guard !fixture.name.hasPrefix("synthetic/bad_"), let bytes = try? fixture.bytes() else {
      return false
    }
    return ScannedFile(scanning: bytes).error == nil
  }

  @Test("every beginning of a small sound file is truncated", arguments: sound)
  func small(_ fixture: Fixture) throws {
    try checkPrefixes(fixture, every: 1)
  }

  @Test(
    "beginnings of every sound file are truncated",
    arguments: Fixtures.all.filter { !sound.contains($0) && !$0.name.hasPrefix("synthetic/") })
  func large(_ fixture: Fixture) throws {
    let count = try fixture.bytes().count
    guard refusals[fixture.name] == nil else { return }
    try checkPrefixes(fixture, every: max(1, count / 60))
  }

  private func checkPrefixes(_ fixture: Fixture, every step: Int) throws {
    let bytes = try fixture.bytes()
    let end = try #require(ScannedFile(scanning: bytes).state?.offset)
    for count in stride(from: 0, to: end, by: step) {
      let file = ScannedFile(scanning: Array(bytes[..<count]))
      #expect(file.error?.reason == .truncated, "\(fixture) up to \(count)")
      #expect((0...count).contains(file.error?.offset ?? -1), "\(fixture) up to \(count)")
    }
    #expect(ScannedFile(scanning: Array(bytes[..<end])).error == nil)
  }
}
