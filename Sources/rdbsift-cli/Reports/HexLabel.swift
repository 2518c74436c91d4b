// The labels of a hex view: the role of each part of a record and its decoded value.

import Export
import RDB
import RDBSift

/// The label of a part of a record.
struct HexLabel {
  let dialect: RDBDialect

  /// The label of a part.
  func text(_ part: TracePart, of bytes: RawSpan) -> String {
    let role = part.role?.rawValue
    switch part.kind {
    case .attribute(let opcode): return attribute(opcode, part, bytes)
    case .type(let type):
      let name = type.shape(in: dialect)?.name ?? "?"
      return "type \(type.rawValue): \(name) \(type.encoding(in: dialect).name)"
    case .keyHead: return "key length, or the key as an integer"
    case .key: return "key"
    case .stringHead(.lzf(let place, let count)):
      switch part.role {
      case .lzfPacked?: return "\(role ?? ""): \(Formatting.count(place.count))"
      case .lzfPlain?: return "\(role ?? ""): \(Formatting.count(count))"
      default: return role ?? "LZF"
      }
    case .stringHead(let string):
      return "length \(Formatting.count(string.count)): \(role ?? "string")"
    case .integer(let value): return "\(role ?? "string") as an integer: \(value)"
    case .string: return role ?? "string"
    case .lzf: return "LZF data: \(role ?? "string")"
    case .number(let value): return number(value, part.role)
    case .fixed, .packedHead: return fixed(part, bytes)
    case .previousLength: return "prevlen"
    case .entryHead: return "encoding and length: \(role ?? "entry")"
    case .entryInteger(let value):
      return "\(role ?? "entry"): \(spelled(value, isTime: part.role?.numberEncoding == .time))"
    case .entry: return role ?? "entry"
    case .backLength: return "backlen"
    case .unused: return "unused"
    case .packedEnd: return role ?? "end"
    }
  }

  /// A number that is spelled as a length.
  private func number(_ value: UInt64, _ role: PartRole?) -> String {
    let name = role?.rawValue ?? "number"
    switch role {
    case .moduleID?:
      let module = ModuleID(value)
      return "\(name): \(Formatting.key(Array(module.name.utf8))) \(module.version)"
    case .fieldExpiry? where value > 0 && value <= UInt64(Int64.max):
      return "\(name): \(spelled(Int64(value), isTime: true))"
    // −1 means that the server does not know the number.
    case .entriesRead? where value == .max: return "\(name): unknown"
    default: return "\(name): \(value)"
    }
  }

  /// A number of a fixed width.
  private func fixed(_ part: TracePart, _ bytes: RawSpan) -> String {
    let name = part.role?.rawValue ?? "fixed width"
    // The rest of a large value is one part.
    guard let spelling = part.role?.numberEncoding, part.place.count <= 8 else { return name }
    let field = [UInt8](copying: bytes.extracting(part.place.range))
    let little = field.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << ($1.offset * 8) }
    switch spelling {
    case .bigEndian: return "\(name): \(field.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })"
    case .littleEndian: return "\(name): \(little)"
    case .time: return "\(name): \(spelled(Int64(bitPattern: little), isTime: true))"
    case .double:
      return field.count == 8 ? "\(name): \(Double(bitPattern: little))" : name
    }
  }

  private func spelled(_ number: Int64, isTime: Bool) -> String {
    // 0 and −1 mean no time.
    isTime && number > 0 ? Formatting.instant(milliseconds: number) : "\(number)"
  }

  private func attribute(_ opcode: RDBOpcode, _ part: TracePart, _ bytes: RawSpan) -> String {
    let body = bytes.extracting(part.place.range).extracting(droppingFirst: 1)
    let number = [UInt8](copying: body.extracting(first: min(8, body.byteCount)))
    let little = number.enumerated().reduce(UInt64(0)) {
      $0 | UInt64($1.element) << ($1.offset * 8)
    }
    switch opcode {
    case .expireTimeMS: return "EXPIRETIME_MS: \(spelled(Int64(bitPattern: little), isTime: true))"
    case .expireTime:
      let seconds = Int64(Int32(truncatingIfNeeded: little))
      return "EXPIRETIME: \(spelled(seconds * 1000, isTime: true))"
    case .freq: return "FREQ: \(little)"
    case .idle: return "IDLE, seconds"
    case .keyMetaOrSlotImport: return "module metadata of the key"
    case .enterpriseSlot: return "slot (Redis Enterprise)"
    case .enterpriseLRU: return "last access (Redis Enterprise)"
    case .dragonflyMask: return "flags (Dragonfly)"
    default: return "opcode \(opcode.rawValue)"
    }
  }
}
