// A report as data. The facts are everything a program gets, in the order of its members; those with a
// title are shown to people too, in the same order. Sections arrange what is larger for people: tables,
// most of them of rows that are facts as well, and lines.

/// What a command found.
struct Report: Sendable {
  /// The command.
  let command: String
  /// Shown above it where it is one of several.
  var heading: String?
  /// All that is known, in the order of members.
  var facts: [Field]
  /// What people see below the facts.
  var sections: [Section] = []
  /// The exit status that follows from it.
  var status = ExitStatus.done
}

/// A part of a report for people.
enum Section: Sendable {
  /// Rows whose fields have the same titles, and a line about those that are left out. Without rows
  /// there is nothing to show.
  case table([[Field]], more: String? = nil)
  /// Sentences, a line each.
  case lines([String])
  /// A headline and what belongs to it.
  case detail(Detail)
  /// Reports about single files, one below the other.
  case files([Report])
}

/// A headline and the facts below it.
struct Detail: Sendable {
  /// A word before the headline that stands out.
  let mark: String
  let style: Style
  let headline: String
  let facts: [Field]
}

/// One value, its name for programs and its title for people.
struct Field: Sendable {
  /// The member's name; without one, programs do not get it.
  let name: StaticString?
  /// The title; without one, people do not see it.
  let title: String?
  let value: Value
  /// What people see instead of the value.
  let shown: Value?

  init(
    _ name: StaticString? = nil, title: String? = nil, _ value: Value, shown: Value? = nil
  ) {
    self.name = name
    self.title = title
    self.value = value
    self.shown = shown
  }

  /// The value as people see it.
  var visible: Value { shown ?? value }

  /// The same only for programs.
  var dataOnly: Field { Field(name, value) }

  /// The same only for people.
  var textOnly: Field { Field(title: title, visible) }

  /// The same, shown to people only if a condition holds.
  func shown(if isShown: Bool) -> Field { isShown ? self : dataOnly }
}

extension Report {
  /// Reports about several files: a program gets them as one array.
  init(_ command: String, files: [Report]) {
    self.command = command
    facts = [Field("files", .rows(files.map(\.facts)))]
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
  var timeNote = " (the file's own: its ctime)"

  /// The first members of most reports.
  var fields: [Field] {
    [
      Field("file", .path(path)), Field("size", .bytes(size)),
      Field("sha256", .optional(sha256) { .text($0) }),
    ]
  }
}
