// Module values: the file needs no module to be read.
//
//   len module id, then opcodes: 0 end, 1 signed and 2 unsigned (len), 3 float (4 bytes),
//   4 double (8 bytes), 5 string
//
// Values of a few modules are told in their own words (WalkTair.swift), if their opcodes are those of
// the layout; all others by opcode.

func walkModule<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  let id = ModuleID(try bytes.readLength(&at))
  sink.begin(.module, count: nil)
  guard Sink.opens(.modules) else { return try bytes.skipModuleValues(&at) }
  for layout in ModuleLayout.layouts(of: id) where layout.fits(bytes, at) {
    return try layout.walk(in: bytes, &at, &sink)
  }
  if Sink.checks, let layout = ModuleLayout.certain(id) {
    // It does not fit, and so throws.
    return try layout.walk(in: bytes, &at, &sink)
  }
  try sink.module(.values(id), in: bytes)
  while let value = try bytes.readModuleValue(&at) { try sink.module(.value(value), in: bytes) }
}

extension RawSpan {
  /// Steps over module values up to their end opcode.
  func skipModuleValues(_ at: inout Int) throws(RDBError) {
    while true {
      let place = at
      switch try readLength(&at) {
      case 0: return
      case 1, 2: _ = try readLength(&at)
      case 3: _ = try take(4, &at)
      case 4: _ = try take(8, &at)
      case 5: try skipString(&at)
      case let opcode: throw RDBError(.badModule, at: place, number: opcode)
      }
    }
  }

  /// The next module value; nil at the end opcode.
  func readModuleValue(_ at: inout Int) throws(RDBError) -> ModuleValue? {
    let place = at
    switch try readLength(&at) {
    case 0: return nil
    case 1: return .signed(Int64(bitPattern: try readLength(&at)))
    case 2: return .unsigned(try readLength(&at))
    case 3: return .float(Float(bitPattern: try read(&at, littleEndian: UInt32.self)))
    case 4: return .double(try readDouble(&at))
    case 5: return .string(try readString(&at))
    case let opcode: throw RDBError(.badModule, at: place, number: opcode)
    }
  }

  /// A module value that must be an unsigned number.
  /// - Throws: `.badModule` where another stands, with its opcode.
  func readModuleUnsigned(_ at: inout Int) throws(RDBError) -> UInt64 {
    let place = at
    let value = try readModuleValue(&at)
    guard case .unsigned(let number) = value else { throw .unfit(value, at: place) }
    return number
  }

  /// A module value that must be a double.
  func readModuleDouble(_ at: inout Int) throws(RDBError) -> Double {
    let place = at
    let value = try readModuleValue(&at)
    guard case .double(let number) = value else { throw .unfit(value, at: place) }
    return number
  }

  /// A module value that must be a string.
  func readModuleString(_ at: inout Int) throws(RDBError) -> StringObject {
    let place = at
    let value = try readModuleValue(&at)
    guard case .string(let string) = value else { throw .unfit(value, at: place) }
    return string
  }

  /// The end opcode, which must be next.
  func readModuleEnd(_ at: inout Int) throws(RDBError) {
    let place = at
    let value = try readModuleValue(&at)
    guard value == nil else { throw .unfit(value, at: place) }
  }
}

extension RDBError {
  /// A module value where another had to be.
  fileprivate static func unfit(_ value: ModuleValue?, at place: Int) -> RDBError {
    RDBError(.badModule, at: place, number: value?.opcode ?? 0)
  }
}
