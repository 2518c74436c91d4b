// What a path names before it is opened, and what a directory contains.

/// What a path names.
package enum PathKind: Hashable, Sendable {
  /// A regular file, links followed.
  case file
  /// A directory, links followed.
  case directory
  /// Anything else.
  case other
}

/// An entry of a directory.
package struct DirectoryEntry: Hashable, Sendable {
  /// Its path: the directory's path and its name.
  package let path: String
  /// What it is; a link to a directory counts as something else, to avoid cycles.
  package let kind: PathKind

  /// What a path names.
  package static func kind(of path: String) throws(SystemError) -> PathKind {
    switch try SystemCalls.status(at: path).kind {
    case .regular: .file
    case .directory: .directory
    case .pipe, .socket, .link, .device: .other
    }
  }

  /// The entries of a directory, sorted by the bytes of their names.
  package static func all(in directory: String) throws(SystemError) -> [DirectoryEntry] {
    let names = try SystemCalls.names(in: directory).sorted { $0.lexicographicallyPrecedes($1) }
    let start = directory.hasSuffix("/") ? directory : directory + "/"
    var entries: [DirectoryEntry] = []
    for name in names {
      // Paths are text here; other names cannot be represented.
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
