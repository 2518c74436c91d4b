// Walks a value of a test, stepped over and looked at.

import TestSupport

@testable import RDB

/// A value spelled by a builder.
func value(_ spell: (inout RDBBuilder) -> Void) -> [UInt8] {
  var builder = RDBBuilder.bare
  spell(&builder)
  return builder.bytes
}

/// A value that is one string.
func packed(_ blob: [UInt8]) -> [UInt8] { value { $0.string(blob) } }

/// Where stepping over a value ends, and the elements its layout tells of.
func skip(
  _ type: UInt8, _ bytes: [UInt8], _ context: ValueContext = ValueContext()
) throws(RDBError) -> (end: Int, elements: UInt64?) {
  try bytes.withRawSpan { (span) throws(RDBError) in
    var sink = SkipSink()
    var scratch = Scratch()
    var at = 0
    try walk(RDBType(type), context, in: span, at: &at, scratch: &scratch, into: &sink)
    return (at, sink.count == .max ? nil : sink.count)
  }
}

/// Where checking a value ends, and the elements that were seen.
func check(
  _ type: UInt8, _ bytes: [UInt8], _ context: ValueContext = ValueContext()
) throws(RDBError) -> (end: Int, elements: UInt64) {
  try bytes.withRawSpan { (span) throws(RDBError) in
    var sink = CheckSink()
    var scratch = Scratch()
    var at = 0
    try walk(RDBType(type), context, in: span, at: &at, scratch: &scratch, into: &sink)
    return (at, sink.elements)
  }
}

/// How stepping over a value fails, or nil.
func skipFailure(
  _ type: UInt8, _ bytes: [UInt8], _ context: ValueContext = ValueContext()
) -> RDBError? {
  failure { () throws(RDBError) in try skip(type, bytes, context) }
}

/// How checking a value fails, or nil.
func checkFailure(
  _ type: UInt8, _ bytes: [UInt8], _ context: ValueContext = ValueContext()
) -> RDBError? {
  failure { () throws(RDBError) in try check(type, bytes, context) }
}
