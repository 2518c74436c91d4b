// Everything between the records of a file: attributes of the next key, and opcodes that are no key.

extension RDBScanner {
  /// Reads the operand of an opcode; `at` is after its byte.
  /// - Returns: The event; nil for an attribute of the next key.
  @inline(never)
  mutating func readOpcode(
    _ opcode: RDBOpcode, in bytes: RawSpan, _ at: inout Int
  ) throws(RDBError) -> RDBEvent? {
    let start = at &- 1
    if try readAttribute(opcode, in: bytes, &at) {
      if state.pending.start < 0 { state.pending.start = start }
      return nil
    }
    let event: RDBEvent
    switch opcode {
    case .selectDB:
      let number = try bytes.readLength(&at)
      guard number <= UInt64(UInt32.max) else {
        throw RDBError(.limitExceeded, at: start, number: number)
      }
      state.database = UInt32(truncatingIfNeeded: number)
      state.slot = 0xffff
      event = .selectDatabase(state.database)
    case .resizeDB:
      event = .resize(keys: try bytes.readLength(&at), expires: try bytes.readLength(&at))
    case .aux:
      let name = try bytes.readString(&at)
      let value = try bytes.readString(&at)
      noteAux(name, value, in: bytes)
      event = .aux(name: name, value: value)
    case .function2: event = .function(try bytes.readString(&at))
    case .functionPreGA: event = try readFunctionPreGA(in: bytes, &at)
    case .moduleAux:
      let module = ModuleID(try bytes.readLength(&at))
      try bytes.skipLengths(2, &at)
      try bytes.skipModuleValues(&at)
      event = .moduleAux(module: module, place(from: start, to: at))
    case .slotInfo:
      let slot = try bytes.readLength(&at)
      let keys = try bytes.readLength(&at)
      event = .slotInfo(slot: slot, keys: keys, expires: try bytes.readLength(&at))
      state.slot = slot < 16384 ? UInt16(slot) : 0xffff
    case .keyMetaOrSlotImport where context.dialect == .valkey:
      try bytes.skipString(&at)
      for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 2)) { try bytes.skipLengths(2, &at) }
      event = .slotImport(place(from: start, to: at))
    case .hashTemplate where context.dialect == .redis:
      let id = try bytes.readLength(&at)
      let fields = UInt64(try bytes.readCount(&at, eachAtLeast: 1))
      let first = at
      try bytes.skipStrings(fields, &at)
      let isRedefined = context.templates[id] != nil
      try context.templates.add(id, fields: fields, bytes.extracting(first..<at), at: start)
      event = .hashTemplate(
        id: id, fields: fields, place(from: start, to: at), isRedefined: isRedefined)
    case .eof:
      let checksum = header.hasChecksum ? try readChecksum(in: bytes, &at) : nil
      guard checksum != .max else { throw RDBError(.onesHole, at: start, number: 9) }
      event = .end(at: start, checksum: checksum)
      state.isEnded = true
    default:
      try mayTurnToDragonfly(opcode, at: start)
      try skipForeign(opcode, in: bytes, &at)
      context.dialect = .dragonfly
      event = .other(opcode, place(from: start, to: at))
    }
    return event
  }

  private func readChecksum(in bytes: RawSpan, _ at: inout Int) throws(RDBError) -> UInt64 {
    guard bytes.byteCount &- at >= 8 else {
      throw RDBError(.truncated, .checksum, at: at, number: 8)
    }
    return try bytes.read(&at, littleEndian: UInt64.self)
  }

  private func place(from start: Int, to end: Int) -> ByteRange {
    ByteRange(offset: start, count: end &- start)
  }

  /// Reads an attribute of the next key; false if the opcode is none.
  mutating func readAttribute(
    _ opcode: RDBOpcode, in bytes: RawSpan, _ at: inout Int
  ) throws(RDBError) -> Bool {
    switch opcode {
    case .expireTimeMS:
      // Servers take −1 for no expiry.
      state.pending.expiry = try bytes.read(&at, littleEndian: Int64.self)
      state.pending.setExpiry(state.pending.expiry != -1)
    case .expireTime:
      // Seconds as int32, which servers before 2.6 let wrap; in milliseconds they fit 64 bits.
      state.pending.expiry = Int64(try bytes.read(&at, littleEndian: Int32.self)) * 1000
      state.pending.setExpiry(true)
    case .idle:
      let seconds = try bytes.readLength(&at)
      state.pending.eviction = UInt32(clamping: seconds)
      state.pending.flags.insert(.idle)
      state.pending.flags.remove(.frequency)
    case .freq:
      state.pending.eviction = UInt32(try bytes.readByte(&at))
      state.pending.flags.insert(.frequency)
      state.pending.flags.remove(.idle)
    case .keyMetaOrSlotImport where context.dialect == .redis:
      for _ in 0..<(try bytes.readCount(&at, eachAtLeast: 5)) {
        _ = try bytes.take(4, &at)
        try bytes.skipModuleValues(&at)
      }
      state.pending.flags.insert(.keyMeta)
    case .enterpriseLRU: _ = try bytes.readLength(&at)
    case .enterpriseSlot:
      let slot = try bytes.readLength(&at)
      state.pending.slot = slot < 16384 ? UInt16(slot) : 0xffff
    case .dragonflyMask:
      try mayTurnToDragonfly(opcode, at: at &- 1)
      let flags = try bytes.read(&at, littleEndian: UInt32.self)
      if flags & 2 != 0 { _ = try bytes.take(4, &at) }
      context.dialect = .dragonfly
    default: return false
    }
    return true
  }

  private func readFunctionPreGA(
    in bytes: RawSpan, _ at: inout Int
  ) throws(RDBError) -> RDBEvent {
    let name = try bytes.readString(&at)
    try bytes.skipString(&at)
    if try bytes.readLength(&at) != 0 { try bytes.skipString(&at) }
    let code = try bytes.readString(&at)
    return .functionPreGA(name: name, code: code)
  }

  /// Refuses an opcode of Dragonfly's where it is settled that the file is another's.
  private func mayTurnToDragonfly(_ opcode: RDBOpcode, at place: Int) throws(RDBError) {
    guard !context.isSettled || context.dialect == .dragonfly else {
      throw RDBError(.unknownOpcode, at: place, number: UInt64(opcode.rawValue))
    }
  }

  /// Steps over an opcode of Dragonfly that carries no keys.
  private func skipForeign(
    _ opcode: RDBOpcode, in bytes: RawSpan, _ at: inout Int
  ) throws(RDBError) {
    switch opcode {
    case .dragonflyFullSyncEnd, .dragonflyJournalOffset: _ = try bytes.take(8, &at)
    case .dragonflyJournalBlob:
      _ = try bytes.readLength(&at)
      try bytes.skipString(&at)
    case .dragonflyZSTDBlob, .dragonflyLZ4Blob, .dragonflyTaggedChunk:
      throw RDBError(.unsupportedCompression, at: at &- 1, number: UInt64(opcode.rawValue))
    default: throw RDBError(.unknownOpcode, at: at &- 1, number: UInt64(opcode.rawValue))
    }
  }

  private static let dragonflyVersion = Array("df-ver".utf8)

  /// Learns from an AUX field what the meaning of what follows depends on.
  private mutating func noteAux(_ name: StringObject, _ value: StringObject, in bytes: RawSpan) {
    guard case .raw(let place) = name else { return }
    let text = bytes.extracting(place.range)
    if !context.isSettled, text.equals(RDBScanner.dragonflyVersion) { context.dialect = .dragonfly }
    guard text.equals(SlotInfo.name) else { return }
    state.slot = SlotInfo(aux: name, value, in: bytes)?.slot ?? 0xffff
  }
}
