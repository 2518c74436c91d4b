import Export
package import RDB

/// A note about a record, for the report of a job.
package struct RecordNote: Hashable, Sendable {
  /// The kind of note.
  package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// Not exported: neither commands nor a payload recreate it on the target.
    case unsupported
    /// Exported, but a score of -0 in a small sorted set becomes 0.
    case negativeZero
    /// Exported without field or member expiries, which the target does not have.
    case fieldExpiries
    /// Exported, but stream state that no command can set is lost.
    case streamState
    /// Exported without the key metadata of modules.
    case metadata
    /// Not exported: it has no elements.
    case empty
    /// Not exported: servers stop loading a file at its value.
    case refused
    /// Not exported: another record of the same file has the key.
    case duplicateKey
    /// Exported with the first of each of its repeated elements.
    case repeatedElements
    /// Exported; the server needs the module of its value.
    case needsModule
    /// Not exported: the target cannot have the module of its value.
    case lacksModule
    /// An example of a found key.
    case example
  }

  /// The kind of note.
  package let kind: Kind
  /// The record.
  package let record: RDBRecord
  /// The bytes of the key.
  package let key: [UInt8]
  /// The number of the file in the backup, from 0.
  package let file: Int
  /// The module of its value; nil if it has none.
  package let module: ModuleID?

  /// Makes a note about a record.
  init(_ kind: Kind, _ record: RDBRecord, in bytes: RawSpan, file: Int = 0) {
    self.file = file
    self.kind = kind
    self.record = record
    key = record.readableKey(in: bytes) ?? []
    module = record.module(in: bytes)
  }
}

extension RecordNote.Kind {
  /// The note about an outcome; nil if the record was written whole and needs no module.
  init?(
    _ outcome: CommandExporter.Outcome, _ record: RDBRecord, for target: ServerVersion?,
    in bytes: RawSpan
  ) {
    switch outcome {
    case .written where record.type == .module2:
      guard target?.brings(record.module(in: bytes)) != true else { return nil }
      self = .needsModule
    case .unsupported where record.type == .module2:
      let mayHave = target?.mayHave(record.module(in: bytes)) ?? true
      self = mayHave ? .unsupported : .lacksModule
    case .written: return nil
    case .writtenWithoutDoubledFields: self = .repeatedElements
    case .writtenWithoutNegativeZero: self = .negativeZero
    case .writtenWithoutFieldExpiries: self = .fieldExpiries
    case .writtenWithoutStreamState: self = .streamState
    case .writtenWithoutMetadata: self = .metadata
    case .empty: self = .empty
    case .unsupported: self = .unsupported
    }
  }
}

extension RecordNote {
  /// Whether one record comes before another, in the order of files and offsets.
  static func isBefore(_ a: RecordNote, _ b: RecordNote) -> Bool {
    (a.file, a.record.offset) < (b.file, b.record.offset)
  }
}

/// Notes in file order; all are counted and the first are kept.
package struct NoteList: Sendable {
  private static let limit = 1000

  /// The first 1000 notes.
  package private(set) var kept: [RecordNote] = []
  private var counts: [RecordNote.Kind: Int] = [:]
  private let limit: Int

  /// Makes an empty list.
  package init() { limit = NoteList.limit }

  /// Makes an empty list for a batch, which may keep every note.
  init(keepsAll: Bool) { limit = keepsAll ? .max : NoteList.limit }

  /// The notes sorted by the offsets of their records.
  func sorted() -> NoteList {
    var list = self
    list.kept.sort { $0.record.start < $1.record.start }
    return list
  }

  /// The number of notes of a kind.
  package func count(_ kind: RecordNote.Kind) -> Int { counts[kind] ?? 0 }

  /// Adds a note about a record.
  package mutating func append(
    _ kind: RecordNote.Kind, _ record: RDBRecord, in bytes: RawSpan
  ) {
    counts[kind, default: 0] += 1
    guard kept.count < limit else { return }
    kept.append(RecordNote(kind, record, in: bytes))
  }

  /// Adds the notes of the next part of the file.
  mutating func append(_ other: NoteList) {
    counts.merge(other.counts) { $0 + $1 }
    kept.append(contentsOf: other.kept.prefix(limit - kept.count))
  }
}
