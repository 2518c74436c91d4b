// What a path names, as far as it matters before it is opened; and what a directory holds.

/// Something that a path names.
package enum PathKind: Hashable, Sendable {
  /// A regular file, links followed.
  case file
  /// A directory, links followed.
  case directory
  /// Anything else.
  case other
}

/// Something in a directory.
package struct DirectoryEntry: Hashable, Sendable {
  /// Its path: that of the directory, and its name.
  package let path: String
  /// What it is; a link to a directory is something else, so that nobody goes round in circles.
  package let kind: PathKind

  /// What a path names.
  package static func kind(of path: String) throws(SystemError) -> PathKind {
    switch try SystemCalls.status(at: path).kind {
    case .regular: .file
    case .directory: .directory
    case .pipe, .socket, .link, .device: .other
    }
  }

  /// What is in a directory, sorted by the bytes of the names.
  package static func all(in directory: String) throws(SystemError) -> [DirectoryEntry] {
    let names = try SystemCalls.names(in: directory).sorted { $0.lexicographicallyPrecedes($1) }
    let start = directory.hasSuffix("/") ? directory : directory + "/"
    var entries: [DirectoryEntry] = []
    for name in names {
      // A path is text here; what is none cannot be named.
      guard let name = String(validating: name, as: UTF8.self) else { continue }
      let path = start + name
      entries.append(DirectoryEntry(path: path, kind: kind(at: path)))
    }
    return entries
  }

  private static func kind(at path: String) -> PathKind {
    guard let status = try? SystemCalls.linkStatus(at: path) else { return .other }
    switch status.kind {
    case .regular: return .file
    case .directory: return .directory
    case .link: return (try? kind(of: path)) == .file ? .file : .other
    case .pipe, .socket, .device: return .other
    }
  }
}
