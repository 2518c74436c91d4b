// The data needed to join a part of the output with the part before, whichever thread made it.

/// The databases in which a part of the output begins and ends.
package final class OutputBoundary: @unchecked Sendable {
  // Unchecked: one job owns it, and one thread at a time owns the job.

  /// The database of the first command, if any.
  package var firstDatabase: UInt32?
  /// The database of the last command.
  package var lastDatabase: UInt32?
  /// Whether the next part must begin with a SELECT.
  package var forgetsDatabase = false

  /// Makes the boundary of an empty part.
  package init() {}

  /// Resets it to that of an empty part.
  func reset() {
    firstDatabase = nil
    lastDatabase = nil
    forgetsDatabase = false
  }
}
