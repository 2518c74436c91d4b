// What an output format is. Each has a folder and one line in the registry; nothing else knows it.

package import Export
package import RDB
package import Restore

/// What a format counts beside the keys that it writes.
package struct ExportCounts: Mergeable, Sendable {
  /// Function libraries that were written.
  package var functions: UInt64 = 0
  /// Function libraries that the target does not take.
  package var functionsLeftOut: UInt64 = 0
  /// Keys whose value is null, since it is a probabilistic structure that cannot be decoded.
  package var undecoded: UInt64 = 0

  /// Counts of nothing.
  package init() {}

  /// Adds another thread's counts.
  package mutating func merge(_ other: ExportCounts) {
    functions &+= other.functions
    functionsLeftOut &+= other.functionsLeftOut
    undecoded &+= other.undecoded
  }
}

/// What an export did.
package typealias ExportSummary = WriteSummary<ExportCounts>

/// What is to be exported.
package struct ExportRequest: Sendable {
  /// Which keys, and what becomes of expiries.
  package var selection: Selection
  /// What keys are called, and which databases they go to.
  package var mapping = KeyMapping()
  /// How commands and payloads are written.
  package var commands = CommandExporter.Options()
  /// What files are called, by their numbers; nil where rows do not name their file.
  package var files: [String]?
  /// The outputs, by cluster slot; nil for one.
  package var parts: SlotParts?

  /// An export of selected keys under their own names.
  package init(_ selection: Selection) { self.selection = selection }

  /// The name of a file, where rows name theirs.
  func name(of file: Int) -> [UInt8]? { files.map { Array($0[file].utf8) } }
}

/// What is known of a format before anything is read.
package struct FormatTraits: Sendable {
  /// What `--as` calls it.
  package var name: String
  /// How the names of its files end.
  package var fileExtension: String
  /// Whether `export --as` offers it; `salvage --as` offers all.
  package var isExported = true
  /// Whether it can be divided by cluster slot.
  package var isPartitioned = false
  /// Whether a target's options apply.
  package var takesTarget = false
  /// What it is called where it is refused on a terminal; nil if it is text to be read.
  package var terminalRefusal: Refusal?
  /// Whether records name their file, so that two files may have one key.
  package var namesFiles = false
  /// Whether the keys are counted in a sweep of their own before they are written.
  package var countsFirst = false

  /// Why bytes are not for a terminal.
  package enum Refusal: Sendable {
    /// Commands, which a server takes.
    case commands
    /// An RDB file.
    case binary
  }

  init(_ name: String, fileExtension: String) {
    self.name = name
    self.fileExtension = fileExtension
  }
}

/// Something that is done with the writers of a format, whatever their type is.
package protocol WriterUse {
  /// What comes of it.
  associatedtype Result
  /// What ends it.
  associatedtype Failure: Error

  /// Does it.
  /// - Parameter makeWriter: Makes what writes the records of a file, by its number, on one thread.
  func run<Writer: RecordWriter & ~Copyable>(
    _ makeWriter: @escaping @Sendable (Int) -> Writer
  ) throws(Failure) -> Result where Writer.Summary == ExportCounts
}

/// An output format.
package protocol RecordFormat: Sendable {
  /// What is known of it before anything is read.
  static var traits: FormatTraits { get }

  /// How parts of the output are joined.
  var join: RecordOutput.Join { get }

  /// Makes a format for one export.
  ///
  /// - Parameters:
  ///   - request: What is to be exported.
  ///   - counted: What a sweep before this one counted, if the format asks for it.
  init(_ request: ExportRequest, _ counted: CountedBackup)

  /// Does something with what writes the records.
  func withWriters<Use: WriterUse>(_ use: Use) throws(Use.Failure) -> Use.Result

  /// Writes what stands before the first record.
  func begin(_ output: inout OutputBuffer)

  /// Writes what stands behind the last record.
  ///
  /// - Parameters:
  ///   - output: Where to.
  ///   - isEmpty: Whether no record was written.
  ///   - checksum: The CRC-64 of everything before.
  func end(_ output: inout OutputBuffer, isEmpty: Bool, checksum: UInt64)
}

extension RecordFormat {
  /// Nothing stands before the records.
  package func begin(_ output: inout OutputBuffer) {}
  /// Nothing stands behind them.
  package func end(_ output: inout OutputBuffer, isEmpty: Bool, checksum: UInt64) {}
}

/// The formats, in the order in which help lists them.
package enum RecordFormats {
  /// All of them.
  package static let all: [any RecordFormat.Type] = [
    RESPFormat.self, RestoreFormat.self, RDBFormat.self, JSONFormat.self, NDJSONFormat.self,
    SalvageListFormat.self,
  ]

  /// The format of a name.
  package static func named(_ name: String) -> (any RecordFormat.Type)? {
    all.first { $0.traits.name == name }
  }
}
