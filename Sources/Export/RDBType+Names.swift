// Names of the type numbers and opcodes that exporters refer to.

import RDB

extension RDBType {
  static var list: RDBType { RDBType(rawValue: 1) }
  static var set: RDBType { RDBType(rawValue: 2) }
  static var sortedSetText: RDBType { RDBType(rawValue: 3) }
  static var hash: RDBType { RDBType(rawValue: 4) }
  static var sortedSet: RDBType { RDBType(rawValue: 5) }
  static var module2: RDBType { RDBType(rawValue: 7) }
  static var hashZipmap: RDBType { RDBType(rawValue: 9) }
  static var listZiplist: RDBType { RDBType(rawValue: 10) }
  static var setIntset: RDBType { RDBType(rawValue: 11) }
  static var sortedSetZiplist: RDBType { RDBType(rawValue: 12) }
  static var hashZiplist: RDBType { RDBType(rawValue: 13) }
  static var listQuicklist: RDBType { RDBType(rawValue: 14) }
  static var hashListpack: RDBType { RDBType(rawValue: 16) }
  static var sortedSetListpack: RDBType { RDBType(rawValue: 17) }
  static var listQuicklist2: RDBType { RDBType(rawValue: 18) }
  static var setListpack: RDBType { RDBType(rawValue: 20) }

  /// Whether the type is a list, set, hash or sorted set without element expiries, in every dialect.
  var isPlainCollection: Bool {
    switch self {
    case .list, .set, .sortedSetText, .hash, .sortedSet, .hashZipmap, .listZiplist, .setIntset,
      .sortedSetZiplist, .hashZiplist, .listQuicklist, .hashListpack, .sortedSetListpack,
      .listQuicklist2, .setListpack:
      true
    default: false
    }
  }
}

extension RDBOpcode {
  static var eof: UInt8 { 255 }
  static var selectDB: UInt8 { 254 }
  static var expireTime: UInt8 { 253 }
  static var expireTimeMS: UInt8 { 252 }
  static var resizeDB: UInt8 { 251 }
  static var aux: UInt8 { 250 }
  static var function2: UInt8 { 245 }
  static var slotInfo: UInt8 { 244 }
  static var enterpriseSlot: UInt8 { 121 }
}
