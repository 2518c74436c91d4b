// One record, whatever it is: which way it goes, and what stands around its commands.
//
//   MULTI                              with --transaction
//   DEL key                            where it is to be replaced
//   the commands of the value, PEXPIREAT
//   RENAMENX new key, DEL new          where an existing key is to stay: built under another name
//   EXEC

import RDB

extension CommandExporter {
  /// The way that a record goes.
  private enum Route {
    case commands
    case payload(DumpPayload)
  }

  /// Payloads of this size and above are refused by servers (proto-max-bulk-len).
  private static var payloadLimit: Int { 512 << 20 }
  /// Values of at most this size stay in the buffer until it is known that commands recreate them.
  private static var revocable: Int { 1 << 16 }

  /// Writes a record that is no plain string.
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
    guard let route = route(of: record, in: bytes, context) else { return .unsupported }
    let (start, previous) = (output.count, database)
    beginRecord()
    do throws(RDBError) {
      select(options.databases(record.database))
      var outcome: Outcome
      var keepsMetadata = false
      switch route {
      case .payload(let payload):
        outcome = try export(payload, record, expiry, from: bytes)
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
      if command.written == 0 { takeBack(to: start, previous) }
      throw error
    }
  }

  private mutating func beginRecord() {
    command = Command()
    if !deadlines.isEmpty { deadlines.removeAll() }
  }

  /// Writes a list, set, hash or sorted set of which commands lose nothing and need nothing around them.
  ///
  /// Nil, and nothing written, where it turned out that they lose something.
  private mutating func exportCollection(
    _ record: RDBRecord, _ expiry: UnixMilliseconds?, from bytes: RawSpan,
    _ context: ValueContext
  ) throws(RDBError) -> Outcome? {
    let mayLose = record.type.shape(in: context.dialect) == .sortedSet
    guard !mayLose || record.valueCount <= CommandExporter.revocable else { return nil }
    let (start, previous) = (output.count, database)
    beginRecord()
    command.stays = mayLose
    do throws(RDBError) {
      select(options.databases(record.database))
      try keepKey(of: record, in: bytes, elsewhere: false)
      try walkElements(of: record, from: bytes, context)
    } catch {
      if command.written == 0 { takeBack(to: start, previous) }
      throw error
    }
    if command.written == 0 || command.hasMinusZero {
      takeBack(to: start, previous)
      return command.hasMinusZero ? nil : .empty
    }
    if let expiry { appendDeadline(expiry) }
    output.drainIfLarge()
    return .written
  }

  /// The way that a record goes on the target; nil if there is none.
  private func route(
    of record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) -> Route? {
    let payload = payload(of: record, in: bytes, context)
    let hasCommands =
      CommandExporter.hasCommands(record.type, in: context.dialect)
      && (record.type.rawValue != 7
        || options.target(\.hasModules) && recreates(record.module(in: bytes)))
      && (record.type.shape(in: context.dialect) != .stream || options.target(\.hasStreams))
    // A payload without elements is refused; such a key is left out, as servers do.
    let isEmpty =
      record.elements == 0 && record.type.content(in: context.dialect) == .elements
    // Commands tell no metadata of modules.
    let asksPayload =
      options.form == .payloads || options.existing == .fail || payload?.metadata != nil
    let prefersPayload = asksPayload && !(isEmpty && hasCommands)
    if let payload, prefersPayload || !hasCommands { return .payload(payload) }
    return hasCommands ? .commands : nil
  }

  /// The record's payload, if there is one and the target takes it; with metadata, if it takes those.
  private func payload(
    of record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) -> DumpPayload? {
    if let metadata = record.metadata(in: bytes, context),
      let whole = DumpPayload(of: record, in: context.dialect, metadata: metadata), takes(whole)
    {
      return whole
    }
    guard let payload = DumpPayload(of: record, in: context.dialect), takes(payload) else {
      return nil
    }
    return payload
  }

