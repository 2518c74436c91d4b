// What types mean, which may depend on the dialect.

extension RDBType {
  /// What a value of this type is, or nil where the dialect has no such type.
  public func shape(in dialect: RDBDialect) -> ValueShape? {
    // Valkey went its own way after 21: what others number from 24 up, its files cannot hold.
    if dialect == .valkey && rawValue > RDBType.valkeyHash2.rawValue {
      return isPathHash(in: dialect) ? .hash : nil
    }
    if dialect == .dragonfly, let shape = dragonflyShape { return shape }
    return switch self {
    case .string: .string
    case .list, .listZiplist, .listQuicklist, .listQuicklist2: .list
    case .set, .setIntset, .setListpack: .set
    case .zset, .zset2, .zsetZiplist, .zsetListpack: .sortedSet
    case .hash, .hashZipmap, .hashZiplist, .hashListpack, .hashMetadataPreGA, .hashListpackExPreGA,
      .hashMetadata, .hashListpackEx:
      .hash
    case .modulePreGA, .module2: .module
    case .streamListpacks, .streamListpacks2, .streamListpacks3, .streamListpacks4,
      .streamListpacks5:
      .stream
    case .array: .array
    case _ where dialect == .dragonfly && rawValue < RDBType.keyDBCron.rawValue: nil
    case .hashTemplateListpack, .hashTemplateListpackRef, .hashTemplateArray, .hashTemplateArrayRef:
      .hash
    case .gcra: .gcra
    case .keyDBCron: .cron
    default: nil
    }
  }

  /// Whether it is Valkey's hash of paths (9.2, type 23), whose fields belong to paths.
  func isPathHash(in dialect: RDBDialect) -> Bool {
    dialect == .valkey && rawValue == RDBType.hashListpackExPreGA.rawValue
  }

  /// What a value of Dragonfly's own types is; nil for all others.
  private var dragonflyShape: ValueShape? {
    switch self {
    case .dragonflyJSON: .json
    case .dragonflyHash: .hash
    case .dragonflySet: .set
    case .dragonflyBloomFilter, .dragonflyBloomFilter2, .dragonflyCountMinSketch, .dragonflyTopK,
      .dragonflyCuckooFilter:
      .sketch
    default: nil
    }
  }

  /// How a value of this type is laid out.
  ///
  /// A string's own packing is known only from the value.
  public func encoding(in dialect: RDBDialect) -> ValueEncoding {
    switch self {
    case .string: .raw
    case .list: .linkedlist
    case .set, .hash, .hashMetadataPreGA, .hashMetadata: .hashtable
    case .zset, .zset2: .skiplist
    case .hashZipmap: .zipmap
    case .listZiplist, .zsetZiplist, .hashZiplist: .ziplist
    case .setIntset: .intset
    case .listQuicklist, .listQuicklist2: .quicklist
    case .streamListpacks, .streamListpacks2, .streamListpacks3, .streamListpacks4,
      .streamListpacks5:
      .stream
    case .hashListpack, .zsetListpack, .setListpack: .listpack
    case .hashListpackExPreGA where dialect == .valkey: .opaque
    case .hashListpackExPreGA, .hashListpackEx: .listpackex
    case .array: .slicedArray
    case _ where dialect == .dragonfly:
      self == .dragonflyHash || self == .dragonflySet ? .hashtable : .opaque
    case .hashTemplateListpack, .hashTemplateListpackRef, .hashTemplateArray,
      .hashTemplateArrayRef:
      .template
    default: .opaque
    }
  }

  /// Whether a value is one string that holds a packed structure, perhaps after a number.
  var isPackedString: Bool {
    switch self {
    case .hashZipmap, .listZiplist, .setIntset, .zsetZiplist, .hashZiplist, .hashListpack,
      .zsetListpack, .setListpack, .hashListpackExPreGA, .hashListpackEx:
      true
    default: false
    }
  }

  /// Whether it is a hash of Redis or Valkey whose fields have expiries.
  var hasFieldExpiries: Bool {
    switch self {
    case .hashMetadataPreGA, .hashListpackExPreGA, .hashMetadata, .hashListpackEx: true
    default: false
    }
  }

  /// Whether a hash holds its template, which is Redis's.
  var hasOwnTemplate: Bool { self == .hashTemplateListpack || self == .hashTemplateArray }

  /// Whether a value is a listpack of fields, values and expiries, sorted by expiry.
  var isListpackEx: Bool { self == .hashListpackExPreGA || self == .hashListpackEx }
}
