// The receiver of a scan. The grammar is written once, in the scanner; counting avoids the
// cost of storing records and reading them again.

/// Takes what a scan reads.
///
/// The scanner is specialised for each sink of this module, so that a record stays in a few
/// registers until the sink keeps it, and fields that the sink does not use are never computed.
protocol RecordSink: ~Copyable {
  associatedtype Run: RecordRun
  /// Whether it can take nothing more.
  var isFull: Bool { get }
  /// Whether it holds records that must be used with the context they were read in.
  var needsContext: Bool { get }
  /// Takes a record of `bytes`.
  mutating func take(_ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect)
  /// Takes an event.
  mutating func take(_ event: RDBEvent)

  /// Makes a run, which takes records in its stead for a while.
  func beginRun() -> Run
  /// Takes what came into the run: records of one database, which take so many bytes.
  mutating func endRun(
    _ run: Run, of byteCount: Int, in bytes: RawSpan, database: UInt32, _ dialect: RDBDialect)
}

/// Takes short strings that follow each other: numbers only, so that they stay in registers.
protocol RecordRun: BitwiseCopyable {
  /// Whether it can take no more.
  var isFull: Bool { get }
  /// Takes a string.
  mutating func take(_ record: RDBRecord)
}
