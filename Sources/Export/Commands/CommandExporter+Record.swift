// Chooses commands or a payload for a record, and writes what surrounds them.
//
//   MULTI                              with --transaction
//   UNLINK key                         if the key is to be replaced and is no string or payload
//   the commands of the value, PEXPIREAT
//   RENAMENX new key, DEL new          if an existing key is kept: built under a temporary name
//   EXEC

package import RDB

extension CommandExporter {
  /// How a record is written.
  private enum Route {
    case commands
    case payload(DumpPayload)
  }

  /// Values up to this size stay in the buffer until it is known that all of it can be written.
  private static var revocableSize: Int { 1 << 16 }

  /// Writes a record that is not a plain string.
  @inline(never)
  mutating func exportRecord(
    _ record: RDBRecord, expiry: UnixMilliseconds?, from bytes: RawSpan,
    _ context: ValueContext
  ) throws(RDBError) -> Outcome {
    if writesBareCollections, record.type.isPlainCollection, !record.hasKeyMeta,
      let outcome = try exportCollection(record, expiry, from: bytes, context)
    {
      return outcome
    }
    if writesPlainPayloads,
      let outcome = exportPlainPayload(record, expiry: expiry, from: bytes, context)
    {
      return outcome
    }
    guard let route = route(of: record, in: bytes, context) else { return .unsupported }
    let (start, previous) = (output.count, database)
    beginRecord()
    do throws(RDBError) {
      select(options.databases(record.database))
      var outcome: Outcome
      var keepsMetadata = false
      switch route {
      case .payload(let payload):
        outcome = try export(payload, record, expiry, from: bytes, context)
        keepsMetadata = payload.metadata != nil
      case .commands:
        outcome = try exportCommands(record, expiry, from: bytes, context)
      }
      if record.hasKeyMeta, !keepsMetadata, outcome == .written {
        outcome = .writtenWithoutMetadata
      }
      if outcome == .empty || outcome == .unsupported { takeBack(to: start, previous) }
      output.drainIfLarge()
      return outcome
    } catch {
      takeBackUnfinished(to: start, previous)
      throw error
    }
  }

  /// Removes what was written of a record that cannot be decoded: all of it, if its key is replaced,
  /// since a delete alone would lose data; otherwise only if no command is complete.
  private mutating func takeBackUnfinished(to start: Int, _ previous: UInt32?) {
    let replaces = options.existing == .replace && command.isRevocable
    if replaces || command.written == 0 { takeBack(to: start, previous) }
  }

  private mutating func beginRecord() {
    command = Command()
    repeats.begin()
    if !fieldExpiries.isEmpty { fieldExpiries.removeAll() }
  }

  /// Writes a list, set, hash or sorted set that needs nothing around its commands.
  ///
  /// Returns nil, with nothing written, if commands would lose something.
  private mutating func exportCollection(
    _ record: RDBRecord, _ expiry: UnixMilliseconds?, from bytes: RawSpan,
    _ context: ValueContext
  ) throws(RDBError) -> Outcome? {
    let mayLose = record.type.hasNames(in: context.dialect)
    let isSmall = record.valueCount <= CommandExporter.revocableSize
    guard !mayLose || isSmall else { return nil }
    let (start, previous) = (output.count, database)
    beginRecord()
    command.isRevocable = mayLose || isSmall && options.existing == .replace
    do throws(RDBError) {
      select(options.databases(record.database))
      try keepKey(of: record, in: bytes, elsewhere: false)
      try deleteReplaced(record, from: bytes, context)
      try walkElements(of: record, from: bytes, context)
    } catch {
      takeBackUnfinished(to: start, previous)
      throw error
    }
    let loses = command.hasNegativeZero || repeats.isSuspected
    if command.written == 0 || loses {
      takeBack(to: start, previous)
      return loses ? nil : .empty
    }
    if let expiry { appendExpiry(expiry) }
    output.drainIfLarge()
    return .written
  }

  /// How a record is written for the target; nil if the target accepts neither commands nor a
  /// payload.
  private func route(
    of record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) -> Route? {
    if record.type == .module2, let target = options.target,
      !target.mayHave(record.module(in: bytes))
    {
      return nil
    }
    let payload = payload(of: record, in: bytes, context)
    let hasCommands =
      CommandExporter.hasCommands(record.type, in: context.dialect)
      && (record.type != .module2
        || options.target(\.supportsModules) && recreates(record.module(in: bytes)))
      && (record.type.shape(in: context.dialect) != .stream || options.target(\.supportsStreams))
    // Servers reject payloads without elements and drop such keys when they load a file.
    let isEmpty =
      record.elements == 0 && record.type.content(in: context.dialect) == .elements
    // Commands cannot carry metadata of modules.
    let asksPayload =
      options.form == .payloads || options.existing == .fail || payload?.metadata != nil
    let prefersPayload = asksPayload && !(isEmpty && hasCommands)
    if let payload, prefersPayload || !hasCommands { return .payload(payload) }
    return hasCommands ? .commands : nil
  }

