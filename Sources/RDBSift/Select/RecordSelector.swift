// Applies the restore plan to records. A key is passed in place, or unpacked if it is stored as an integer
// or compressed.

package import Export
package import RDB
package import Restore

/// Decides the disposition of records.
package struct RecordSelector: ~Copyable {
  private(set) var plan: RestorePlan
  private var scratch = Scratch()
  /// Whether there are no filters, so that only the expiry decides.
  private let takesAll: Bool
  /// Expiries after this moment (Unix milliseconds) are kept unchanged.
  private let keepsAfter: Int64
  /// The range of element counts to select; nil for any.
  private let elements: NumberRange?
  /// Keys left until the limit; nil for no limit.
  private var left: UInt64?
  /// Whether the plan alone decides: there is no element filter and no limit.
  private let planDecides: Bool

  /// Makes a selector for one thread.
  package init(_ selection: RestoreSelection) {
    plan = RestorePlan(selection)
    let filter = selection.filter
    takesAll =
      filter.selectsEverything && filter.slots == nil && selection.limit == nil
      && selection.replacement == nil
    elements = filter.measures.elements
    left = selection.limit
    planDecides = elements == nil && left == nil
    keepsAfter = selection.keepsAfter
  }

  /// The number of the pattern that selected the last key; nil if none did.
  package var lastMatch: Int? { plan.lastMatch }

  /// Whether values are decoded to decide.
  package var readsValues: Bool { elements != nil }

  /// Whether this selector must see all records in file order.
  package var needsOrder: Bool { left != nil }

  /// The disposition of a record in `bytes`.
  /// - Throws: Damage to the key, or a pattern that hit its match limit.
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

  /// The disposition according to the plan.
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

  /// The text of the pattern that caused an error.
  private func text(of error: KeyMatchError) -> [UInt8] {
    let filter = plan.selection.filter
    let patterns = error.excludes ? filter.excluded.patterns : filter.keys.patterns
    return patterns.indices.contains(error.pattern) ? patterns[error.pattern].bytes : []
  }

  /// Applies the element filter and the limit to the plan's answer.
  ///
  /// Values without a stored count are
  /// decoded to count their elements.
  @inline(never)
  private mutating func settled(
    _ answer: Disposition, _ record: RDBRecord, in bytes: RawSpan,
    context: ValueContext
  ) throws(JobFailure) -> Disposition {
    if case .skip(let reason) = answer, reason.isNotSelected { return answer }
    if let elements, record.elements == nil {
      let count = try record.countedElements(in: bytes, context, scratch: &scratch)
      guard let count, elements.contains(Int64(clamping: count)) else { return .skip(.measure) }
    }
    guard case .restore = answer, let left else { return answer }
    guard left > 0 else { return .skip(.limit) }
    self.left = left - 1
    return answer
  }

  /// Decides the action for each record of a batch.
  ///
  /// - Parameters:
  ///   - records: The records.
  ///   - bytes: The bytes that hold the records.
  ///   - context: The context for decoding values.
  ///   - actions: Receives the actions; grows to the length of the batch if it is shorter.
  ///   - observe: Called for each record in order, with the number of the pattern that selected it.
  /// - Returns: The number of records decided, and the failure that ended early.
  @inline(__always)
  package mutating func decide(
    _ records: Span<RDBRecord>, in bytes: RawSpan, context: ValueContext,
    into actions: inout [RecordAction], _ observe: (RDBRecord, Disposition, Int?) -> Void
  ) -> (decided: Int, failure: JobFailure?) {
    while actions.count < records.count { actions.append(.leftOut) }
    var places = actions.mutableSpan
    for index in records.indices {
      do throws(JobFailure) {
        let record = records[index]
        let disposition = try disposition(of: record, in: bytes, context: context)
        observe(record, disposition, takesAll ? nil : plan.lastMatch)
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
