// Output formats. Each has a folder and one line in `RecordFormats`.

package import AOF
package import Export
import RDB
package import Restore

/// The counts of a format, in addition to the written keys.
package struct ExportCounts: Mergeable, Sendable {
  /// Written function libraries.
  package var functions: UInt64 = 0
  /// Function libraries that the target does not support.
  package var functionsLeftOut: UInt64 = 0
  /// Function libraries that servers refuse, since their first line is wrong.
  package var functionsBroken: UInt64 = 0
  /// Function libraries that have the name of one before them.
  package var functionsRepeated: UInt64 = 0
  /// The libraries of a file that were written as commands.
  var libraries = LibraryList()
  /// Libraries of a file that the commands load one over another, since their names are the same.
  package var functionsReplaced: UInt64 { UInt64(libraries.faults.count) }
  /// Data of modules beside keys that were left out.
  package var moduleDataLeftOut: UInt64 = 0
  /// Keys written with a null value, since the value cannot be decoded.
  package var undecoded: UInt64 = 0

  /// Makes zero counts.
  package init() {}

  /// Adds the counts of another thread or file.
  package mutating func merge(_ other: ExportCounts) {
    functions &+= other.functions
    functionsLeftOut &+= other.functionsLeftOut
    functionsBroken &+= other.functionsBroken
    functionsRepeated &+= other.functionsRepeated
    libraries.merge(other.libraries)
    moduleDataLeftOut &+= other.moduleDataLeftOut
    undecoded &+= other.undecoded
  }
}

/// The summary of an export.
package typealias ExportSummary = WriteSummary<ExportCounts>

/// Which data that modules keep beside the keys is written to an RDB file.
///
/// Servers without the module do not load such a file.
package enum ModuleDataPolicy: String, Hashable, Sendable, CaseIterable {
  /// That of modules of which a key is written.
  case needed
  /// All of it.
  case keep
  /// No module data.
  case drop
}

/// The request of an export.
package struct ExportRequest: Sendable {
  /// Which keys, and how their expiries move.
  package var selection: RestoreSelection
  /// The mapping of databases and key names.
  package var mapping = KeyMapping()
  /// How to write commands and payloads.
  package var commands = CommandExporter.Options()
  /// File names by file number; nil where rows do not name their file.
  package var files: [String]?
  /// What each file is of a log at a moment; empty if there are no logs.
  var moments: [MomentPart?] = []
  /// Keys to delete after the others are written, under their own names.
  package var deletions: [AbsentKey] = []
  /// The partition by cluster slot; nil for one output.
  package var parts: SlotParts?
  /// Which data of modules an RDB file keeps.
  package var moduleData = ModuleDataPolicy.needed
  /// Whether commands are compared for keys that a file has twice; RDB files always are.
  package var checksDuplicates = false

  /// Whether the output of a range is appended to those of the ranges before it, and followed by others: it
  /// then begins and ends in the databases in which the range does.
  package var isContinued = false

  /// The keys of an old backup; keys that have not changed since are left out.
  package var old: KeyIndex?

  /// What an RDB file for the target may contain; nil without a target.
  var fileTarget: RDBTarget? { commands.target.map { RDBTarget($0) } }

  /// Makes a request for selected keys under their own names.
  package init(_ selection: RestoreSelection) { self.selection = selection }

  /// The name of a file, if rows name their file.
  func name(of file: Int) -> [UInt8]? { files.map { Array($0[file].utf8) } }
}

/// The static properties of a format.
package struct FormatTraits: Sendable {
  /// The name for `--as`.
  package var name: String
  /// The extension of its files.
  package var fileExtension: String
  /// Whether `export --as` offers it; `salvage --as` offers all.
  package var isExported = true
  /// Whether it can be partitioned by cluster slot.
  package var isPartitioned = false
  /// Whether servers load the output, so that it has each key of a file once.
  package var isLoaded: Bool { countsFirst || isCommands }
  /// Whether the options of commands apply.
  package var isCommands = false
  /// Whether a target applies.
  package var takesTarget = false
  /// Why a terminal refuses it; nil for readable text.
  package var terminalRefusal: Refusal?
  /// Whether records name their file, so that two files may have the same key.
  package var namesFiles = false
  /// Whether it has a beginning and an end, so that the output of two parts cannot be joined.
  package var isFramed = false
  /// Whether a first sweep must count the keys.
  package var countsFirst = false
  /// Whether keys that have not changed since an old backup can be left out.
  package var takesChanges: Bool { !countsFirst }

  /// Why a terminal refuses a format.
  package enum Refusal: Sendable {
    /// Commands for a server.
    case commands
    /// An RDB file.
    case binary
  }

  init(_ name: String, fileExtension: String) {
    self.name = name
    self.fileExtension = fileExtension
  }
}

/// An operation on the writers of a format, generic over their type.
package protocol WriterUse {
  /// The result.
  associatedtype Result
  /// The error.
  associatedtype Failure: Error

  /// Runs the operation.
  ///
  /// - Parameter makeWriter: Makes a writer for the file with a number, for one thread.
  /// - Returns: The result.
  /// - Throws: The failure that ended it.
  func run<Writer: RecordWriter & ~Copyable>(
    _ makeWriter: @escaping @Sendable (Int) -> Writer
  ) throws(Failure) -> Result where Writer.Summary == ExportCounts
}

/// An output format.
package protocol RecordFormat: Sendable {
  /// Its static properties.
  static var traits: FormatTraits { get }

  /// How to join parts of the output.
  var join: RecordOutput.Join { get }

  /// Makes a format for one export.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - counted: The counts of a first sweep, if `countsFirst`.
  init(_ request: ExportRequest, _ counted: CountedBackup)

  /// Runs an operation on the writers.
  func withWriters<Use: WriterUse>(_ use: Use) throws(Use.Failure) -> Use.Result

  /// Writes the output before the first record.
  func begin(_ output: inout OutputBuffer)

  /// Writes the output after the last record.
  ///
  /// - Parameters:
  ///   - output: The output.
  ///   - isEmpty: Whether no record was written.
  ///   - checksum: The CRC-64 of all bytes before.
  func end(_ output: inout OutputBuffer, isEmpty: Bool, checksum: UInt64)
}

extension RecordFormat {
  /// By default, writes nothing.
  package func begin(_ output: inout OutputBuffer) {}
  /// By default, writes nothing.
  package func end(_ output: inout OutputBuffer, isEmpty: Bool, checksum: UInt64) {}
}

/// The formats, in the order of the help.
package enum RecordFormats {
  /// All formats.
  package static let all: [any RecordFormat.Type] = [
    RESPFormat.self, RestoreFormat.self, RDBFormat.self, JSONFormat.self, NDJSONFormat.self,
    SalvageListFormat.self,
  ]

  /// The format with a name, or nil.
  package static func named(_ name: String) -> (any RecordFormat.Type)? {
    all.first { $0.traits.name == name }
  }
}
