// What has to be known of one part of an output to join it with the part before, whichever thread made it.

package import RDB

/// The databases that a part of an output begins and ends in.
package final class OutputBoundary: @unchecked Sendable {
  // Unchecked: it belongs to one job, and a job to one thread at a time.

  /// The database that the part's commands begin in, if it has any.
  package var firstDatabase: UInt32?
  /// The database that they end in.
  package var lastDatabase: UInt32?
  /// Whether whatever follows has to select its database, whichever it is.
  package var forgetsDatabase = false

  /// Makes the boundary of a part without commands.
  package init() {}

  /// Makes it that of a part without commands again.
  func reset() {
    firstDatabase = nil
    lastDatabase = nil
    forgetsDatabase = false
  }
}