  private mutating func exportCommands(
    _ record: RDBRecord, _ expiry: UnixMilliseconds?, from bytes: RawSpan,
    _ context: ValueContext
  ) throws(RDBError) -> Outcome {
    if record.type == .string, options.existing != .fail, expiry == nil || options.usesPXAT {
      try keepKey(of: record, in: bytes, elsewhere: false)
      try appendSet(record, expiry, onlyNew: options.existing == .skip, from: bytes)
      return .written
    }
    let payload = payload(of: record, in: bytes, context)
    let mayGoBack = payload != nil || options.existing == .replace
    command.isRevocable = mayGoBack && record.valueCount <= CommandExporter.revocableSize
    try beginKey(of: record, in: bytes)
    let body = output.count
    if record.type.hasNames(in: context.dialect) { try findRepeats(record, from: bytes, context) }
    var needsPayload = false
    if record.type.shape(in: context.dialect) == .stream {
      command.losesStreamState = try streamLoses(record, from: bytes, context)
      command.isDecoded = true
      needsPayload = command.losesStreamState && payload != nil
    }
    if record.type != .string { try deleteReplaced(record, from: bytes, context) }
    if !needsPayload {
      try walkCommands(record, from: bytes, context)
      needsPayload = command.needsPayload || (losesAnything && payload != nil)
    }
    if needsPayload {
      guard let payload else { return .unsupported }
      // Commands already drained are replaced by the RESTORE that follows.
      if command.isRevocable || command.written == 0 { output.removeAll(after: body) }
      append(payload, record, expiry, replaces: true, from: bytes)
      endKey()
      return payloadOutcome(of: record, in: bytes, context)
    }
    guard command.written > 0 else { return .empty }
    if let expiry { appendExpiry(expiry) }
    endKey()
    return outcome
  }

  /// Decodes a value once, to know whether a field or member repeats.
  private mutating func findRepeats(
    _ record: RDBRecord, from bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    try check.check(record, context, in: bytes)
    command.isDecoded = true
    repeats.begin(mayRepeat: check.repeats.isSuspected)
  }

  private var losesAnything: Bool {
    command.hasNegativeZero || command.losesFieldExpiries || command.losesStreamState
  }

  private var outcome: Outcome {
    if command.losesStreamState { return .writtenWithoutStreamState }
    if command.losesFieldExpiries { return .writtenWithoutFieldExpiries }
    if command.hasDoubledField { return .writtenWithoutDoubledFields }
    return command.hasNegativeZero ? .writtenWithoutNegativeZero : .written
  }

  private mutating func walkCommands(
    _ record: RDBRecord, from bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    if record.type == .string {
      try appendSet(record, nil, onlyNew: false, from: bytes)
      command.written &+= 1
      return
    }
    try walkElements(of: record, from: bytes, context)
    if command.shape == .stream { try finishStream() }
  }

  /// Walks a value and closes its last command.
  private mutating func walkElements(
    of record: RDBRecord, from bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    var at = record.valueOffset
    // The walk writes into `self`, so its scratch space is moved out meanwhile.
    var lent = Scratch()
    swap(&lent, &scratch)
    defer { swap(&lent, &scratch) }
    do throws(RDBError) {
      try walk(record.type, context, in: bytes, at: &at, scratch: &lent, into: &self)
    } catch {
      if command.isOpen { output.removeAll(after: command.start) }
      throw error
    }
    end()
  }

  // MARK: What stands around

  /// Stores the key, or a temporary name for it, as a bulk string.
  mutating func keepKey(
    of record: RDBRecord, in bytes: RawSpan, elsewhere: Bool
  ) throws(RDBError) {
    key.removeAll()
    if options.renames {
      finalKey.removeAll()
      return try newName.withBytes { (name) throws(RDBError) in
        let whole = StringObject.raw(ByteRange(offset: 0, count: name.byteCount))
        guard elsewhere else { return try key.appendBulk(whole, in: name) }
        try finalKey.appendBulk(whole, in: name)
        key.appendBulk(newNameFor: name)
      }
    }
    let name = try record.key(in: bytes)
    guard elsewhere else { return try key.appendBulk(name, in: bytes) }
    finalKey.removeAll()
    try finalKey.appendBulk(name, in: bytes)
    var lent = Scratch()
    swap(&lent, &scratch)
    defer { swap(&lent, &scratch) }
    try lent.withBytes(of: name, in: bytes) { (spelled) throws(RDBError) in
      key.appendBulk(newNameFor: spelled)
    }
  }

