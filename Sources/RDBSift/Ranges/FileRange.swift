// A part of a file that is read by itself, perhaps on another machine.

package import RDB
import Storage

/// A part of a file: from one place between records to another.
package struct FileRange: Hashable, Sendable {
  /// Bytes of the file.
  package var size: Int
  /// The SHA-256 of the first bytes of the file.
  package var headDigest: String
  /// The number of the part, from 0.
  package var part: Int
  /// How many parts there are.
  package var parts: Int
  /// Where it begins.
  package var start: ScanStart
  /// Where it ends: at the start of the next one, or with the file.
  package var end: Int
  /// The database in which it ends.
  package var endDatabase: UInt32
  /// The records in it.
  package var keys: UInt64

  /// Makes a range.
  package init(
    _ part: Int, of parts: Int, from start: ScanStart, to end: (offset: Int, database: UInt32),
    keys: UInt64, in file: (size: Int, headDigest: String)
  ) {
    (size, headDigest) = file
    self.part = part
    self.parts = parts
    self.start = start
    (self.end, endDatabase) = end
    self.keys = keys
  }

  /// Whether the file begins with it.
  package var isFirst: Bool { part == 0 }
  /// Whether the file ends with it.
  package var isLast: Bool { part == parts - 1 }

  /// Bytes at the beginning that tell files apart: metadata, which has times, and the first keys.
  private static let headCount = 1 << 16

  /// The digest of the first bytes of a file.
  static func headDigest(of bytes: RawSpan) throws(SystemError) -> String {
    let hash = try SHA256()
    hash.update(bytes.extracting(first: min(headCount, bytes.byteCount)))
    return hash.digest()
  }
}

/// A range that is not one of the file.
package struct WrongRange: Hashable, Sendable {
  /// Why it is not.
  package enum Reason: Hashable, Sendable {
    /// The file is packed, so that it cannot be read from any place.
    case packed
    /// The file has another size.
    case size(Int)
    /// The file begins with other bytes.
    case head
    /// No reader can begin where the range does.
    case start
    /// No record or opcode ends where the range does; the scan came to another place.
    case end(Int)
    /// The range has another number of records.
    case keys(UInt64)
  }

  /// The range; nil if the file cannot have any.
  package let range: FileRange?
  /// Why it is not one of the file.
  package let reason: Reason
}

extension FileRange {
  /// The scanner that reads the range.
  ///
  /// - Parameters:
  ///   - scanner: A scanner at the beginning of the file.
  ///   - bytes: The whole file.
  /// - Returns: The scanner, before the first record.
  /// - Throws: Why the range is not one of the file.
  func opened(_ scanner: RDBScanner, in bytes: RawSpan) throws(JobFailure) -> RDBScanner {
    guard size == bytes.byteCount else { throw wrong(.size(bytes.byteCount)) }
    let digest: String
    do throws(SystemError) {
      digest = try FileRange.headDigest(of: bytes)
    } catch {
      throw .system(error)
    }
    guard digest == headDigest else { throw wrong(.head) }
    guard !isFirst else {
      guard start == scanner.start else { throw wrong(.start) }
      return scanner
    }
    guard let opener = scanner.readingHead(of: bytes)?.opener,
      let resumed = opener.resumed(at: start, in: bytes)
    else { throw wrong(.start) }
    return resumed
  }

  /// Why a scan that has ended has not read the range; nil if it has.
  func misfit(_ scanner: RDBScanner, keys found: UInt64) -> WrongRange? {
    let isInside = !isLast && !scanner.isBetweenRecords(at: end)
    if isInside || scanner.state.database != endDatabase {
      return WrongRange(range: self, reason: .end(scanner.state.offset))
    }
    return found == keys ? nil : WrongRange(range: self, reason: .keys(found))
  }

  private func wrong(_ reason: WrongRange.Reason) -> JobFailure {
    .range(WrongRange(range: self, reason: reason))
  }
}
