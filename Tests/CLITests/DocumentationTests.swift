// The commands in the documentation are run, and where it shows what they say, they say it.

import Foundation
import RDB
import Restore
import TestSupport
import Testing

/// A command in a code block, and the lines shown under it; nil if none are.
struct ShownCommand: Sendable, CustomTestStringConvertible {
  let document: String
  let line: Int
  let text: String
  let expected: [String]?
  /// Whether the block says that its commands are not run.
  let isNotRun: Bool

  var testDescription: String { "\(document):\(line): \(text)" }

  /// Reads the code blocks of a document.
  ///
  /// In a block of `sh` every line is a command, without its comment; in one of `sh not-run`, too. In one
  /// of `console` commands begin with `$ ` and the rest is what they say; a line `…` stands for any number
  /// of lines.
  static func all(in document: String) throws -> [ShownCommand] {
    let text = String(decoding: try readFile(Fixtures.repository + "/" + document), as: UTF8.self)
    var commands: [ShownCommand] = []
    var language: String?
    var open: (line: Int, text: String, expected: [String])?
    func close(shows: Bool) {
      guard let command = open else { return }
      open = nil
      commands.append(
        ShownCommand(
          document: document, line: command.line, text: command.text,
          expected: shows ? command.expected : nil,
          isNotRun: language?.hasSuffix(" not-run") ?? false))
    }
    for (index, line) in text.components(separatedBy: "\n").enumerated() {
      if line.hasPrefix("```") {
        close(shows: language == "console")
        language = language == nil ? String(line.dropFirst(3)) : nil
      } else if let command = open, command.text.hasSuffix("\\") {
        open?.text = command.text.dropLast() + line.trimmingCharacters(in: .whitespaces)
      } else if language == "sh" || language == "sh not-run" {
        close(shows: false)
        let bare = line.components(separatedBy: "  #")[0].trimmingCharacters(in: .whitespaces)
        if !bare.isEmpty { open = (index + 1, bare, []) }
      } else if language == "console" {
        if line.hasPrefix("$ ") {
          close(shows: true)
          open = (index + 1, String(line.dropFirst(2)), [])
        } else {
          open?.expected.append(line)
        }
      }
    }
    return commands
  }

  /// Runs the command where the document stands, with a `redis-cli` that only reads; files that documents
  /// put into `/tmp` are in a folder of the test.
  func run(in tools: String) throws -> Run {
    let home = document.hasPrefix("samples/") ? BuiltBinary.samples : Fixtures.repository
    let (shown, real) = ("/tmp/rdbsift", tools + "/rdbsift")
    let run = try BuiltBinary.shell(
      "{ \(text.replacing(shown, with: real)); } 2>&1", in: home, path: tools)
    let output = Array(run.output.replacing(real, with: shown).utf8)
    return Run(stdout: output, stderr: run.stderr, status: run.status)
  }

  /// Makes a folder in which the commands of a document run one after the other.
  static func withTools(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { tools in
      let client = tools + "/redis-cli"
      try write(Array("#!/bin/sh\nexec cat > /dev/null\n".utf8), to: client)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: client)
      try body(tools)
    }
  }
}

@Suite("Documentation")
struct DocumentationTests {
  static let documents = [
    "README.md", "samples/README.md", "Documentation/FilterKey.md", "Documentation/Selection.md",
    "Documentation/TimeShift.md", "Documentation/PointInTime.md", "Documentation/Comparison.md",
    "Documentation/Containers.md",
    "Documentation/Errors.md", "Documentation/Format.md", "Documentation/Architecture.md",
    "Documentation/Reports.md", "Documentation/Export.md", "Documentation/ExportFormats.md",
    "Documentation/Forensics.md", "Documentation/Signatures.md",
    "Documentation/Scale.md", "Documentation/Memory.md", "Documentation/Statistics.md",
    "Documentation/Library.md",
    "Documentation/Performance.md",
    "CONTRIBUTING.md",
  ]
  private static let allShown: [ShownCommand] = documents.flatMap {
    (try? ShownCommand.all(in: $0)) ?? []
  }
  static let commands = allShown.filter { !$0.isNotRun }

