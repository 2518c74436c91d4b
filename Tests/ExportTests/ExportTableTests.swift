// The tables of Documentation/Export.md, made by the exporter itself: for one value of each RDB type
// that the fixtures hold, what is written for each target.

import Foundation
import TestSupport
import Testing

@testable import Export
@testable import RDB

@Suite("Tables of Export.md")
struct ExportTableTests {
  static let targets = [
    "redis:3.2", "redis:5.0", "redis:7.0", "redis:7.4", "redis:8.10", "valkey:8.1", "valkey:9.0",
    "tair:5.0",
  ]

  /// A kind of value, and the first one that was met.
  private struct Sample {
    var name: String
    var file: [UInt8]
    var record: RDBRecord
    var context: ValueContext
  }

  /// One value of each kind: the first in the order of the fixtures that has elements.
  private func samples() throws -> [Sample] {
    var found: [String: Sample] = [:]
    for fixture in Fixtures.all(upTo: 300_000) where !fixture.name.hasPrefix("synthetic") {
      let bytes = try fixture.bytes()
      let file = ScannedFile(scanning: bytes)
      guard file.error == nil else { continue }
      try bytes.withRawSpan { span in
        for record in file.records where record.elements != 0 {
          let dialect = file.context.dialect
          guard let shape = record.type.shape(in: dialect) else { continue }
          var name = "\(shape.name) \(record.type.rawValue)"
          if dialect == .dragonfly, record.type.rawValue > 22 { name = "Dragonfly's \(name)" }
          if dialect == .valkey, record.type == .valkeyHash2 { name = "Valkey's \(name)" }
          if let module = record.module(in: span) { name = module.name }
          guard found[name] == nil else { continue }
          // The plainest of its kind: one that every server takes as commands, if there is one.
          guard try isPlain(record, span, file.context) else { continue }
          found[name] = Sample(name: name, file: bytes, record: record, context: file.context)
        }
      }
    }
    return found.values.sorted { $0.name.localizedStandardCompare($1.name) == .orderedAscending }
  }

  /// Whether nothing about the value is exceptional for its type.
  private func isPlain(
    _ record: RDBRecord, _ span: RawSpan, _ context: ValueContext
  ) throws -> Bool {
    let opening = record.type.content(in: context.dialect)
    if opening == .fieldExpiries {
      return try cell(record, span, context, .commands, nil).contains("HPEXPIREAT")
    }
    guard opening.isSubset(of: [.elements, .streams]) else { return true }
    return !(try cell(record, span, context, .commands, nil)).contains("RESTORE")
  }

  /// What is written, in the words of the table.
  private func cell(
    _ record: RDBRecord, _ span: RawSpan, _ context: ValueContext, _ form: CommandExporter.Form,
    _ target: String?
  ) throws -> String {
    var options = CommandExporter.Options.merging
    options.form = form
    options.target = target.flatMap { ServerVersion($0) }
    options.usesPXAT = options.target?.supportsPXAT ?? true
    var exporter = CommandExporter(into: OutputBuffer(), options: options)
    let outcome = try exporter.export(record, expiry: nil, from: span, context: context)
    var names: [String] = []
    for command in try readCommands(exporter.output.withBytes { [UInt8](copying: $0) })
    where command.name != "SELECT" && !names.contains(command.name) {
      names.append(command.name)
    }
    switch outcome {
    case .unsupported: return "–"
    case .writtenWithoutFieldExpiries: return "\(names[0]) ¹"
    case .writtenWithoutStreamState: return "\(names[0]) ²"
    case .writtenWithoutMetadata: return "\(names[0]) ³"
    default: return names.first { $0.hasPrefix("HPEXP") }.map { "\(names[0]), \($0)" } ?? names[0]
    }
  }

  private func table(_ form: CommandExporter.Form) throws -> [String] {
    var rows: [(names: [String], cells: [String])] = []
    for sample in try samples() {
      let cells = try sample.file.withRawSpan { span in
        try Self.targets.map { try cell(sample.record, span, sample.context, form, $0) }
      }
      let shape = sample.name.split(separator: " ").dropLast().joined(separator: " ")
      if let last = rows.last, last.cells == cells, !shape.isEmpty, last.names[0].hasPrefix(shape) {
        rows[rows.count - 1].names.append(String(sample.name.dropFirst(shape.count + 1)))
      } else {
        rows.append(([sample.name], cells))
      }
    }
    let head = "| value, RDB type | " + Self.targets.joined(separator: " | ") + " |"
    let rule = "|---" + String(repeating: "|---", count: Self.targets.count) + "|"
    return [head, rule]
      + rows.map {
        "| \($0.names.joined(separator: ", ")) | " + $0.cells.joined(separator: " | ") + " |"
      }
  }

  @Test(
    "say what is written, for each type and target",
    arguments: [CommandExporter.Form.commands, .payloads])
  func tables(_ form: CommandExporter.Form) throws {
    let text = String(
      decoding: try readFile(Fixtures.repository + "/Documentation/Export.md"), as: UTF8.self)
    let lines = Set(text.components(separatedBy: "\n"))
    let table = try table(form)
    #expect(table.count > 20)
    let missing = table.filter { !lines.contains($0) }
    #expect(missing.isEmpty, "Export.md should say:\n\(table.joined(separator: "\n"))")
  }
}
