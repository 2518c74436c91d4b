// The manifest of an appendonlydir, as servers since 7.0 read it: lines of words in pairs,
//
//   file <name> seq <number> type b|h|i [startoffset <n>] [endoffset <n>]
//
// Names are quoted where they need it. Comments, unknown words, CR before LF and words in upper case
// are let pass; the base may stand on any line.

import RDB

/// Which files are a log.
package struct Manifest: Hashable, Sendable {
  /// What a file is to the log.
  package enum Kind: Hashable, Sendable {
    /// What the server was rewritten to.
    case base
    /// Commands behind the base.
    case incremental
    /// A file of before the last rewrite, which is not loaded.
    case history
  }

  /// A file of the log.
  package struct Entry: Hashable, Sendable {
    /// Its name in the folder of the manifest.
    package var name: [UInt8] = []
    /// Its number.
    package var sequence: Int64 = 0
    /// What it is.
    package var kind = Kind.history
    /// The replication offset at its start, where it is told.
    package var startOffset: Int64?
    /// The replication offset at its end, where it is told.
    package var endOffset: Int64?
  }

  /// The entries, in the order of the lines.
  package private(set) var entries: [Entry] = []

  /// The files that a server loads, in its order.
  package var loaded: [Entry] {
    entries.filter { $0.kind == .base } + entries.filter { $0.kind == .incremental }
  }

  /// Reads a manifest.
  /// - Throws: The first line that servers refuse, and why.
  package init(_ bytes: RawSpan) throws(ManifestError) {
    guard bytes.byteCount > 0 else { throw ManifestError(.empty, line: 1) }
    var at = 0
    var line = 0
    while at < bytes.byteCount {
      line += 1
      guard let end = Manifest.lineEnd(in: bytes, from: at) else {
        throw ManifestError(.longLine, line: line)
      }
      let text = [UInt8](copying: bytes.extracting(at..<end))
      at = end + 1
      if text.first == UInt8(ascii: "#") { continue }
      try append(try Manifest.entry(text, line: line), line: line)
    }
    guard !entries.isEmpty else { throw ManifestError(.empty, line: line) }
  }

  /// The line feed that ends a line; servers read at most 1024 bytes, and text ends at a NUL.
  private static func lineEnd(in bytes: RawSpan, from start: Int) -> Int? {
    var at = start
    while at < bytes.byteCount, at - start < 1024 {
      if bytes.byte(at: at) == 0x0a { return at }
      if bytes.byte(at: at) == 0 { return nil }
      at += 1
    }
    return nil
  }

  private mutating func append(_ entry: Entry, line: Int) throws(ManifestError) {
    switch entry.kind {
    case .base where entries.contains { $0.kind == .base }:
      throw ManifestError(.secondBase, line: line)
    case .incremental:
      let last = entries.last { $0.kind == .incremental }?.sequence ?? 0
      guard entry.sequence > last else { throw ManifestError(.order, line: line) }
    default: break
    }
    entries.append(entry)
  }

  private static func entry(_ line: [UInt8], line number: Int) throws(ManifestError) -> Entry {
    guard let words = QuotedWords.split(line), !words.isEmpty, words.count % 2 == 0 else {
      throw ManifestError(.form, line: number)
    }
    var entry = Entry()
    var kind: Kind?
    for index in stride(from: 0, to: words.count, by: 2) {
      let value = words[index + 1]
      let digits = Int64(String(decoding: value, as: UTF8.self))
      switch String(decoding: words[index], as: UTF8.self).lowercased() {
      case "file": entry.name = value
      case "seq": entry.sequence = digits ?? 0
      case "type": kind = Manifest.kind(value)
      case "startoffset": entry.startOffset = digits
      case "endoffset": entry.endOffset = digits
      default: break
      }
    }
    guard !entry.name.isEmpty, entry.sequence > 0, let kind else {
      throw ManifestError(.form, line: number)
    }
    guard !entry.name.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") })
    else {
      throw ManifestError(.path, line: number)
    }
    entry.kind = kind
    return entry
  }

  private static func kind(_ word: [UInt8]) -> Kind? {
    switch word.first {
    case UInt8(ascii: "b"): .base
    case UInt8(ascii: "i"): .incremental
    case UInt8(ascii: "h"): .history
    default: nil
    }
  }
}

/// Why a manifest is refused.
package struct ManifestError: Error, Hashable, Sendable {
  /// What is wrong.
  package enum Reason: UInt8, Hashable, Sendable, CaseIterable {
    /// No line names a file.
    case empty
    /// A line has no end within 1024 bytes, or a NUL.
    case longLine
    /// A line is no row of pairs with a file, a number and a type.
    case form
    /// A name leads out of the folder.
    case path
    /// There are two bases.
    case secondBase
    /// The numbers of incremental files do not ascend.
    case order
  }

  /// What is wrong.
  package var reason: Reason
  /// The line, from 1.
  package var line: Int

  init(_ reason: Reason, line: Int) {
    self.reason = reason
    self.line = line
  }
}
