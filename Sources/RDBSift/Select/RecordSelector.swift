// The one place where a record meets the plan: its key is lent to it where it stands, or spelled out
// where it is stored as a number or compressed.

package import Export
package import RDB
package import Restore

/// Asks the plan about records.
package struct RecordSelector: ~Copyable {
  /// The plan.
  private(set) var plan: RestorePlan
  private var scratch = Scratch()
  /// Nothing is asked for in particular, so only expiries decide.
  private let takesAll: Bool
  /// A later expiry is kept as it is, without asking.
  private let keepsAfter: Int64
  /// Elements that are asked for, where values have to be opened to know theirs.
  private let elements: NumberRange?
  /// Keys that may still be restored; nil for any number.
  private var left: UInt64?
  /// Neither elements nor a limit: the plan's answer is the last word.
  private let planDecides: Bool

  /// Makes a selector for one thread.
  package init(_ selection: Selection) {
    plan = RestorePlan(selection)
    let filter = selection.filter
    takesAll = filter.selectsEverything && filter.slots == nil && selection.limit == nil
    elements = filter.measures.elements
    left = selection.limit
    planDecides = elements == nil && left == nil
    keepsAfter = selection.keepsAfter
  }

  /// The number of the pattern that selected the last key; nil if none did or there are none.
  package var lastMatch: Int? { plan.lastMatch }

  /// Whether records have to come in the file's order, all of them to this selector.
  package var needsOrder: Bool { left != nil }

  /// What becomes of a record whose bytes are in `bytes`.
  /// - Throws: Damage to the key, or a pattern that gave up on it.
  @inline(__always)
  package mutating func disposition(
    of record: RDBRecord, in bytes: RawSpan, context: ValueContext
  ) throws(JobFailure) -> Disposition {
    if takesAll {
      guard record.flags.contains(.expiry) else { return .restore(expiry: nil) }
      if record.expiryMilliseconds > keepsAfter {
        return .restore(expiry: UnixMilliseconds(record.expiryMilliseconds))
      }
      return plan.selection.disposition(ofExpiry: record.expiry)
    }
    let answer = try planned(record, in: bytes, context: context)
    return planDecides
      ? answer : try settled(answer, record, in: bytes, context: context)
  }

  /// What the plan says.
  @inline(__always)
  private mutating func planned(
    _ record: RDBRecord, in bytes: RawSpan, context: ValueContext
  ) throws(JobFailure) -> Disposition {
    plan.dialect = context.dialect
    guard let raw = record.rawKey else { return try packed(record, in: bytes) }
    let key = bytes.extracting(raw.offset..<raw.end)
    do throws(KeyMatchError) {
      return try plan.disposition(of: record, key: key, in: bytes)
    } catch {
      throw .pattern(
        error, text: text(of: error), key: Array(copying: key), offset: record.start)
    }
  }

  /// The text of the pattern that an error is about.
  private func text(of error: KeyMatchError) -> [UInt8] {
    let filter = plan.selection.filter
    let patterns = error.excludes ? filter.excluded.patterns : filter.keys.patterns
    return patterns.indices.contains(error.pattern) ? patterns[error.pattern].bytes : []
  }

  /// The plan's answer, after elements were counted where the layout does not tell them, and after
  /// the limit.
  @inline(never)
  private mutating func settled(
    _ answer: Disposition, _ record: RDBRecord, in bytes: RawSpan,
    context: ValueContext
  ) throws(JobFailure) -> Disposition {
    if case .skip(let reason) = answer, reason.isNotSelected { return answer }
    if let elements, record.elements == nil {
      let count = try counted(record, in: bytes, context: context)
      guard let count, elements.contains(Int64(clamping: count)) else { return .skip(.measure) }
    }
    guard case .restore = answer, let left else { return answer }
    guard left > 0 else { return .skip(.limit) }
    self.left = left - 1
    return answer
  }

  /// The elements of a value, counted by walking it; nil for a value that is not opened.
  private mutating func counted(
    _ record: RDBRecord, in bytes: RawSpan, context: ValueContext
  ) throws(JobFailure) -> UInt64? {
    guard record.type.isDecoded(in: context.dialect) else { return nil }
    var sink = CheckSink()
    var at = record.valueOffset
    do throws(RDBError) {
      try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
      return sink.elements
    } catch {
      let key = record.readableKey(in: bytes)
      throw .damage(
        Damage(error, in: record, key: key, fileSize: bytes.byteCount))
    }
  }

  /// What becomes of each record of a batch.
  ///
  /// - Parameters:
  ///   - records: The records.
  ///   - bytes: A part of the file that holds them.
  ///   - context: What the file says about the meaning of types.
  ///   - actions: A row that is made as long as the batch, at least.
  ///   - tell: Called for each record in order, with the number of the pattern that selected it.
  /// - Returns: How many were decided, and what kept the next from it.
  @inline(__always)
  package mutating func decide(
    _ records: Span<RDBRecord>, in bytes: RawSpan, context: ValueContext,
    into actions: inout [RecordAction], _ tell: (RDBRecord, Disposition, Int?) -> Void
  ) -> (decided: Int, failure: JobFailure?) {
    while actions.count < records.count { actions.append(.leftOut) }
    var places = actions.mutableSpan
    for index in records.indices {
      do throws(JobFailure) {
        let record = records[index]
        let disposition = try disposition(of: record, in: bytes, context: context)
        tell(record, disposition, takesAll ? nil : plan.lastMatch)
        if case .restore(let expiry) = disposition {
          places[index] = .written(until: expiry)
        } else {
          places[index] = .leftOut
        }
      } catch {
        return (index, error)
      }
    }
    return (records.count, nil)
  }

  @inline(never)
  private mutating func packed(
    _ record: RDBRecord, in bytes: RawSpan
  ) throws(JobFailure) -> Disposition {
    var failure: (error: KeyMatchError, key: [UInt8])?
    var answer = Disposition.skip(.key)
    do throws(RDBError) {
      let key = try record.key(in: bytes)
      try scratch.withBytes(of: key, in: bytes) { (text) throws(RDBError) in
        do throws(KeyMatchError) {
          answer = try plan.disposition(of: record, key: text, in: bytes)
        } catch {
          failure = (error, Array(copying: text))
        }
      }
    } catch {
      let size = bytes.byteCount
      throw .damage(Damage(error, in: record, key: nil, fileSize: size))
    }
    if let failure {
      throw .pattern(
        failure.error, text: text(of: failure.error), key: failure.key, offset: record.start)
    }
    return answer
  }
}
