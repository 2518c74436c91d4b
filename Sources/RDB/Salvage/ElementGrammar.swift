// The elements of collections that are stored one after the other, without looking at what they are
// elements of. A salvage reads them where the walker of the value has given up.

/// The parts of one element.
struct ElementGrammar {
  private enum Part {
    case string
    case length
    /// What the node that follows is, and the node: a string, or a listpack that says its size.
    case node
    case eightBytes
    case textScore
  }

  /// Bytes before the count of elements.
  let prefix: Int
  private let parts: [Part]

  /// The grammar of a type's elements; nil for values that are not rows of elements.
  init?(_ type: RDBType, _ dialect: RDBDialect) {
    guard let shape = type.shape(in: dialect), let parts = ElementGrammar.parts(type, dialect)
    else {
      return nil
    }
    guard shape != .sketch, shape != .json else { return nil }
    self.parts = parts
    prefix = type == .hashMetadata && dialect == .redis ? 8 : 0
  }

  private static func parts(_ type: RDBType, _ dialect: RDBDialect) -> [Part]? {
    switch type {
    case .list, .set, .listQuicklist: [.string]
    case .hash: [.string, .string]
    case .zset: [.string, .textScore]
    case .zset2: [.string, .eightBytes]
    case .listQuicklist2: [.node]
    case .valkeyHash2 where dialect == .valkey: [.string, .string, .eightBytes]
    case .hashMetadataPreGA, .hashMetadata: [.length, .string, .string]
    case .dragonflyHash where dialect == .dragonfly: [.string, .string, .string]
    case .dragonflySet where dialect == .dragonfly: [.string, .string]
    default: nil
    }
  }

  /// What the strings of an element are.
  struct Look {
    /// All that are stored as bytes are text.
    var isText = true
    /// One is compressed, or without bytes.
    var isRare = false
  }

  /// Skips one element.
  func skip(in bytes: RawSpan, _ at: inout Int) throws(RDBError) -> Look {
    var look = Look()
    for part in parts {
      switch part {
      case .string: _ = try skipString(in: bytes, &at, &look)
      case .node: try skipNode(in: bytes, &at, &look)
      case .length: _ = try bytes.readLength(&at)
      case .eightBytes: _ = try bytes.take(8, &at)
      case .textScore: _ = try bytes.readTextScore(&at)
      }
    }
    return look
  }

  private func skipString(
    in bytes: RawSpan, _ at: inout Int, _ look: inout Look
  ) throws(RDBError) -> StringObject {
    let string = try bytes.readString(&at)
    switch string {
    case .raw(let place):
      if place.count == 0 { look.isRare = true }
      if place.count > 0, !bytes.extracting(place.range).isText { look.isText = false }
    case .lzf: look.isRare = true
    case .integer: break
    }
    return string
  }

  /// Skips a node of a list; a record is none, though it begins with a number and a string, too.
  private func skipNode(
    in bytes: RawSpan, _ at: inout Int, _ look: inout Look
  ) throws(RDBError) {
    let start = at
    let container = try bytes.readLength(&at)
    guard container == 1 || container == 2 else {
      throw RDBError(.badQuicklist, at: start, number: container)
    }
    let node = try skipString(in: bytes, &at, &look)
    guard container == 2, case .raw(let place) = node else { return }
    var total = place.offset
    guard place.count > 6, Int(try bytes.read(&total, littleEndian: UInt32.self)) == place.count
    else { throw RDBError(.badListpack, .total, at: place.offset) }
  }
}
