// Records as DUMP payloads:
//
//   RESTORE key ttl payload [REPLACE] [ABSTTL] [IDLETIME seconds | FREQ counter]

import RDB

extension CommandExporter {
  /// Servers refuse payloads of this size or more (proto-max-bulk-len).
  private static var payloadLimit: Int { 512 << 20 }

  /// The payload of a record; nil if its value has none or the target does not accept it.
  ///
  /// It includes the metadata of modules if the target accepts that.
  func payload(
    of record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) -> DumpPayload? {
    if let metadata = record.metadata(in: bytes, context),
      let whole = DumpPayload(of: record, in: context.dialect, metadata: metadata), accepts(whole)
    {
      return whole
    }
    guard let payload = DumpPayload(of: record, in: context.dialect), accepts(payload) else {
      return nil
    }
    return payload
  }

  private func accepts(_ payload: DumpPayload) -> Bool {
    payload.count < CommandExporter.payloadLimit && options.target?.accepts(payload) ?? true
  }

  /// Writes a record as a payload.
  mutating func export(
    _ payload: DumpPayload, _ record: RDBRecord, _ expiry: UnixMilliseconds?, from bytes: RawSpan,
    _ context: ValueContext
  ) throws(RDBError) -> Outcome {
    let hasOptions = options.target(\.supportsRestoreOptions)
    if hasOptions, options.existing != .skip {
      try keepKey(of: record, in: bytes, elsewhere: false)
      append(payload, record, expiry, replaces: options.existing != .fail, from: bytes)
    } else if hasOptions, record.idleSeconds != nil || record.frequency != nil {
      // RENAMENX would reset idle time and LFU counter.
      try keepKey(of: record, in: bytes, elsewhere: false)
      appendUnlessExisting(payload, record, expiry, from: bytes)
    } else {
      try beginKey(of: record, in: bytes)
      append(payload, record, expiry, replaces: true, from: bytes)
      endKey()
    }
    command.written &+= 1
    return payloadOutcome(of: record, in: bytes, context)
  }

  /// Values up to this size are written whole, and their checksum is computed in the buffer.
  private static var plainSize: Int { 1 << 16 }

  /// Writes a record of which a RESTORE carries all: `RESTORE key ttl payload REPLACE [ABSTTL]`.
  ///
  /// - Returns: The outcome; nil, with nothing written, for any other record.
  mutating func exportPlainPayload(
    _ record: RDBRecord, expiry: UnixMilliseconds?, from bytes: RawSpan, _ context: ValueContext
  ) -> Outcome? {
    guard let name = record.rawKey, record.valueCount <= CommandExporter.plainSize,
      record.flags.isDisjoint(with: [.idle, .frequency, .keyMeta]), record.elementCount > 0,
      record.type != .module2, let payload = DumpPayload(of: record, in: context.dialect),
      accepts(payload)
    else { return nil }
    select(options.databases(record.database))
    output.write(atMost: 6 &* OutputCursor.bulkOverhead &+ name.count &+ payload.count) {
      $0.appendArrayHead(expiry == nil ? 5 : 6)
      $0.append("$7\r\nRESTORE\r\n")
      $0.appendBulk(name, of: bytes)
      $0.appendBulk(decimal: expiry.map { max($0.rawValue, 1) } ?? 0)
      $0.appendBulkHead(payload.count)
      $0.append(payload.type.rawValue)
      $0.append(payload.value, of: bytes)
      $0.append(word: UInt64(payload.version), width: 2)
    }
    let sum = output.checksum(ofLast: payload.value.count &+ 3)
    output.write(atMost: 2 &* OutputCursor.bulkOverhead) {
      $0.append(word: sum, width: 8)
      $0.append("\r\n$7\r\nREPLACE\r\n")
      if expiry != nil { $0.append("$6\r\nABSTTL\r\n") }
    }
    output.drainIfLarge()
    return payloadOutcome(of: record, in: bytes, context)
  }

  /// What a payload loses: servers store small sorted sets without the sign of a zero.
  mutating func payloadOutcome(
    of record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) -> Outcome {
    guard record.type == .zset2 || record.type == .zset,
      record.elementCount <= ValueSizeSink.smallSortedSet
    else { return .written }
    var size = ValueSizeSink()
    var at = record.valueOffset
    // A damaged value goes out as it is; the server refuses it.
    try? walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &size)
    return size.losesNegativeZero ? .writtenWithoutNegativeZero : .written
  }

  /// Writes a RESTORE, preceded by a delete or followed by PEXPIREAT where the target lacks options.
  mutating func append(
    _ payload: DumpPayload, _ record: RDBRecord, _ expiry: UnixMilliseconds?, replaces: Bool,
    from bytes: RawSpan
  ) {
    let hasOptions = options.target(\.supportsRestoreOptions)
    let replaces = replaces && options.target(\.supportsRestoreReplace)
    let isAbsolute = expiry != nil && hasOptions
    let keepsUse = hasOptions && (record.idleSeconds != nil || record.frequency != nil)
    if !options.target(\.supportsRestoreReplace) { appendDelete() }
    let arguments = 4 + (replaces ? 1 : 0) + (isAbsolute ? 1 : 0) + (keepsUse ? 2 : 0)
    output.write(atMost: OutputCursor.bulkOverhead) { $0.appendArrayHead(arguments) }
    output.append("$7\r\nRESTORE\r\n")
    appendKey()
    output.appendBulk(decimal: isAbsolute ? max(expiry?.rawValue ?? 0, 1) : 0)
    append(payload, from: bytes)
    if replaces { output.append("$7\r\nREPLACE\r\n") }
    if isAbsolute { output.append("$6\r\nABSTTL\r\n") }
    if keepsUse { appendUse(of: record) }
    if let expiry, !isAbsolute { appendExpiry(expiry) }
  }

  /// Restores a key with its idle time or LFU counter unless it exists, in one script.
  private mutating func appendUnlessExisting(
    _ payload: DumpPayload, _ record: RDBRecord, _ expiry: UnixMilliseconds?, from bytes: RawSpan
  ) {
    let arguments = 8 + (expiry == nil ? 0 : 1)
    output.write(atMost: OutputCursor.bulkOverhead) { $0.appendArrayHead(arguments) }
    appendScript(CommandExporter.restoreUnlessExisting, keys: 1)
    appendKey()
    output.appendBulk(decimal: max(expiry?.rawValue ?? 0, expiry == nil ? 0 : 1))
    append(payload, from: bytes)
    if expiry != nil { output.append("$6\r\nABSTTL\r\n") }
    appendUse(of: record)
  }

  private static var restoreUnlessExisting: StaticString {
    """
    if redis.call('EXISTS',KEYS[1])==0 then \
    return redis.call('RESTORE',KEYS[1],unpack(ARGV)) end
    """
  }

  /// The payload itself, as a bulk string; a large one leaves the buffer in pieces.
  private mutating func append(_ payload: DumpPayload, from bytes: RawSpan) {
    output.write(atMost: OutputCursor.bulkOverhead) { $0.appendBulkHead(payload.count) }
    payload.write(from: bytes) {
      output.append($0)
      output.drainIfLarge()
    }
    output.append("\r\n")
  }

  /// The idle time or the LFU counter.
  private mutating func appendUse(of record: RDBRecord) {
    if let idle = record.idleSeconds {
      output.append("$8\r\nIDLETIME\r\n")
      output.appendBulk(decimal: Int64(idle))
    } else if let frequency = record.frequency {
      output.append("$4\r\nFREQ\r\n")
      output.appendBulk(decimal: Int64(frequency))
    }
  }
}
