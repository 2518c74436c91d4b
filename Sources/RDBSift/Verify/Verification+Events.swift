// Checks the opcodes between records, and keeps the slot counts to compare them with the keys.

import Export
import RDB

extension VerificationSummary {
  /// Checks the opcodes between the records of a batch.
  mutating func checkEvents(of batch: borrowing RecordBatch, in bytes: RawSpan) {
    guard !batch.events.isEmpty else { return }
    var check = EventCheck()
    for (index, event) in batch.events {
      let database = database(at: index, of: batch)
      do throws(RDBError) {
        try check.check(event, in: bytes)
      } catch {
        let damage = Damage(
          error, between: error.offset, database: database, fileSize: bytes.byteCount)
        findings.append(Finding(damage))
      }
      if let library = FunctionSource(event), let name = library.libraryName(in: bytes) {
        libraries.add(name, at: library.offset)
      }
      guard let hint = VerificationSummary.hint(event, in: bytes) else { continue }
      let place = place(at: index, of: batch) ?? 0
      counts.add(hint.slot, keys: hint.keys, database: database, at: place)
    }
  }

  /// The slot count in an opcode; nil if it has none.
  private static func hint(
    _ event: RDBEvent, in bytes: RawSpan
  ) -> (slot: UInt64, keys: UInt64)? {
    switch event {
    case .slotInfo(let slot, let keys, _): return (slot, keys)
    case .aux(let name, let value):
      guard let info = SlotInfo(aux: name, value, in: bytes), let keys = info.keys,
        info.counts.count >= 2
      else { return nil }
      return (UInt64(info.slot), keys)
    default: return nil
    }
  }

  /// The database at an event.
  private func database(at index: Int, of batch: borrowing RecordBatch) -> UInt32 {
    if index < batch.count { return batch[index].database }
    for case (_, .selectDatabase(let number)) in batch.events.reversed() { return number }
    return batch.count > 0 ? batch[batch.count - 1].database : 0
  }

  /// The start of the record after an event, or the end of the one before.
  private func place(at index: Int, of batch: borrowing RecordBatch) -> Int? {
    if index < batch.count { return batch[index].start }
    return batch.count > 0 ? batch[batch.count - 1].end : nil
  }
}
