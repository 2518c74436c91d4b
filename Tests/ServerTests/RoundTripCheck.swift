// What a server holds is written as commands, as payloads and as a file, and loaded again.

import Export
import RDB
import RDBSift
import Restore
import TestSupport
import Testing

/// Checks that every output of a file recreates what a server held.
struct RoundTripCheck {
  private let bench: ServerBench
  private let version: ServerVersion

  init(_ bench: ServerBench, _ version: ServerVersion) {
    self.bench = bench
    self.version = version
  }

  /// Writes a file in every form, and compares what the server then holds.
  func check(_ bytes: [UInt8], _ original: ServerState, _ name: String) throws {
    let selection = RestoreSelection(now: currentTime())
    for form in [CommandExporter.Form.commands, .payloads] {
      var options = CommandExporter.Options()
      options.form = form
      options.target = version
      let exported = try export(bytes, selection, options: options)
      let (state, errors) = try bench.replay(exported.bytes)
      #expect(errors.isEmpty, "\(name) \(form)")
      compare(state, original, told: exported.notes, "\(name) \(form)")
    }
    for target in [nil, version] {
      let file = try filtered(bytes, selection, target: target)
      let state = try #require(try bench.load(file.bytes), "\(name)")
      compare(state, original, told: file.notes, "\(name) filtered")
    }
  }

  /// Nothing differs but keys that the export names.
  private func compare(
    _ state: ServerState, _ original: ServerState, told notes: NoteList, _ name: String
  ) {
    let told = Set(
      notes.kept.map { PlacedKey(database: Int($0.record.database), key: ByteString($0.key)) })
    let differing = state.differences(from: original)
    for key in differing where !told.contains(key) {
      Issue.record("\(name) \(key): \(state.keys[key]), not \(original.keys[key])")
    }
    #expect((state.digest == original.digest) == differing.isEmpty, "\(name)")
    #expect(state.functions == original.functions, "\(name)")
  }
}
