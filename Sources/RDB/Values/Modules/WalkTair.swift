// Values of modules whose layout is known, as module values in this order:
//
//   tairhash- 0    unsigned n, string key, n × (string field, unsigned version,
//                  unsigned expiry in ms or 0, string value)
//   exhash--- 0    the same, in the cloud with one more unsigned after the key
//   exstrtype 0,1  unsigned version, unsigned flags, string value
//   tairzset_ 0    unsigned n, unsigned scores, n × (string member, scores × double)
//   ReJSON-RL 3    string text

extension ModuleID {
  fileprivate static var tairHash: ModuleID { ModuleID(0xb5a8_ab85_ab21_f800) }
  fileprivate static var exHash: ModuleID { ModuleID(0x7b18_5ab2_1fbe_f800) }
  fileprivate static var tairString: ModuleID { ModuleID(0x7b1b_2dae_dca9_7800) }
  fileprivate static var tairString1: ModuleID { ModuleID(0x7b1b_2dae_dca9_7801) }
  fileprivate static var tairSortedSet: ModuleID { ModuleID(0xb5a8_abce_c7ad_fc00) }
  fileprivate static var reJSON: ModuleID { ModuleID(0x45e2_5238_df91_2c03) }
}

/// The layout of a module's values.
enum ModuleLayout {
  case tairHash
  /// With a number after the key whose meaning is not known.
  case cloudHash
  case tairString
  case tairSortedSet
  case json

  /// The layouts that values of a module may have.
  static func layouts(of id: ModuleID) -> [ModuleLayout] {
    switch id {
    case .tairHash: [.tairHash]
    case .exHash: [.tairHash, .cloudHash]
    case .tairString, .tairString1: [.tairString]
    case .tairSortedSet: [.tairSortedSet]
    case .reJSON: [.json]
    default: []
    }
  }

  /// The layout that values of a module must have, as its published source says.
  static func certain(_ id: ModuleID) -> ModuleLayout? {
    switch id {
    case .tairHash, .tairString, .tairSortedSet, .reJSON: layouts(of: id).first
    default: nil
    }
  }

  /// Whether the values at a place are laid out like this.
  func fits(_ bytes: RawSpan, _ start: Int) -> Bool {
    var at = start
    var sink = SkipSink()
    do throws(RDBError) {
      try walk(in: bytes, &at, &sink)
      return true
    } catch {
      return false
    }
  }

  /// Walks the values up to and with their end opcode.
  func walk<Sink: ValueSink & ~Copyable>(
    in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
  ) throws(RDBError) {
    switch self {
    case .tairHash: try walkTairHash(isCloud: false, in: bytes, &at, &sink)
    case .cloudHash: try walkTairHash(isCloud: true, in: bytes, &at, &sink)
    case .tairString:
      let version = try bytes.readModuleUnsigned(&at)
      let flags = try bytes.readModuleUnsigned(&at)
      let value = try bytes.readModuleString(&at)
      let string = TairString(version: version, flags: flags, value: value)
      try sink.module(.tairString(string), in: bytes)
    case .tairSortedSet: try walkTairSortedSet(in: bytes, &at, &sink)
    case .json: try sink.module(.json(try bytes.readModuleString(&at)), in: bytes)
    }
    try bytes.readModuleEnd(&at)
  }
}

private func walkTairHash<Sink: ValueSink & ~Copyable>(
  isCloud: Bool, in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  let fields = try bytes.readModuleUnsigned(&at)
  let key = try bytes.readModuleString(&at)
  if isCloud { _ = try bytes.readModuleUnsigned(&at) }
  try sink.module(.tairHash(key: key, fields: fields), in: bytes)
  // A field takes bytes, so the loop ends with them, whatever the count claims.
  for _ in 0..<fields {
    let field = try bytes.readModuleString(&at)
    let version = try bytes.readModuleUnsigned(&at)
    let place = at
    let expiry = try bytes.readModuleUnsigned(&at)
    guard let milliseconds = Int64(exactly: expiry) else {
      throw RDBError(.badExpiry, at: place, number: expiry)
    }
    let part = TairField(
      field: field, version: version,
      expiry: milliseconds == 0 ? nil : UnixMilliseconds(milliseconds),
      value: try bytes.readModuleString(&at))
    try sink.module(.tairField(part), in: bytes)
  }
}

private func walkTairSortedSet<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  let members = try bytes.readModuleUnsigned(&at)
  let place = at
  let scores = try bytes.readModuleUnsigned(&at)
  guard (1...256).contains(scores) else {
    throw RDBError(.badModule, at: place, number: scores)
  }
  try sink.module(.tairSortedSet(members: members, scores: scores), in: bytes)
  for _ in 0..<members {
    try sink.module(.tairMember(try bytes.readModuleString(&at)), in: bytes)
    for _ in 0..<scores {
      let scoreAt = at
      let score = try bytes.readModuleDouble(&at)
      guard !score.isNaN else { throw RDBError(.badScore, at: scoreAt) }
      try sink.module(.tairScore(score), in: bytes)
    }
  }
}