  @Test("only what builds, measures and installs is not run, and says so")
  func notRun() {
    let marked = Self.allShown.filter(\.isNotRun)
    #expect(marked.count > 10)
    for command in marked {
      #expect(["make ", ".ci/run"].contains { command.text.hasPrefix($0) }, "\(command)")
    }
    for command in Self.commands { #expect(command.text.contains("rdbsift "), "\(command)") }
  }

  @Test("the commands in the tables of Performance.md run on a sample")
  func measured() throws {
    let help = try BuiltBinary.run(["--help"]).output.components(separatedBy: "SUBCOMMANDS:")
    let names = help[1].matches(of: /\n  ([a-z]+)[ ,]/).map { String($0.1) }
    var count = 0
    for row in try read("Documentation/Performance.md").components(separatedBy: "\n") {
      guard row.hasPrefix("| `") else { continue }
      for (_, line) in row.components(separatedBy: " | ")[0].matches(of: /`([a-z].*?)`/).map(
        \.output)
      {
        guard names.contains(String(line.prefix { $0 != " " })) else { continue }
        count += 1
        let key = line.hasPrefix("show") ? " user:1" : ""
        let run = try BuiltBinary.shell("rdbsift \(line) shop.rdb\(key) > /dev/null")
        #expect(run.status == 0 || run.status == 1, "\(line): \(run.errors)")
      }
    }
    #expect(count > 20)
  }

  @Test("every command that a document shows runs, and says what is shown", arguments: documents)
  func shown(document: String) throws {
    try ShownCommand.withTools { tools in
      for command in Self.commands where command.document == document {
        try check(command, try command.run(in: tools))
      }
    }
  }

  private func check(_ command: ShownCommand, _ run: Run) throws {
    // 1 is a finding, which examples are often about; anything worse is a broken example, unless
    // its message is shown.
    guard let expected = command.expected else {
      #expect(run.status == 0 || run.status == 1, "\(command): \(run.output)")
      return
    }
    let pieces = expected.split(separator: "…", omittingEmptySubsequences: false).map(Array.init)
    if pieces.count == 1 {
      #expect(run.lines == expected, "\(command)")
    } else {
      #expect(run.lines.starts(with: pieces[0]), "\(command)")
      #expect(run.lines.suffix(pieces[pieces.count - 1].count) == pieces[pieces.count - 1][...])
    }
  }

  @Test("the README and the samples' README show commands that are run")
  func shows() {
    for (document, least) in [("README.md", 6), ("samples/README.md", 20)] {
      #expect(Self.commands.filter { $0.document == document }.count >= least)
    }
  }

  @Test(
    "the picture in the README shows what the program prints",
    .enabled(if: BuiltBinary.hasTerminals && BuiltBinary.hasPython))
  func picture() throws {
    let run = try BuiltBinary.shell(
      "Scripts/make-picture.sh '\(BuiltBinary.path)' -", in: Fixtures.repository)
    #expect(run.status == 0, "\(run.errors)")
    let text = run.output.replacing(/<[^>]*>/, with: "")
    #expect(text.contains("$ rdbsift preview shop.rdb --filter-key 'session:.*'"))
    #expect(text.contains("would be restored             184"))
    #expect(run.stdout == (try readFile(Fixtures.repository + "/Documentation/terminal.svg")))
  }

  private func read(_ path: String) throws -> String {
    String(decoding: try readFile(Fixtures.repository + "/" + path), as: UTF8.self)
  }

  @Test("documents are short enough to be read")
  func lengths() throws {
    // That of measurements is a table for the most part.
    for document in Self.documents where document != "Documentation/Performance.md" {
      #expect(try read(document).components(separatedBy: "\n").count <= 200, "\(document)")
    }
  }

  @Test("Errors.md explains every reason for damage")
  func reasons() throws {
    let text = try read("Documentation/Errors.md")
    for reason in RDBError.Reason.allCases { #expect(text.contains("`\(reason)`"), "\(reason)") }
  }

  @Test("Errors.md explains every code that a request may be refused with or doubted for")
  func codes() throws {
    let text = try read("Documentation/Errors.md")
    let source = try read("Sources/Restore/Request/RequestProblem.swift")
    let names = source.matches(of: /RequestCode\(\s*"([A-Za-z.]+)"/).map { String($0.1) }
    #expect(names.count >= 13)
    for name in names { #expect(text.contains("`\(name)`"), "\(name)") }
    for vendor in source.matches(of: /vendor: "([A-Za-z.]+)"/) {
      #expect(text.contains("`\(vendor.1)`"))
    }
    for warning in FilterKeyWarning.Reason.allCases {
      #expect(text.contains("`\(warning.rawValue)`"), "\(warning)")
    }
    for code in [
      "FilterKey.Empty", "FilterKey.EmptyItem", "FilterKey.Regex[i]", "KeyRegex.Empty",
      "KeyRegex.Regex[i]", "FilterKey.ReadingsDiffer", "FilterKey.GaveUp",
    ] {
      #expect(text.contains("`\(code)`"))
    }
  }

  @Test("the links of the documents lead somewhere")
  func links() throws {
    for document in Self.documents {
      let folder = (Fixtures.repository + "/" + document as NSString).deletingLastPathComponent
      for link in try read(document).matches(of: /\]\(([^)#:]+)\)/) {
        #expect(
          FileManager.default.fileExists(atPath: "\(folder)/\(link.1)"), "\(document): \(link.1)")
      }
    }
  }
}