  private func takes(_ payload: DumpPayload) -> Bool {
    payload.count < CommandExporter.payloadLimit && options.target?.takes(payload) ?? true
  }

  // MARK: The two ways

  private mutating func export(
    _ payload: DumpPayload, _ record: RDBRecord, _ expiry: UnixMilliseconds?, from bytes: RawSpan
  ) throws(RDBError) -> Outcome {
    let isAlone =
      options.existing != .skip && options.target(\.takesRestoreOptions)
    if isAlone {
      try keepKey(of: record, in: bytes, elsewhere: false)
      append(payload, record, expiry, replaces: options.existing != .fail, from: bytes)
    } else {
      try beginKey(of: record, in: bytes)
      append(payload, record, expiry, replaces: true, from: bytes)
      endKey()
    }
    command.written &+= 1
    return .written
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
    command.stays = payload != nil && record.valueCount <= CommandExporter.revocable
    try beginKey(of: record, in: bytes)
    let body = output.count
    var needsPayload = false
    if record.type.shape(in: context.dialect) == .stream {
      command.losesStreamState = try streamLoses(record, from: bytes, context)
      needsPayload = command.losesStreamState && payload != nil
    }
    if !needsPayload {
      try walkCommands(record, from: bytes, context)
      needsPayload = command.needsPayload || (losesAnything && payload != nil)
    }
    if needsPayload {
      guard let payload else { return .unsupported }
      // What has left the buffer is replaced by what comes.
      if command.stays || command.written == 0 { output.removeAll(after: body) }
      append(payload, record, expiry, replaces: true, from: bytes)
      endKey()
      return .written
    }
    guard command.written > 0 else { return .empty }
    if let expiry { appendDeadline(expiry) }
    endKey()
    return outcome
  }

  private var losesAnything: Bool {
    command.hasMinusZero || command.losesDeadlines || command.losesStreamState
  }

