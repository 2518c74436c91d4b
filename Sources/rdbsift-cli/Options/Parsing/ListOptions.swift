// Options that take several words between commas: databases and types.

import ArgumentParser
import RDB
import Restore

/// Numbers of databases, such as `0,1`.
struct DatabaseList: ExpressibleByArgument {
  let numbers: [UInt32]

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    numbers = words.compactMap { UInt32($0) }
    guard numbers.count == words.count else { return nil }
  }
}

/// Names of types, such as `hash,zset`.
struct TypeList: ExpressibleByArgument {
  let names: [String]

  init?(argument: String) {
    names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  static var defaultCompletionKind: CompletionKind { .list(ValueShape.allCases.map(\.name)) }

  /// Names that somebody types who means a type of Redis, though a module could be called so.
  private static let misnamed = ["sortedset"]

  /// Refuses a name that is no type and could be no module.
  static func check(_ lists: [TypeList], _ option: String) throws {
    for name in lists.flatMap(\.names) {
      var types = TypeSet()
      guard misnamed.contains(name) || !types.insert(named: name) else { continue }
      let shapes = ValueShape.allCases.map(\.name).joined(separator: ", ")
      throw Misuse(
        "--\(option) \(Messages.spelled(name)) is not a type; types are \(shapes), and modules by "
          + "the nine characters of their names, such as ReJSON-RL")
    }
  }
}
