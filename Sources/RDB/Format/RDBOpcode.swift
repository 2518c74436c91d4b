/// The bytes between records that are not value types.
public struct RDBOpcode: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
  /// The byte.
  public var rawValue: UInt8

  /// Makes an opcode from its byte.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ rawValue: UInt8) { self.rawValue = rawValue }

  /// Whether what stands behind it may change the meaning of types: AUX, templates, Dragonfly's own.
  var mayChangeContext: Bool { self == .aux || self == .hashTemplate || 200...224 ~= rawValue }

  /// The end of the file; CRC64 follows since version 5.
  static var eof: RDBOpcode { RDBOpcode(255) }
  /// A database number.
  static var selectDB: RDBOpcode { RDBOpcode(254) }
  /// An expiry in seconds, int32.
  static var expireTime: RDBOpcode { RDBOpcode(253) }
  /// An expiry in milliseconds, int64.
  static var expireTimeMS: RDBOpcode { RDBOpcode(252) }
  /// Hints: keys and expiring keys of the database.
  static var resizeDB: RDBOpcode { RDBOpcode(251) }
  /// A name and a value about the file.
  static var aux: RDBOpcode { RDBOpcode(250) }
  /// The next key's LFU counter, one byte.
  static var freq: RDBOpcode { RDBOpcode(249) }
  /// The next key's idle time in seconds.
  static var idle: RDBOpcode { RDBOpcode(248) }
  /// Module data beside the keys.
  static var moduleAux: RDBOpcode { RDBOpcode(247) }
  /// A function library as release candidates of Redis 7.0 wrote it.
  static var functionPreGA: RDBOpcode { RDBOpcode(246) }
  /// A function library.
  static var function2: RDBOpcode { RDBOpcode(245) }
  /// Redis in cluster mode: a slot and how many keys it has.
  static var slotInfo: RDBOpcode { RDBOpcode(244) }
  /// Redis: metadata of the next key, kept for modules.
  ///
  /// Valkey: a slot import.
  static var keyMetaOrSlotImport: RDBOpcode { RDBOpcode(243) }
  /// Redis: the fields that hashes of one template share.
  static var hashTemplate: RDBOpcode { RDBOpcode(242) }

  // Redis Enterprise.
  static var enterpriseLRU: RDBOpcode { RDBOpcode(107) }
  static var enterpriseSlot: RDBOpcode { RDBOpcode(121) }

  // Dragonfly.
  static var dragonflyFullSyncEnd: RDBOpcode { RDBOpcode(200) }
  static var dragonflyZSTDBlob: RDBOpcode { RDBOpcode(201) }
  static var dragonflyLZ4Blob: RDBOpcode { RDBOpcode(202) }
  static var dragonflyJournalBlob: RDBOpcode { RDBOpcode(210) }
  static var dragonflyJournalOffset: RDBOpcode { RDBOpcode(211) }
  static var dragonflyMask: RDBOpcode { RDBOpcode(220) }
}
