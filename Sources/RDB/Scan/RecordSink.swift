// What a scan pours into. The grammar is written once, in the scanner; who only counts is spared the
// cost of records that are stored and read again.

/// Takes what a scan reads.
///
/// The scanner is compiled anew for each sink of this module, so that a record is a handful of
/// registers until the sink keeps it, and what the sink does not look at is never computed.
protocol RecordSink: ~Copyable {
  associatedtype Run: RecordRun
  /// Whether there is no room for anything more.
  var isFull: Bool { get }
  /// Whether it holds records that are still to be used with the context they were read in.
  var needsContext: Bool { get }
  /// Takes a record of `bytes`.
  mutating func take(_ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect)
  /// Takes what stands between records.
  mutating func take(_ event: RDBEvent)

  /// Makes a run, which takes records in its stead for a while.
  func beginRun() -> Run
  /// Takes what came into the run: records of one database, which take so many bytes.
  mutating func endRun(
    _ run: Run, of byteCount: Int, in bytes: RawSpan, database: UInt32, _ dialect: RDBDialect)
}

/// Takes short strings that follow each other: numbers only, so that they stay in registers.
protocol RecordRun: BitwiseCopyable {
  /// Whether there is no room for another.
  var isFull: Bool { get }
  /// Takes a string.
  mutating func take(_ record: RDBRecord)
}