  private var outcome: Outcome {
    if command.losesStreamState { return .writtenWithoutStreamState }
    if command.losesDeadlines { return .writtenWithoutDeadlines }
    return command.hasMinusZero ? .writtenWithoutMinusZero : .written
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

  /// Walks a value and ends its last command.
  private mutating func walkElements(
    of record: RDBRecord, from bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    var at = record.valueOffset
    // The walk pours into `self`, so the scratch it unpacks into is lent from outside meanwhile.
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

  /// Keeps the key as a bulk string, or a name for it that nobody has.
  private mutating func keepKey(
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

  private mutating func beginKey(
    of record: RDBRecord, in bytes: RawSpan
  ) throws(RDBError) {
    let elsewhere = options.existing == .skip || options.existing == .fail
    try keepKey(of: record, in: bytes, elsewhere: elsewhere)
    if options.transactions { output.append("*1\r\n$5\r\nMULTI\r\n") }
    if elsewhere || options.existing == .replace { appendDelete() }
  }

  private mutating func endKey() {
    switch options.existing {
    case .merge, .replace: break
    case .skip:
      output.append("*3\r\n$8\r\nRENAMENX\r\n")
      appendKey()
      finalKey.withBytes { output.append($0) }
      appendDelete()
    case .fail:
      output.append("*5\r\n$4\r\nEVAL\r\n")
      let script = CommandExporter.renameOrFail
      output.append("$")
      output.append(decimal: Int64(script.utf8CodeUnitCount))
      output.append("\r\n")
      output.append(script)
      output.append("\r\n$1\r\n2\r\n")
      appendKey()
      finalKey.withBytes { output.append($0) }
    }
    if options.transactions { output.append("*1\r\n$4\r\nEXEC\r\n") }
  }

  /// Gives the key its name, or answers as RESTORE does where the name is taken.
  private static var renameOrFail: StaticString {
    """
    if redis.call('EXISTS',KEYS[2])==1 then redis.call('DEL',KEYS[1]) \
    return redis.error_reply('BUSYKEY Target key name already exists.') end \
    return redis.call('RENAME',KEYS[1],KEYS[2])
    """
  }

  private mutating func appendDelete() {
    output.append(
      options.target(\.hasUnlink) ? "*2\r\n$6\r\nUNLINK\r\n" : "*2\r\n$3\r\nDEL\r\n")
    appendKey()
  }

  private mutating func appendDeadline(_ expiry: UnixMilliseconds) {
    output.write(atMost: 3 &* OutputCursor.bulkOverhead &+ key.count) {
      $0.append("*3\r\n$9\r\nPEXPIREAT\r\n")
      $0.append(key)
      $0.appendBulk(decimal: expiry.rawValue)
    }
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

  // RESTORE key ttl payload [REPLACE] [ABSTTL] [IDLETIME seconds | FREQ counter]
  private mutating func append(
    _ payload: DumpPayload, _ record: RDBRecord, _ expiry: UnixMilliseconds?, replaces: Bool,
    from bytes: RawSpan
  ) {
    let hasOptions = options.target(\.takesRestoreOptions)
    let replaces = replaces && options.target(\.takesRestoreReplace)
    let isAbsolute = expiry != nil && hasOptions
    let keepsUse = hasOptions && (record.idleSeconds != nil || record.frequency != nil)
    if !options.target(\.takesRestoreReplace) { appendDelete() }
    let arguments = 4 + (replaces ? 1 : 0) + (isAbsolute ? 1 : 0) + (keepsUse ? 2 : 0)
    output.write(atMost: OutputCursor.bulkOverhead) { $0.appendArrayHead(arguments) }
    output.append("$7\r\nRESTORE\r\n")
    appendKey()
    output.appendBulk(decimal: isAbsolute ? max(expiry?.rawValue ?? 0, 1) : 0)
    output.write(atMost: OutputCursor.bulkOverhead) { $0.appendBulkHead(payload.count) }
    payload.write(from: bytes) {
      output.append($0)
      output.drainIfLarge()
    }
    output.append("\r\n")
    if replaces { output.append("$7\r\nREPLACE\r\n") }
    if isAbsolute { output.append("$6\r\nABSTTL\r\n") }
    if keepsUse, let idle = record.idleSeconds {
      output.append("$8\r\nIDLETIME\r\n")
      output.appendBulk(decimal: Int64(idle))
    } else if keepsUse, let frequency = record.frequency {
      output.append("$4\r\nFREQ\r\n")
      output.appendBulk(decimal: Int64(frequency))
    }
    if let expiry, !isAbsolute { appendDeadline(expiry) }
  }
}

extension OutputBuffer {
  /// A name beside a key's, in the same slot of a cluster, as a bulk string.
  ///
  /// A key with a hash tag keeps it; any other becomes the tag.
  fileprivate mutating func appendBulk(newNameFor key: RawSpan) {
    let hasTag = key.hasHashTag
    let count = key.byteCount &+ 12 &+ (hasTag ? 0 : 2)
    write(atMost: OutputCursor.bulkOverhead) { $0.appendBulkHead(count) }
    append("rdbsift:new:")
    if !hasTag { append(0x7b) }
    append(key)
    if !hasTag { append(0x7d) }
    append("\r\n")
  }
}

extension RDBType {
  /// Whether it is a list, set, hash or sorted set without deadlines of elements, in every dialect.
  fileprivate var isPlainCollection: Bool {
    switch rawValue {
    case 1...5, 9...14, 16...18, 20: true
    default: false
    }
  }
}

extension RawSpan {
  /// Whether only a part of the key tells its slot: what stands between the first `{` and the next
  /// `}`, if that is anything.
  fileprivate var hasHashTag: Bool {
    guard let open = (0..<byteCount).first(where: { byte($0) == 0x7b }),
      let close = (open..<byteCount).first(where: { byte($0) == 0x7d })
    else { return false }
    return close > open &+ 1
  }
}