  mutating func beginKey(
    of record: RDBRecord, in bytes: RawSpan
  ) throws(RDBError) {
    let elsewhere = options.existing == .skip || options.existing == .fail
    try keepKey(of: record, in: bytes, elsewhere: elsewhere)
    if options.transactions { output.append("*1\r\n$5\r\nMULTI\r\n") }
    if elsewhere { appendDelete() }
  }

  /// Deletes a key that is to be replaced.
  ///
  /// What is written of a small value can be taken back; a large one is decoded first.
  /// - Throws: What is wrong with the value. Nothing is written then.
  private mutating func deleteReplaced(
    _ record: RDBRecord, from bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    guard options.existing == .replace else { return }
    if !command.isRevocable, !command.isDecoded {
      try check.check(record, context, in: bytes)
    }
    appendDelete()
  }

  mutating func endKey() {
    switch options.existing {
    case .merge, .replace: break
    case .skip:
      output.append("*3\r\n$8\r\nRENAMENX\r\n")
      appendKey()
      finalKey.withBytes { output.append($0) }
      appendDelete()
    case .fail:
      output.append("*5\r\n")
      appendScript(CommandExporter.renameOrFail, keys: 2)
      appendKey()
      finalKey.withBytes { output.append($0) }
    }
    if options.transactions { output.append("*1\r\n$4\r\nEXEC\r\n") }
  }

  /// EVAL, its script and the number of its keys, which follow.
  mutating func appendScript(_ script: StaticString, keys: Int64) {
    output.append("$4\r\nEVAL\r\n")
    output.write(atMost: OutputCursor.bulkOverhead) { $0.appendBulkHead(script.utf8CodeUnitCount) }
    output.append(script)
    output.append("\r\n")
    output.appendBulk(decimal: keys)
  }

  /// Renames the key, or replies like RESTORE if the name is taken.
  private static var renameOrFail: StaticString {
    """
    if redis.call('EXISTS',KEYS[2])==1 then redis.call('DEL',KEYS[1]) \
    return redis.error_reply('BUSYKEY Target key name already exists.') end \
    return redis.call('RENAME',KEYS[1],KEYS[2])
    """
  }

  mutating func appendDelete() {
    appendDeleteHead()
    appendKey()
  }

  /// The command that deletes the key that follows.
  mutating func appendDeleteHead() {
    output.append(
      options.target(\.supportsUnlink) ? "*2\r\n$6\r\nUNLINK\r\n" : "*2\r\n$3\r\nDEL\r\n")
  }

  mutating func appendExpiry(_ expiry: UnixMilliseconds) {
    output.write(atMost: 3 &* OutputCursor.bulkOverhead &+ key.count) {
      $0.append("*3\r\n$9\r\nPEXPIREAT\r\n")
      $0.append(key)
      $0.appendBulk(decimal: expiry.rawValue)
    }
  }

  /// Gives a key that is there another expiry, or none, and leaves its value alone.
  package mutating func exportExpiry(
    of record: RDBRecord, _ expiry: UnixMilliseconds?, from bytes: RawSpan
  ) throws(RDBError) {
    select(options.databases(record.database))
    try keepKey(of: record, in: bytes, elsewhere: false)
    if let expiry {
      appendExpiry(expiry)
    } else {
      output.append("*2\r\n$7\r\nPERSIST\r\n")
      appendKey()
    }
    output.drainIfLarge()
  }

  private mutating func appendSet(
    _ record: RDBRecord, _ expiry: UnixMilliseconds?, onlyNew: Bool, from bytes: RawSpan
  ) throws(RDBError) {
    let arguments = 3 + (expiry == nil ? 0 : 2) + (onlyNew ? 1 : 0)
    output.write(atMost: OutputCursor.bulkOverhead) { $0.appendArrayHead(arguments) }
    output.append("$3\r\nSET\r\n")
    appendKey()
    try output.appendBulk(try record.stringValue(in: bytes), in: bytes)
    if let expiry {
      output.append("$4\r\nPXAT\r\n")
      output.appendBulk(decimal: expiry.rawValue)
    }
    if onlyNew { output.append("$2\r\nNX\r\n") }
  }
}

extension OutputBuffer {
  /// A temporary name in the same cluster slot as a key, as a bulk string.
  ///
  /// A key's hash tag is kept; a key without one becomes the tag.
  fileprivate mutating func appendBulk(newNameFor key: RawSpan) {
    let hasTag = HashSlot.tag(of: key) != 0..<key.byteCount
    let count = key.byteCount &+ 12 &+ (hasTag ? 0 : 2)
    write(atMost: OutputCursor.bulkOverhead) { $0.appendBulkHead(count) }
    append("rdbsift:new:")
    if !hasTag { append(0x7b) }
    append(key)
    if !hasTag { append(0x7d) }
    append("\r\n")
  }
}
