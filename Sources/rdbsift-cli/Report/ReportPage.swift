// A report as a document: a verdict, a few numbers, and parts with a table each. Text, Markdown and HTML
// render the same parts.

/// A document about a backup.
struct ReportPage: Sendable {
  let title: String
  /// What the document says in one sentence.
  let verdict: String
  /// The numbers that matter most.
  let numbers: [Field]
  let parts: [PagePart]
}

/// A part of a document: a table, what is to be said about it, and perhaps a picture of it.
struct PagePart: Sendable {
  /// The name for links.
  let id: StaticString
  let title: String
  var rows: [Fields] = []
  var notes: [String] = []
  var picture: PagePicture?

  var isEmpty: Bool { rows.isEmpty && notes.isEmpty }
}

/// A picture of a table's numbers.
enum PagePicture: Sendable {
  /// A bar for each row, as long as this part of the longest.
  case bars([Double])
  /// A tree of areas.
  case icicle(PageArea)
}

/// An area of a picture, and those inside it.
struct PageArea: Sendable {
  let name: Value
  let memory: UInt64
  /// What is said about it.
  let words: String
  let children: [PageArea]
}
