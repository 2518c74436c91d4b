// `threats`: matches every text of the file against signature rules.

import RDB
package import Restore

/// Searches keys, values and the opcodes between them, on one thread.
struct ThreatVisitor: RecordVisitor, ~Copyable {
  private var sink: SignatureSink
  private var scratch = Scratch()
  private var summary: ThreatSummary

  init(_ request: ThreatRequest) {
    sink = SignatureSink(request.rules, secrets: request.secrets)
    summary = ThreatSummary(ruleCount: request.rules.rules.count, limit: request.limit)
  }

  mutating func begin(_ batch: borrowing RecordBatch, in bytes: RawSpan) {
    sink.enter(batch, in: bytes)
  }

  mutating func visit(_ event: RDBEvent, in bytes: RawSpan, _ context: borrowing VisitContext) {
    search(event, in: bytes)
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    try search(record, in: bytes, context.values)
  }

  private mutating func search(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) {
    summary.records &+= 1
    if sink.isCleared(record) { return }
    do throws(RDBError) {
      sink.begin(.key, at: record.start)
      if let raw = record.rawKey {
        sink.search(bytes.extracting(raw.offset..<raw.end))
      } else {
        try sink.search(try record.key(in: bytes), in: bytes)
      }
    } catch {
      let size = bytes.byteCount
      throw .damage(Damage(error, in: record, key: nil, fileSize: size))
    }
    searchValue(of: record, in: bytes, context)
    if let module = record.module(in: bytes) {
      summary.note(module, at: record.start)
    }
    guard !sink.findings.isEmpty || !sink.undecided.isEmpty else { return }
    let key = record.readableKey(in: bytes) ?? []
    take(record, name: key, at: record.start)
  }

  private mutating func searchValue(
    of record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) {
    sink.begin(.value, at: record.valueOffset)
    if sink.isClean(record, in: bytes) { return }
    let (found, gaveUp) = (sink.findings.count, sink.undecided.count)
    if record.type.isDecoded(in: context.dialect) {
      var at = record.valueOffset
      do throws(RDBError) {
        return try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
      } catch {
        // A damaged value may still have evidence, so its raw bytes are searched.
        summary.damagedValues &+= 1
        sink.findings.removeLast(sink.findings.count - found)
        sink.undecided.removeLast(sink.undecided.count - gaveUp)
        sink.begin(.value, at: record.valueOffset)
      }
    }
    let value = record.value
    sink.search(bytes.extracting((value.offset)..<(value.end)))
  }

  private mutating func search(_ event: RDBEvent, in bytes: RawSpan) {
    switch event {
    case .aux(let name, let value):
      let unpacked = name.unpacked(in: bytes) ?? []
      // Servers before 7 keep scripts in AUX.
      let isScript = unpacked == Array("lua".utf8)
      search(value, isScript ? [.aux, .function] : .aux, unpacked, in: bytes)
    case .function(let source):
      search(source, .function, libraryName(source, in: bytes), in: bytes)
    case .functionPreGA(let name, let code):
      let name = name.unpacked(in: bytes) ?? []
      search(code, .function, name, in: bytes)
    case .moduleAux(let module, let place):
      summary.note(module, at: place.offset)
      let whole = ByteRange(offset: place.offset, count: place.count)
      search(.raw(whole), .aux, Array(module.name.utf8), in: bytes)
    case .selectDatabase, .resize, .slotInfo, .slotImport, .hashTemplate, .other, .end: break
    }
  }

  private mutating func search(
    _ text: StringObject, _ place: SignatureRule.Places, _ name: [UInt8], in bytes: RawSpan
  ) {
    let offset =
      switch text {
      case .raw(let place), .lzf(let place, _): place.offset
      case .integer: 0
      }
    sink.begin(place, at: offset)
    // `verify` reports a string that cannot be unpacked.
    guard (try? sink.search(text, in: bytes)) != nil else { return }
    take(nil, name: name, at: offset)
  }

  private func libraryName(_ source: StringObject, in bytes: RawSpan) -> [UInt8] {
    guard let text = source.unpacked(in: bytes) else { return [] }
    return text.withRawSpan { text in
      guard let library = FunctionLibrary(source: text) else { return [] }
      return Array(copying: text.extracting(library.name.range))
    }
  }

  /// Takes the findings of the sink and adds their record and name.
  private mutating func take(_ record: RDBRecord?, name: [UInt8], at position: Int) {
    guard !sink.findings.isEmpty || !sink.undecided.isEmpty else { return }
    let shown = name.withRawSpan { sink.redacted($0) }
    for (ordinal, finding) in sink.findings.enumerated() {
      var finding = finding
      finding.ordinal = ordinal
      finding.record = record
      finding.name = shown
      finding.position = position
      summary.add(finding)
    }
    for rule in sink.undecided {
      summary.add(UndecidedText(rule: rule, name: shown, offset: position))
    }
    if !sink.findings.isEmpty { sink.findings.removeAll(keepingCapacity: true) }
    if !sink.undecided.isEmpty { sink.undecided.removeAll(keepingCapacity: true) }
  }

  consuming func finish() -> ThreatSummary { summary }
}

/// The request of a search.
package struct ThreatRequest: Sendable {
  /// Which records to search; opcodes between records are always searched.
  package var selection: RestoreSelection
  /// The rules.
  package var rules: CompiledSignatures
  /// The rules for secrets to redact; nil to redact nothing.
  package var secrets: CompiledSignatures?
  /// The number of findings to keep per file.
  package var limit: Int

  /// Makes a request.
  package init(
    _ selection: RestoreSelection, _ rules: CompiledSignatures, secrets: CompiledSignatures?,
    limit: Int
  ) {
    self.selection = selection
    self.rules = rules
    self.secrets = secrets
    self.limit = limit
  }
}

extension Backup {
  /// Searches each file for matches of the rules.
  package func threats(_ request: ThreatRequest) -> BackupResult<ThreatSummary> {
    sweep(SweepRequest("searching", request.selection)) { _ in ThreatVisitor(request) }
      .mapSummaries { file, result in
        var summary = result.summary
        let name = file.name.split(separator: "/").last ?? ""
        summary.searchWhole(request.rules, fileName: Array(name.utf8))
        return summary
      }
  }
}
