// Logs spelled in tests, and what the model makes of them.

import RDB
import TestSupport

@testable import AOF

/// A log that grows by commands.
struct LogText {
  private(set) var bytes: [UInt8] = []

  /// Commands whose arguments are separated by spaces.
  init(_ lines: String...) {
    for line in lines { append(line) }
  }

  /// Appends a command, or a line that begins with `#`; `\0` in an argument is a byte of zero.
  mutating func append(_ line: String) {
    guard !line.hasPrefix("#") else {
      bytes += Array((line + "\r\n").utf8)
      return
    }
    append(line.split(separator: " ").map { Array($0.utf8) })
  }

  /// Appends a command.
  mutating func append(_ arguments: [[UInt8]]) {
    bytes += Array("*\(arguments.count)\r\n".utf8)
    for argument in arguments {
      bytes += Array("$\(argument.count)\r\n".utf8) + argument + [13, 10]
    }
  }
}

/// Keys that are in a list.
final class NamedKeys: KeySelector {
  let names: Set<String>
  init(_ names: String...) { self.names = Set(names) }
  var selectsEverything: Bool { false }
  func selects(_ key: RawSpan) -> Bool {
    names.contains(String(decoding: [UInt8](copying: key), as: UTF8.self))
  }
}

/// Lends files as a log.
func withLog<Result>(
  _ files: [(name: String, bytes: [UInt8])], isDirectory: Bool = false,
  _ body: (LogInput) throws -> Result
) throws -> Result {
  try lend(files[...], isDirectory, LogInput(ByteParts()), body)
}

/// Lends one log of commands.
func withLog<Result>(_ text: LogText, _ body: (LogInput) throws -> Result) throws -> Result {
  try withLog([("a.aof", text.bytes)], body)
}

private func lend<Result>(
  _ files: ArraySlice<(name: String, bytes: [UInt8])>, _ isDirectory: Bool, _ input: LogInput,
  _ body: (LogInput) throws -> Result
) throws -> Result {
  guard let file = files.first else {
    var whole = input
    whole.isOfManifest = true
    return try body(whole)
  }
  return try file.bytes.withRawSpan { span in
    try input.parts.withPart(span) { part in
      var more = input
      try more.append(file.name, part: part, isBase: isDirectory && input.files.isEmpty)
      return try lend(files.dropFirst(), isDirectory, more, body)
    }
  }
}

/// The overlay of a log at a moment, read back.
struct ReadOverlay {
  let overlay: Overlay
  let bytes: [UInt8]
  let file: ScannedFile

  init(_ moment: LogMoment) {
    var bytes: [UInt8] = []
    let overlay = moment.writeOverlay { bytes += [UInt8](copying: $0) }
    self.init(bytes: bytes, overlay)
  }

  init(bytes: [UInt8], _ overlay: Overlay) {
    self.overlay = overlay
    self.bytes = bytes
    file = ScannedFile(scanning: bytes)
  }

  /// Keys and values as text: `0 name type [elements] expiry`.
  func lines() throws -> [String] {
    try file.records.map { record in
      var sink = CollectingSink()
      var scratch = Scratch()
      let key = try bytes.withRawSpan { (span) throws(RDBError) in
        var at = record.valueOffset
        try walk(record.type, file.context, in: span, at: &at, scratch: &scratch, into: &sink)
        return try scratch.withBytes(of: try record.key(in: span), in: span) {
          String(decoding: [UInt8](copying: $0), as: UTF8.self)
        }
      }
      let expiry = record.expiry.map { " @\($0.rawValue)" } ?? ""
      return "\(record.database) \(key) \(sink.text)\(expiry)"
    }
  }
}

/// What a log holds at its end, as text, sorted.
func state(of text: LogText, _ cut: LogCut = .end) throws -> [String] {
  try withLog(text) { input in
    try ReadOverlay(try LogMoment(input, cut, EveryKey())).lines().sorted()
  }
}

/// What the commands of a log leave, given as lines.
func state(_ lines: String...) throws -> [String] {
  var text = LogText()
  for line in lines { text.append(line) }
  return try state(of: text)
}

extension CollectingSink {
  /// The value as text: elements of sets, hashes and sorted sets sorted, so that their order counts not.
  fileprivate var text: String {
    let parts = elements.map(\.text)
    switch shape {
    case .list, .stream, .array, .string: return parts.joined(separator: " ")
    default: return "{" + parts.sorted().joined(separator: " ") + "}"
    }
  }
}

extension CollectedElement {
  fileprivate var text: String {
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    switch self {
    case .item(let bytes): return text(bytes)
    case .pair(let field, let value): return "\(text(field))=\(text(value))"
    case .member(let member, let bits): return "\(text(member)):\(Double(bitPattern: bits))"
    case .expiringPair(let field, let value, let expiry):
      return "\(text(field))=\(text(value))" + (expiry.map { "@\($0)" } ?? "")
    case .stream(let part): return part.text
    case .slot(let index, let bytes): return "[\(index)]=\(text(bytes))"
    case .insertIndex(let index): return "insert \(index.map { String($0) } ?? "-")"
    default: return "\(self)"
    }
  }
}

extension CollectedStreamPart {
  fileprivate var text: String {
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    switch self {
    case .info(let info):
      return "last \(info.lastID.description) added \(info.entriesAdded ?? 0)"
        + " deleted \(info.maxDeletedID?.description ?? "-")"
    case .entry(let id, _, let fields):
      return id.description + "(" + fields.map(text).joined(separator: ",") + ")"
    case .group(let name, let group):
      return
        "group \(text(name)) \(group.lastID.description) read \(group.entriesRead.map { "\($0)" } ?? "-")"
    case .consumer(let name, _): return "consumer \(text(name))"
    case .pending(let entry, let owner):
      return
        "pending \(entry.id.description) \(entry.delivered.rawValue) \(entry.deliveries) \(owner)"
    default: return "\(self)"
    }
  }
}
