import RDB
import Restore

/// One way of reading the patterns, for its count only.
final class KeyReader {
  private var selector: RecordSelector

  init(_ filter: RecordFilter, now: UnixMilliseconds) {
    selector = RecordSelector(Selection(filter: filter, now: now, keepsExpired: true))
  }

  func selects(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) -> Bool {
    let answer = try selector.disposition(of: record, in: bytes, context: context)
    if case .restore = answer { return true }
    return false
  }
}
