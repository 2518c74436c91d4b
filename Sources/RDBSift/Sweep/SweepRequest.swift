package import Restore

/// What a sweep over a backup is asked to do beside its job.
package struct SweepRequest: Sendable {
  /// What is being done, for the progress.
  package var label: String
  /// Which keys; a limit is one over all files, in their order.
  package var selection: Selection
  /// How keys are gathered to be compared, if they are.
  package var collection: KeyCollection?
  /// Whether keys of different files are compared.
  package var comparesFiles = false
  /// Whether keys of one file are compared with each other too.
  package var comparesAllKeys = false
  /// Whether checksums are computed where the backup's options say so.
  package var checksum = true

  /// A sweep over selected keys.
  package init(_ label: String, _ selection: Selection) {
    self.label = label
    self.selection = selection
  }
}
