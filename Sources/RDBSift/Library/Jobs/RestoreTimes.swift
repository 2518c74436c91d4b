// The times of a restore, from what a caller says and from the backup.

import Restore

/// The times of a restore.
struct RestoreTimes {
  /// The moment whose data is restored; keys that had expired before it are gone.
  let reference: UnixTime?
  /// Where remaining TTLs run again from; nil if expiries stay.
  let shift: UnixTime?
  /// The moment at which keys must not have expired.
  let now: UnixTime

  /// Completes the times with those of a backup.
  /// - Throws: `SiftError` if a shift has nothing to begin at, or a file cannot be read.
  init(
    _ backup: Backup, restoredAt: UnixTime?, shiftedTo: UnixTime?, now: UnixTime?
  ) throws {
    let latest = now ?? UnixTime(milliseconds: .max)
    let stored = try backup.referenceTime(before: latest.instant).time.map { UnixTime($0) }
    reference = restoredAt ?? stored
    shift = shiftedTo
    self.now = now ?? shiftedTo ?? reference ?? UnixTime(milliseconds: .min)
    guard shiftedTo == nil || reference != nil else {
      throw SiftError(
        .time, "the file does not say when it was written, so a shift needs restoredAt",
        path: backup.names.first)
    }
  }

  /// The plan of the restore.
  func plan(_ selection: Selection) -> RestoreSelection {
    var shift: TimeShift?
    if let target = self.shift, let reference {
      shift = TimeShift(from: reference.instant, to: target.instant)
    }
    var plan = RestoreSelection(
      filter: selection.filter, reference: reference?.instant, shift: shift, now: now.instant)
    plan.limit = selection.limit.map { UInt64(clamping: $0) }
    return plan
  }
}

extension Backup {
  /// The backup at the moment of a restore: with its logs cut there.
  func restored(_ selection: Selection, at time: UnixTime?) throws -> Backup {
    guard !logs.isEmpty, moments.isEmpty else { return self }
    var request = MomentRequest(at: time?.instant)
    request.filter = selection.isEverything ? nil : selection.filter
    return try at(request)
  }
}
