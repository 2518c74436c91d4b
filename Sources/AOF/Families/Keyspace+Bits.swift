// Bits of strings: SETBIT, BITFIELD, BITOP.

import RDB

extension Keyspace {
  func runBits(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    switch verb {
    case .setBit:
      let field = BitField(isSigned: false, width: 1, offset: try arguments.count(2))
      let value = try arguments.integer(3)
      guard value == 0 || value == 1, field.isValid else { throw .rejected }
      try growBits(arguments[1], field)
      try change(arguments[1]) { field.write(value, to: &$0) }
    case .bitField: try changeFields(arguments)
    default: try combineBits(arguments)
    }
  }

  private func growBits(_ key: StringPlace, _ field: BitField) throws(CommandFailure) {
    try grow(key, to: field.byteCount, adding: 0)
  }

  /// BITFIELD key [OVERFLOW kind] [SET type offset value | INCRBY type offset number | GET …] ….
  private func changeFields(_ arguments: Arguments) throws(CommandFailure) {
    var overflow = BitField.Overflow.wrap
    var changes: [(BitField, BitField.Overflow, Bool, Int64)] = []
    var index = 2
    while index < arguments.count {
      if arguments.isWord(index, "OVERFLOW") {
        overflow =
          arguments.isWord(index + 1, "SAT")
          ? .saturate : arguments.isWord(index + 1, "FAIL") ? .fail : .wrap
        index += 2
        continue
      }
      let isGet = arguments.isWord(index, "GET")
      try arguments.require(index + (isGet ? 3 : 4))
      if !isGet {
        let field = try field(arguments, index + 1)
        let adds = arguments.isWord(index, "INCRBY")
        changes.append((field, overflow, adds, try arguments.integer(index + 3)))
      }
      index += isGet ? 3 : 4
    }
    for (field, overflow, adds, number) in changes {
      try growBits(arguments[1], field)
      try change(arguments[1]) { bytes in
        field.extend(&bytes)
        let old = field.read(bytes)
        if let new = field.result(of: number, addedTo: adds ? old : 0, overflow) {
          field.write(new, to: &bytes)
        }
      }
    }
  }

  /// A type such as `u8` or `i5`, and an offset, or `#` and a number of such fields..
  private func field(_ arguments: Arguments, _ index: Int) throws(CommandFailure) -> BitField {
    let type = String(decoding: parts.array(arguments[index]).prefix(4), as: UTF8.self)
    let offset = String(decoding: parts.array(arguments[index + 1]).prefix(24), as: UTF8.self)
    guard let width = Int(type.dropFirst()), (1...64).contains(width) else { throw .rejected }
    let isCounted = offset.first == "#"
    guard let number = Int(isCounted ? offset.dropFirst() : Substring(offset)), number >= 0,
      number < 1 << 36
    else { throw .rejected }
    let isSigned = type.first == "i" || type.first == "I"
    let field = BitField(
      isSigned: isSigned, width: width, offset: isCounted ? number * width : number)
    guard field.isValid else { throw .rejected }
    return field
  }

  /// BITOP operation target source ….
  private func combineBits(_ arguments: Arguments) throws(CommandFailure) {
    var sources: [[UInt8]] = []
    for key in arguments.places.dropFirst(3) {
      sources.append(
        try held(by: entry(key), as: StringValue.self).map {
          $0.withBytes(parts) { [UInt8](copying: $0) }
        } ?? [])
    }
    guard let operation = BitOperation(parts.array(arguments[1])) else {
      throw .inexact(cause(.unknownCommand))
    }
    let result = operation.combine(sources)
    put(arguments[2], result.isEmpty ? .absent : .string(StringValue(result)))
  }
}

/// A BITOP..
enum BitOperation: String {
  case and = "AND"
  case or = "OR"
  case xor = "XOR"
  case not = "NOT"
  /// Redis 8.2: in the first and in no other; in another and not in the first; in the first and in
  /// another; in exactly one.
  case diff = "DIFF"
  case diff1 = "DIFF1"
  case andOr = "ANDOR"
  case one = "ONE"

