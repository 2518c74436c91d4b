/// The bytes between records that are not value types.
public struct RDBOpcode: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
  /// The byte.
  public var rawValue: UInt8

  /// Makes an opcode from its byte.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ rawValue: UInt8) { self.rawValue = rawValue }

  /// The end of the file; CRC64 follows since version 5.
  static let eof = RDBOpcode(255)
  /// A database number.
  static let selectDB = RDBOpcode(254)
  /// An expiry in seconds, int32.
  static let expireTime = RDBOpcode(253)
  /// An expiry in milliseconds, int64.
  static let expireTimeMS = RDBOpcode(252)
  /// Hints: keys and expiring keys of the database.
  static let resizeDB = RDBOpcode(251)
  /// A name and a value about the file.
  static let aux = RDBOpcode(250)
  /// The next key's LFU counter, one byte.
  static let freq = RDBOpcode(249)
  /// The next key's idle time in seconds.
  static let idle = RDBOpcode(248)
  /// Module data beside the keys.
  static let moduleAux = RDBOpcode(247)
  /// A function library as release candidates of Redis 7.0 wrote it.
  static let functionPreGA = RDBOpcode(246)
  /// A function library.
  static let function2 = RDBOpcode(245)
  /// Redis in cluster mode: a slot and how many keys it has.
  static let slotInfo = RDBOpcode(244)
  /// Redis: metadata of the next key, kept for modules.
  ///
  /// Valkey: a slot import.
  static let keyMetaOrSlotImport = RDBOpcode(243)
  /// Redis: the fields that hashes of one template share.
  static let hashTemplate = RDBOpcode(242)

  // Redis Enterprise.
  static let enterpriseLRU = RDBOpcode(107)
  static let enterpriseSlot = RDBOpcode(121)

  // Dragonfly.
  static let dragonflyFullSyncEnd = RDBOpcode(200)
  static let dragonflyZSTDBlob = RDBOpcode(201)
  static let dragonflyLZ4Blob = RDBOpcode(202)
  static let dragonflyJournalBlob = RDBOpcode(210)
  static let dragonflyJournalOffset = RDBOpcode(211)
  static let dragonflyMask = RDBOpcode(220)
}
