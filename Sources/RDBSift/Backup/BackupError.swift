package import Storage

/// The reason why there is no backup to read.
package enum BackupError: Error, Sendable {
  /// A file cannot be opened.
  case input(InputError, path: String)
  /// Two paths name the same file.
  case twice(String, String)
  /// A directory holds no backup.
  case nothing(in: String)
  /// A list contains no path.
  case emptyList(String)
  /// A line of a list is not UTF-8 text.
  case notText(String, line: Int)
  /// A list is UTF-16.
  case utf16(String)
  /// `--member` was given with several files.
  case memberOfSeveral
  /// A log cannot be read.
  case log(LogFailure)
}
