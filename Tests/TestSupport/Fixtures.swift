// The fixtures of this repository, and those beside it where they are.

import Foundation

/// A file of the fixture folder, and the truth beside it.
public struct Fixture: Hashable, Sendable, CustomStringConvertible {
  /// Folder and name, such as `redis-7.4.1/all`.
  public let name: String
  /// The folder of fixtures it stands in.
  let root: String

  /// The path of the RDB file.
  public var path: String { "\(root)/\(name).rdb" }

  /// The path of the server's answers.
  public var truthPath: String { "\(root)/\(name).json" }

  /// The name, for the test log.
  public var description: String { name }

  /// The bytes of the RDB file.
  public func bytes() throws -> [UInt8] { try readFile(path) }

  /// What the server answered about its data.
  public func truth() throws -> FixtureTruth { try FixtureTruth(path: truthPath) }
}

/// Finds fixtures.
public enum Fixtures {
  /// The repository.
  public static let repository: String = {
    // Tests/TestSupport/Fixtures.swift stands two folders below it.
    let here = URL(fileURLWithPath: #filePath)
    return here.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }()

  /// The folder of fixtures.
  public static let folder = repository + "/Tests/Fixtures"

  /// All RDB fixtures of the repository, by name.
  public static let all: [Fixture] = fixtures(in: folder)

  /// Fixtures that stand in `../shared/fixtures` and not in the repository; none where there is no
  /// such folder.
  public static let shared: [Fixture] = {
    let known = Set(all.map(\.name))
    return fixtures(in: beside("fixtures") ?? "").filter { !known.contains($0.name) }
  }()

  /// Fixtures of at most `count` bytes.
  public static func all(upTo count: Int) -> [Fixture] {
    all.filter { size($0.path) <= count }
  }

  /// One fixture of the repository.
  public static func named(_ name: String) -> Fixture { Fixture(name: name, root: folder) }

  /// The bytes of one fixture of the repository.
  public static func bytes(_ name: String) throws -> [UInt8] { try named(name).bytes() }

  /// A folder of `shared`, which stands beside the repository or one level up; nil where there is
  /// none.
  public static func beside(_ name: String) -> String? {
    ["/../shared/", "/../../shared/"].map { repository + $0 + name }.first {
      FileManager.default.fileExists(atPath: $0)
    }
  }

  /// All files below a folder whose names end so, sorted.
  public static func files(in folder: String, ending: String) -> [String] {
    let found = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return found.filter { $0.hasSuffix(ending) }.sorted()
  }

  private static func fixtures(in root: String) -> [Fixture] {
    files(in: root, ending: ".rdb").filter { !$0.hasPrefix("aof/") }
      .map { Fixture(name: String($0.dropLast(4)), root: root) }
  }

  private static func size(_ path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? Int) ?? .max
  }
}
