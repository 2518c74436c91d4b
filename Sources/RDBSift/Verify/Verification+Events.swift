// What stands between records is looked at too, and what the file says of cluster slots is kept, to be
// compared with its keys.

import RDB

extension VerificationSummary {
  private static let slotInfo = Array("slot-info".utf8)

  /// Looks at what stands between the records of a batch.
  mutating func look(atEventsOf batch: borrowing RecordBatch, in bytes: RawSpan) {
    guard !batch.events.isEmpty else { return }
    var check = EventCheck()
    for (index, event) in batch.events {
      let database = database(at: index, of: batch)
      do throws(RDBError) {
        try check.check(event, in: bytes)
      } catch {
        let error = error
        let damage = Damage(
          error, between: error.offset, database: database, fileSize: bytes.byteCount)
        findings.append(Finding(damage))
      }
      guard let hint = VerificationSummary.hint(event, in: bytes) else { continue }
      let place = place(at: index, of: batch) ?? 0
      counts.add(hint.slot, keys: hint.keys, database: database, at: place)
    }
  }

  /// What an event says of a cluster slot; nil if it is about something else.
  private static func hint(
    _ event: RDBEvent, in bytes: RawSpan
  ) -> (slot: UInt64, keys: UInt64)? {
    switch event {
    case .slotInfo(let slot, let keys, _): return (slot, keys)
    case .aux(let name, let value):
      guard name.spelled(in: bytes) == slotInfo,
        let text = value.spelled(in: bytes)
      else { return nil }
      let numbers = text.split(separator: 0x2c).map { UInt64(String(decoding: $0, as: UTF8.self)) }
      guard numbers.count >= 3, let slot = numbers[0], let keys = numbers[1] else { return nil }
      return (slot, keys)
    default: return nil
    }
  }

  /// The database that the file is in where an event stands.
  private func database(at index: Int, of batch: borrowing RecordBatch) -> UInt32 {
    if index < batch.count { return batch[index].database }
    for case (_, .selectDatabase(let number)) in batch.events.reversed() { return number }
    return batch.count > 0 ? batch[batch.count - 1].database : 0
  }

  /// The record behind an event, or else the end of the one before it.
  private func place(at index: Int, of batch: borrowing RecordBatch) -> Int? {
    if index < batch.count { return batch[index].start }
    return batch.count > 0 ? batch[batch.count - 1].end : nil
  }
}
