// What a value is, spelled at length: the slow twin of `ContentDigest`. Two values have one text where
// a client would read the same of both.

import RDB

extension CollectedValue {
  /// The value as one text; what counts in any order is sorted.
  public var content: String {
    let parts = elements.filter { !$0.isBookkeeping }
    let texts = CollectedElement.content(of: parts)
    switch shape {
    case .string, .list, .array, .json: return "\(name) \(texts.joined(separator: ";"))"
    case .stream:
      // Entries come in order; what follows them may come in any.
      let entries = texts.filter { $0.hasPrefix("entry") || $0.hasPrefix("last") }
      let others = texts.filter { !$0.hasPrefix("entry") && !$0.hasPrefix("last") }.sorted()
      return "\(name) \(entries.joined(separator: ";")) \(others.joined(separator: ";"))"
    case .module where !isKnownModule, .cron, .gcra:
      return "\(name) \(texts.joined(separator: ";"))"
    default: return "\(name) \(texts.sorted().joined(separator: ";"))"
    }
  }

  private var name: String { shape?.name ?? "?" }

  private var isKnownModule: Bool {
    if case .module(.values)? = elements.first { return false }
    return true
  }
}

extension CollectedElement {
  /// Whether it tells nothing of what a client would read.
  fileprivate var isBookkeeping: Bool {
    switch self {
    case .stream(.entry(_, isDeleted: true, _)), .stream(.idmp), .stream(.producer(_, messages: 0)):
      true
    default: false
    }
  }

  /// Each part with what it belongs to.
  fileprivate static func content(of parts: [CollectedElement]) -> [String] {
    var texts: [String] = []
    var group = ""
    var owner = ""
    for part in parts {
      switch part {
      case .item(let item), .expiringItem(let item, nil): texts.append(spelled(item))
      case .expiringItem(let item, let expiry?): texts.append("\(spelled(item)) until \(expiry)")
      case .pair(let field, let value), .expiringPair(let field, let value, nil):
        texts.append("\(spelled(field))=\(spelled(value))")
      case .expiringPair(let field, let value, let expiry?):
        texts.append("\(spelled(field))=\(spelled(value)) until \(expiry)")
      case .member(let member, let bits):
        let score = Double(bitPattern: bits)
        texts.append("\(spelled(member)) \(score == 0 ? 0 : score)")
      case .stream(let part): texts += content(of: part, &group, &owner)
      case .module(let part): content(of: part, &texts)
      case .slot(let index, let text): texts.append("\(index) \(spelled(text))")
      default: texts.append("\(part)")
      }
    }
    return texts
  }

  private static func content(
    of part: CollectedStreamPart, _ group: inout String, _ owner: inout String
  ) -> [String] {
    switch part {
    case .info(let info): return ["last \(info.lastID.description)"]
    case .entry(let id, _, let fields):
      return ["entry \(id.description) \(fields.map(spelled).joined(separator: ","))"]
    case .group(let name, let info):
      group = spelled(name)
      return ["group \(group) \(info.lastID.description)"]
    case .consumer(let name, _):
      owner = spelled(name)
      return ["consumer \(group) \(owner)"]
    case .pending(let entry, let who):
      let name = who == .consumer ? owner : "nobody"
      return [
        "pending \(group) \(name) \(entry.id.description) \(entry.delivered.rawValue) "
          + "\(entry.deliveries)"
      ]
    case .producer(let name, _):
      owner = spelled(name)
      return []
    case .message(let name, let id):
      return ["message \(owner) \(spelled(name)) \(id.description)"]
    case .idmp: return []
    }
  }

  private static func content(of part: CollectedModulePart, _ texts: inout [String]) {
    switch part {
    case .tairHash: texts.append("tairhash")
    case .tairSortedSet: texts.append("tairzset")
    case .tairMember(let member): texts.append(spelled(member))
    case .tairScore(let bits):
      let score = Double(bitPattern: bits)
      texts[texts.count - 1] += " \(score == 0 ? 0 : score)"
    default: texts.append("\(part)")
    }
  }

  private static func spelled(_ bytes: [UInt8]) -> String {
    // A character for each byte; the count tells where the text ends.
    "\(bytes.count):" + String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }
}
