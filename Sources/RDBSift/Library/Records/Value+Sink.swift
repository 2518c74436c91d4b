// The door for sinks of one's own: the walk itself, without a string made per element.

public import RDB

extension Record.Value {
  /// Walks the value into a sink: the fastest way to read it, and the one with everything that it has.
  ///
  /// - Parameter sink: What takes the elements; their places are in the bytes that it is given with them.
  /// - Throws: What is wrong with the value, or what the sink throws; offsets are bytes from the start of the RDB data.
  public func walk<Sink: ValueSink & ~Copyable>(into sink: inout Sink) throws(RDBError) {
    var scratch = Scratch()
    try walk(into: &sink, using: &scratch)
  }

  /// Walks the value into a sink, with scratch memory that serves many values.
  ///
  /// - Parameters:
  ///   - sink: What takes the elements; their places are in the bytes that it is given with them.
  ///   - scratch: Memory for packed structures; one for each thread.
  /// - Throws: What is wrong with the value, or what the sink throws; offsets are bytes from the start of the RDB data.
  public func walk<Sink: ValueSink & ~Copyable>(
    into sink: inout Sink, using scratch: inout Scratch
  ) throws(RDBError) {
    let start = record.bytes.start
    do throws(RDBError) {
      try record.bytes.withBytes { (span) throws(RDBError) in
        var at = record.record.valueOffset
        try RDB.walk(
          record.record.type, record.context, in: span, at: &at, scratch: &scratch, into: &sink)
      }
    } catch {
      throw error.moved(by: start)
    }
  }
}
