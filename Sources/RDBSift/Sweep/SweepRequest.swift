package import Restore

/// The options of a sweep over a backup.
package struct SweepRequest: Sendable {
  /// The activity, for progress.
  package var label: String
  /// Which keys; a limit counts over all files in order.
  package var selection: RestoreSelection
  /// How to collect keys for comparison; nil to decide by the flags below.
  package var collection: KeyCollection?
  /// Whether to compare keys of different files.
  package var comparesFiles = false
  /// Whether to compare keys within a file too.
  package var comparesAllKeys = false
  /// Whether to compute checksums if the backup's options ask for them.
  package var checksum = true

  /// The records that writers leave out, by file number; empty if they leave out none.
  var exclusions: [Exclusions] = []
  /// The keys of an old backup; a job that writes leaves out the keys that have not changed since.
  var old: KeyIndex?

  /// Makes a request over selected keys.
  package init(_ label: String, _ selection: RestoreSelection) {
    self.label = label
    self.selection = selection
  }
}
