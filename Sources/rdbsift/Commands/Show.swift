import ArgumentParser
import Export
import Pipeline
import RDB
import Restore
import Storage

/// How `show` spells a value.
enum ShowFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
  case raw
}

/// Shows the value of a key.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a key's value: its elements, type, encoding and place in the file.",
    discussion: """
      The key is taken byte for byte. If several databases (or a damaged file) hold it, all of its \
      records are shown. Elements are one per line, escaped as in keys --format tsv; a hash has \
      field, tab, value, a sorted set score, tab, member; a deadline stands behind its value. Streams, \
      modules and rarer types have lines whose first word says what they are.
      """)

  @OptionGroup var source: SourceOptions

  @Argument(
    help: ArgumentHelp(
      "The key. Bytes that cannot be typed may be written \\xHH, a backslash \\\\ (see --literal).")
  )
  var key: String

  @Flag(help: "Take the key as it is typed: a backslash is a backslash.")
  var literal = false

  @Option(help: ArgumentHelp("Only this database. May be repeated.", valueName: "number"))
  var db: [UInt32] = []

  @Option(help: "text, json, or raw (the bytes of a string and nothing else).")
  var format: ShowFormat = .text

  @Option(help: ArgumentHelp("Elements to show at most; 0 for all.", valueName: "n"))
  var limit = 0

  func run() throws {
    try Session.run { session in
      guard let wanted = literal ? Array(key.utf8) : EscapedKey.bytes(key) else {
        throw ValidationError("the key has a backslash that is neither \\\\ nor \\xHH")
      }
      var request = RestoreRequest(now: UnixMilliseconds(Clock.nowMilliseconds()))
      request.keepsExpired = true
      request.databases = db.isEmpty ? nil : db
      let pattern = KeyPattern(wanted, mode: .literal, from: .keyRegex(option: 0))
      // The empty key is a key, but no pattern; it is found by hand.
      if !wanted.isEmpty { request.patterns = [pattern] }
      let selected = try request.selection()
      return try source.withFile(session) { file, bytes in
        let result = try file.sweep(bytes, label: "looking", into: PartOutput { _ in }) {
          () throws(JobFailure) in LookupWorker(selected, onlyEmptyKey: wanted.isEmpty)
        }
        var found = LookupSummary()
        for other in result.summaries { found.merge(other) }
        for record in found.records { try show(record, wanted, in: bytes, found.context, file) }
        let status = try file.conclude(result)
        guard found.count > 0 else {
          session.tell(error: "no key \(KeyText.spelled(wanted)) in \(Messages.spelled(file.path))")
          return .finding
        }
        return status
      }
    }
  }

  private func show(
    _ record: RDBRecord, _ key: [UInt8], in bytes: RawSpan, _ context: ValueContext,
    _ file: OpenFile
  ) throws {
    var buffer = OutputBuffer()
    buffer.drain = { bytes in
      var stream = StandardStream.output
      try? stream.write(bytes)
    }
    let isOpen = record.type.isDecoded(in: context.dialect)
    switch format {
    case .text: append(head(record, key, in: bytes, context), to: &buffer)
    case .json: appendHead(record, in: bytes, context, to: &buffer)
    case .raw:
      guard record.type == .string else {
        throw ValidationError("--format raw is for strings; this is another type")
      }
    }
    do throws(RDBError) {
      if format == .raw {
        try buffer.append(try record.stringValue(in: bytes), in: bytes)
        return buffer.flush()
      }
      let style: ValueWriter.Style = format == .json ? .json : .lines
      var writer = ValueWriter(style, into: buffer, limit: limit == 0 ? .max : limit)
      var at = record.valueOffset
      var scratch = Scratch()
      if isOpen {
        try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &writer)
        writer.end()
        if writer.leftOut > 0, format == .text {
          append("… \(HumanText.count(writer.leftOut)) more\n", to: &writer.output)
        }
      } else {
        append(format == .json ? "null" : "(not decoded yet)\n", to: &writer.output)
      }
      if format == .json { append("}\n", to: &writer.output) }
      writer.output.flush()
    } catch {
      throw FileFailure(
        failure: .damage(Damage(error, in: record, key: key, fileSize: file.size)), path: file.path)
    }
  }

  private func append(_ text: String, to buffer: inout OutputBuffer) {
    for byte in text.utf8 { buffer.append(byte) }
  }

  private func head(
    _ record: RDBRecord, _ key: [UInt8], in bytes: RawSpan, _ context: ValueContext
  ) -> String {
    var table = TextTable([.left(""), .left("")])
    let shape = record.type.shape(in: context.dialect)?.name ?? "?"
    table.add(["key", KeyText.spelled(key)])
    table.add(["db", String(record.database)])
    table.add(["type", record.module(in: bytes)?.name ?? shape])
    table.add([
      "encoding", "\(record.encoding(in: context.dialect).name) (RDB type \(record.type.rawValue))",
    ])
    table.add(["elements", record.elements.map { HumanText.count($0) } ?? "not told by the layout"])
    table.add([
      "in the file",
      "bytes \(HumanText.count(record.start)) to \(HumanText.count(record.end)) "
        + "(\(HumanText.size(record.end - record.start))), value at "
        + HumanText.count(record.valueOffset),
    ])
    if let expiry = record.expiry {
      table.add(["expires", HumanText.instant(milliseconds: expiry.rawValue)])
    }
    if let idle = record.idleSeconds { table.add(["idle", "\(HumanText.count(idle)) s"]) }
    if let frequency = record.frequency { table.add(["frequency", String(frequency)]) }
    if let slot = record.slot { table.add(["slot", String(slot)]) }
    return table.text() + "\n"
  }

  /// The row of `keys`, left open for the value.
  private func appendHead(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext, to buffer: inout OutputBuffer
  ) {
    let spelled = (try? record.key(in: bytes)).flatMap { $0.spelled(in: bytes) } ?? []
    spelled.withRawSpan { text in
      var writer = RowWriter(.json)
      writer.append(
        record, key: ByteRange(offset: 0, count: text.byteCount), in: text,
        module: record.module(in: bytes), dialect: context.dialect, to: &buffer)
    }
    buffer.removeAll(after: buffer.count - 1)
    append(",\"value\":", to: &buffer)
  }
}

/// Keys as they are typed: `\\` is a backslash, `\xHH` a byte.
enum EscapedKey {
  /// The bytes; nil if a backslash is followed by anything else.
  static func bytes(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\\"): bytes.append(byte)
      case UInt8(ascii: "n"): bytes.append(0x0a)
      case UInt8(ascii: "r"): bytes.append(0x0d)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "x"):
        guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
          rest.count >= 2
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: return nil
      }
    }
    return bytes
  }
}
