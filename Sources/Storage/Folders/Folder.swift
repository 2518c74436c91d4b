// Folders for files that are to be written, and whether a path names anything.

/// A directory.
package enum Folder {
  /// Makes a directory and those above it, where they do not exist.
  package static func make(_ path: String) throws(SystemError) {
    var parts: [Substring] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: true) {
      parts.append(part)
      let root = path.hasPrefix("/") ? "/" : ""
      try SystemCalls.makeDirectory(root + parts.joined(separator: "/"))
    }
  }

  /// Whether a path names something, links followed.
  package static func hasEntry(_ path: String) -> Bool {
    (try? SystemCalls.status(at: path)) != nil
  }
}
