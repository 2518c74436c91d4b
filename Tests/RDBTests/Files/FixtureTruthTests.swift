// Every fixture against the answers of the server that wrote it.

import RDB
import TestSupport
import Testing

@Suite("fixtures against their servers' answers")
struct FixtureTruthTests {
  @Test("every key, type and expiry is what the server answered", arguments: Fixtures.all)
  func keys(_ fixture: Fixture) throws {
    guard let loaded = try LoadedFixture(fixture) else { return }
    try checkKeys(loaded)
  }

  @Test("every element of a decoded value is what the server answered", arguments: Fixtures.all)
  func values(_ fixture: Fixture) throws {
    guard let loaded = try LoadedFixture(fixture) else { return }
    try checkValues(loaded)
  }

  @Test("what stands between the keys is what another scanner saw", arguments: Fixtures.all)
  func events(_ fixture: Fixture) throws {
    guard let loaded = try LoadedFixture(fixture) else { return }
    try checkEvents(loaded)
  }

  @Test(
    "the fixtures beside the repository hold what their servers answered",
    arguments: Fixtures.shared)
  func shared(_ fixture: Fixture) throws {
    guard let loaded = try LoadedFixture(fixture) else { return }
    try checkKeys(loaded)
    try checkValues(loaded)
    try checkEvents(loaded)
  }
}
