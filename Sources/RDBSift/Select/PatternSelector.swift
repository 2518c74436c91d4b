import RDB
import Restore

/// Selects by a single pattern, whatever their expiry.
final class PatternSelector {
  private var selector: RecordSelector

  init(_ filter: RecordFilter, now: UnixMilliseconds) {
    selector = RecordSelector(RestoreSelection(filter: filter, now: now, keepsExpired: true))
  }

  func selects(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) -> Bool {
    let answer = try selector.disposition(of: record, in: bytes, context: context)
    if case .restore = answer { return true }
    return false
  }
}
