import RDB

extension RDBType {
  /// Whether values have elements with unique names: fields of a hash, members of a sorted set.
  func hasNames(in dialect: RDBDialect) -> Bool {
    switch shape(in: dialect) {
    case .hash, .sortedSet: true
    default: false
    }
  }

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