  init?(_ name: [UInt8]) {
    self.init(rawValue: String(decoding: name.prefix(8).map(\.upperLetter), as: UTF8.self))
  }

  /// The bytes of a result, which is as long as the longest source.
  func combine(_ sources: [[UInt8]]) -> [UInt8] {
    let length = sources.map(\.count).max() ?? 0
    return (0..<length).map { index in
      combine(sources.map { index < $0.count ? $0[index] : 0 })
    }
  }

  private func combine(_ bytes: [UInt8]) -> UInt8 {
    let first = bytes.first ?? 0
    let rest = bytes.dropFirst()
    let others = rest.reduce(0, |)
    switch self {
    case .and: return rest.reduce(first, &)
    case .or: return first | others
    case .xor: return rest.reduce(first, ^)
    case .not: return ~first
    case .diff: return first & ~others
    case .diff1: return others & ~first
    case .andOr: return first & others
    case .one:
      var (once, more): (UInt8, UInt8) = (0, 0)
      for byte in bytes {
        more |= once & byte
        once = (once | byte) & ~more
      }
      return once
    }
  }
}

/// A number of some bits in a string, the most significant first.
struct BitField {
  /// What becomes of a number that does not fit.
  enum Overflow {
    case wrap
    case saturate
    case fail
  }

  let isSigned: Bool
  let width: Int
  let offset: Int

  /// Whether the field lies in what a string may hold.
  var isValid: Bool { offset >= 0 && offset < 1 << 35 && (isSigned || width < 64) }

  /// Bytes that a string needs to hold it.
  var byteCount: Int { (offset + width + 7) / 8 }

  func extend(_ bytes: inout [UInt8]) {
    if bytes.count < byteCount {
      bytes += [UInt8](repeating: 0, count: byteCount - bytes.count)
    }
  }

  func read(_ bytes: [UInt8]) -> Int64 {
    var value: UInt64 = 0
    for bit in offset..<(offset + width) {
      let byte = bit / 8 < bytes.count ? bytes[bit / 8] : 0
      value = value << 1 | UInt64(byte >> UInt8(7 - bit % 8) & 1)
    }
    return signed(value)
  }

  func write(_ value: Int64, to bytes: inout [UInt8]) {
    extend(&bytes)
    var rest = UInt64(bitPattern: value)
    for bit in (offset..<(offset + width)).reversed() {
      let mask = UInt8(1) << UInt8(7 - bit % 8)
      if rest & 1 == 1 { bytes[bit / 8] |= mask } else { bytes[bit / 8] &= ~mask }
      rest >>= 1
    }
  }

  private func signed(_ bits: UInt64) -> Int64 {
    guard isSigned, width < 64, bits >> UInt64(width - 1) & 1 == 1 else {
      return Int64(bitPattern: bits)
    }
    return Int64(bitPattern: bits | ~UInt64(0) << UInt64(width))
  }

  /// The sum as the field holds it; nil where it does not fit and nothing is to change.
  func result(of number: Int64, addedTo old: Int64, _ overflow: Overflow) -> Int64? {
    let sum = Int128(old) + Int128(number)
    let least: Int128 = isSigned ? -(1 << Int128(width - 1)) : 0
    let most: Int128 = (1 << Int128(isSigned ? width - 1 : width)) - 1
    if (least...most).contains(sum) { return Int64(truncatingIfNeeded: sum) }
    switch overflow {
    case .fail: return nil
    case .saturate: return Int64(truncatingIfNeeded: sum < least ? least : most)
    case .wrap:
      let mask = width == 64 ? ~UInt64(0) : 1 << UInt64(width) - 1
      return signed(UInt64(truncatingIfNeeded: sum) & mask)
    }
  }
}
