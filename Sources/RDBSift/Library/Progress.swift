import Synchronization

extension Backup {
  /// How far a job has come.
  public struct Progress: Hashable, Sendable {
    /// What the job does, in words such as `exporting`; a job may have several activities one after the other.
    public let activity: String
    /// Bytes read of all files together, after decompression.
    public let bytesRead: Int
    /// Bytes of all files together as they are on disk; 0 if unknown, as of a pipe.
    ///
    /// Of compressed files this is less than what will be read.
    public let bytesOnDisk: Int
  }
}

/// Passes the progress of the files of a backup on as that of the whole.
final class ProgressReporter: SweepMonitor {
  private struct State {
    var activity = ""
    var sizes: [Int] = []
    var offsets: [Int] = []

    var progress: Backup.Progress {
      Backup.Progress(
        activity: activity, bytesRead: offsets.reduce(0, +), bytesOnDisk: sizes.reduce(0, +))
    }
  }

  private let state = Mutex(State())
  private let report: @Sendable (Backup.Progress) -> Void

  init(_ report: @escaping @Sendable (Backup.Progress) -> Void) { self.report = report }

  func begin(_ label: String, sizes: [Int]) {
    state.withLock {
      $0 = State(activity: label, sizes: sizes, offsets: Array(repeating: 0, count: sizes.count))
    }
  }

  func advance(file: Int, to offset: Int) {
    // Called under the lock, so that reports come one after the other.
    state.withLock {
      guard $0.offsets.indices.contains(file) else { return }
      $0.offsets[file] = offset
      report($0.progress)
    }
  }

  func end(file: Int) {}

  func finish() {}
}
