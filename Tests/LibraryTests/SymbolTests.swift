// The public declarations, as the compiler lists them, against the list in the repository.

import Foundation
import TestSupport
import Testing

@Suite("The public interface") struct SymbolTests {
  static let list = Fixtures.repository + "/Documentation/PublicSymbols.txt"

  /// The build directory, whose parent has the name of the platform.
  static let build = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent()
  /// What the script makes.
  static let documentation = build.path + "/library-docs"

  /// Whether the tools are those of a toolchain of Linux, which need no SDK.
  static let hasTools = build.deletingLastPathComponent().lastPathComponent.hasSuffix("-linux-gnu")

  /// The result of the script that makes the lists of symbols and the archives.
  static let made: (status: Int32, messages: String) = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Fixtures.repository + "/Scripts/docs.sh")
    process.arguments = [build.path, documentation]
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, pipe)
    guard (try? process.run()) != nil else { return (127, "cannot run it") }
    let messages = (try? pipe.fileHandleForReading.readToEnd()).flatMap { $0 } ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: messages, as: UTF8.self))
  }()

  struct Graph: Decodable {
    struct Symbol: Decodable {
      struct Fragment: Decodable { let spelling: String }
      let pathComponents: [String]
      let declarationFragments: [Fragment]

      /// The path and the declaration, in one line.
      var line: String {
        let words = declarationFragments.map(\.spelling).joined()
          .split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        return "\(pathComponents.joined(separator: "."))\t\(words)"
      }
    }
    let symbols: [Symbol]
  }

  /// The declarations of a module, sorted.
  static func declarations(of module: String) throws -> [String] {
    let folder = "\(documentation)/graphs/\(module)/"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    let graphs = try files.filter { $0.hasSuffix(".symbols.json") }.map {
      try JSONDecoder().decode(Graph.self, from: Data(contents(folder + $0)))
    }
    return Set(graphs.flatMap(\.symbols).map(\.line)).sorted()
  }

  @Test("the documentation of the libraries is made without a warning", .enabled(if: hasTools))
  func archives() throws {
    #expect(Self.made.status == 0, "\(Self.made.messages)")
    for module in ["RDBSift", "RDB"] {
      let page = "\(Self.documentation)/\(module).doccarchive/data/documentation/"
      #expect(FileManager.default.fileExists(atPath: page + module.lowercased() + ".json"))
    }
  }

  @Test("the list of public symbols is that of the sources", .enabled(if: hasTools))
  func symbols() throws {
    try #require(Self.made.status == 0)
    var text = ""
    for module in ["RDBSift", "RDB"] {
      let lines = try Self.declarations(of: module)
      #expect(lines.count > 50)
      text += "# \(module): \(lines.count)\n" + lines.map { $0 + "\n" }.joined() + "\n"
    }
    if ProcessInfo.processInfo.environment["RECORD"] != nil {
      try Data(text.utf8).write(to: URL(fileURLWithPath: Self.list))
    }
    let committed = String(decoding: try contents(Self.list), as: UTF8.self)
    #expect(text == committed, "RECORD=1 writes the list; a removed line breaks programs")
  }
}
