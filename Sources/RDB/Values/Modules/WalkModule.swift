// Module values: the file needs no module to be read.
//
//   len module id, then opcodes: 0 end, 1 signed and 2 unsigned (len), 3 float (4 bytes),
//   4 double (8 bytes), 5 string
//
// Values of a few modules are passed as their own parts (WalkTair.swift), if their opcodes match
// the layout; all others by opcode.

func walkModule<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  let id = ModuleID(try bytes.readLength(&at))
  sink.begin(.module, count: nil)
  guard Sink.accepts(.modules) else { return try bytes.skipModuleValues(&at) }
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
      let number = try readLength(&at)
      switch ModuleOpcode(rawValue: number) {
      case .end: return
      case .signed, .unsigned: _ = try readLength(&at)
      case .float: _ = try take(4, &at)
      case .double: _ = try take(8, &at)
      case .string: try skipString(&at)
      case nil: throw RDBError(.badModule, at: place, number: number)
      }
    }
  }

  /// The next module value; nil at the end opcode.
  func readModuleValue(_ at: inout Int) throws(RDBError) -> ModuleValue? {
    let place = at
    let number = try readLength(&at)
    switch ModuleOpcode(rawValue: number) {
    case .end: return nil
    case .signed: return .signed(Int64(bitPattern: try readLength(&at)))
    case .unsigned: return .unsigned(try readLength(&at))
    case .float: return .float(Float(bitPattern: try read(&at, littleEndian: UInt32.self)))
    case .double: return .double(try readDouble(&at))
    case .string: return .string(try readString(&at))
    case nil: throw RDBError(.badModule, at: place, number: number)
    }
  }

  /// A module value that must be an unsigned number.
  /// - Throws: `.badModule`, with the opcode that was found.
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
    RDBError(.badModule, at: place, number: (value?.opcode ?? .end).rawValue)
  }
}
