import RDB

extension RDBType {
  /// Whether the type is a list, set, hash or sorted set without element expiries, in every dialect.
  var isPlainCollection: Bool {
    switch self {
    case .list, .set, .zset, .hash, .zset2, .hashZipmap, .listZiplist, .setIntset, .zsetZiplist,
      .hashZiplist, .listQuicklist, .hashListpack, .zsetListpack, .listQuicklist2, .setListpack:
      true
    default: false
    }
  }
}
