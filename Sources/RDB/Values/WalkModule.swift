// Module values, stepped over by their opcodes: the file needs no module to be read.
//
//   len module id, then opcodes: 0 end, 1 signed and 2 unsigned (len), 3 float (4 bytes),
//   4 double (8 bytes), 5 string

func walkModule<Sink: ValueSink & ~Copyable>(
  in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  _ = try bytes.readLength(&at)
  sink.begin(.module, count: nil)
  try bytes.skipModuleValues(&at)
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
}
