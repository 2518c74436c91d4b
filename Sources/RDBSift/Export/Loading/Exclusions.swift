// What an export leaves out of a file, or writes differently, so that servers load what it writes.

import RDB

/// The records and function libraries of a file that are not written as they are.
package struct Exclusions: Mergeable, Sendable {
  /// Why a record is left out, by the record's identity.
  private(set) var records: [Int: RecordNote.Kind] = [:]
  /// Records of which only the first of repeated elements are written, by identity.
  private(set) var repeating: Set<Int> = []
  /// The function libraries.
  var libraries = LibraryList()

  /// Makes exclusions of nothing.
  package init() {}

  /// Leaves a record out.
  mutating func leaveOut(_ record: Int, _ kind: RecordNote.Kind) { records[record] = kind }

  /// Writes a record without its repeated elements.
  mutating func dropRepeats(of record: Int) { repeating.insert(record) }

  /// Adds what another thread found in the same file.
  package mutating func merge(_ other: Exclusions) {
    records.merge(other.records) { one, _ in one }
    repeating.formUnion(other.repeating)
    libraries.merge(other.libraries)
  }
}

/// The function libraries of a file.
struct LibraryList: Mergeable, Sendable {
  /// Why servers stop loading at a library.
  enum Fault: Hashable, Sendable {
    /// Its first line is not that of a library.
    case broken
    /// A library before it has its name.
    case repeated
  }

  private var names: [Int: [UInt8]?] = [:]

  /// Adds a library.
  ///
  /// - Parameters:
  ///   - name: Its name; nil if its first line does not give one.
  ///   - offset: The offset of its source code.
  mutating func add(_ name: [UInt8]?, at offset: Int) { names[offset] = .some(name) }

  mutating func merge(_ other: LibraryList) { names.merge(other.names) { one, _ in one } }

  /// The libraries that have the name of one before them, in file order, each with the first one.
  var repeated: [(offset: Int, first: Int)] {
    var first: [[UInt8]: Int] = [:]
    var found: [(offset: Int, first: Int)] = []
    for (offset, name) in names.sorted(by: { $0.key < $1.key }) {
      guard let name else { continue }
      if let known = first[name] { found.append((offset, known)) } else { first[name] = offset }
    }
    return found
  }

  /// The libraries that servers refuse, by offset.
  var faults: [Int: Fault] {
    var faults: [Int: Fault] = [:]
    for (offset, name) in names where name == nil { faults[offset] = .broken }
    for (offset, _) in repeated { faults[offset] = .repeated }
    return faults
  }
}
