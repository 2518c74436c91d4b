// A report as data. The facts are all that a program gets, in the order of its members; those with a
// title are shown to people too. Sections arrange the rest for people.

/// What a command found.
struct Report: Sendable {
  let command: String
  /// Shown above it where it is one of several.
  var heading: String?
  var facts: Fields
  /// What people see below the facts.
  var sections: [Section] = []
  /// The exit status that follows from it.
  var status = ExitStatus.done
}

extension Report {
  /// The version of the names and the structure of all reports.
  static let version = 2

  /// The name and the version of a structure.
  static func schema(_ name: String) -> Fields {
    ["schema": .text("rdbsift.\(name)/\(version)")]
  }

  /// The report as a program gets it.
  var document: Fields { Report.schema(command) + facts }
}

/// A part of a report for people; what is empty is not shown.
enum Section: Sendable {
  /// Rows of fields with the same titles, and a line about rows that are left out.
  case table([Fields], more: String? = nil)
  /// Fields by title: a row for each, with those of its fields that have these titles.
  case grid(String, [Field], columns: [String])
  /// A title, rows of fields with the same titles, and sentences below them.
  case titled(String, [Fields], notes: [String])
  /// Titles and values in two columns under a title.
  case facts(String, Fields)
  /// Sentences, a line each.
  case lines([String])
  /// A headline, its first word in a style, and what belongs to it.
  case detail(String, Style, String, Fields)
  /// Reports about single files, one below the other.
  case files([Report])
}

extension Report {
  /// Reports about several files: a program gets them as one array.
  init(_ command: String, files: [Report], _ sections: [Section] = []) {
    self.init(command: command, facts: ["files": .rows(files.map(\.facts))], sections: sections)
  }
}

/// The file that a report is about, or several as one.
struct ReportSubject: Sendable {
  /// The path, or how many files there are.
  let path: String
  /// Bytes of the file, without containers.
  var size: Int
  /// The digest of the input, if it was asked for.
  var sha256: String?
  /// Said behind a restore time that was not given.
  var timeNote = " (the file's ctime)"

  /// The first members of most reports.
  var facts: Fields { ["file": .path(path), "size": .bytes(size), "sha256": .text(sha256)] }
}
