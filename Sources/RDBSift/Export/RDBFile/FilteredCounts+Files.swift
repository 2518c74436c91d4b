// Merges the counts of several files that become one RDB file. A database is declared once, and AUX fields and
// functions are those of the first file.

import RDB

extension FilteredCounts {
  /// The counts to write each file with, if all files go to the same outputs.
  ///
  /// - Parameters:
  ///   - files: The counts by file and output.
  ///   - metadata: The metadata of the files.
  ///   - isConverted: Whether the records are written for a target, whatever format they have.
  /// - Returns: The counts, with the sums of each database where it first appears.
  package static func joined(
    _ files: [[FilteredCounts]], _ metadata: [RDBMetadata], isConverted: Bool = false
  ) -> [[FilteredCounts]] {
    var files = files
    for part in files.first?.indices ?? 0..<0 {
      var sums: [UInt32: Count] = [:]
      for file in files {
        for (database, count) in file[part].databases {
          sums[database, default: Count()].merge(count)
        }
      }
      var declared: Set<UInt32> = []
      for index in files.indices {
        files[index][part].isBehindAnother = index > 0
        files[index][part].modules = files.reduce(into: []) { $0.formUnion($1[part].modules) }
        for database in files[index][part].databases.keys {
          var count = sums[database] ?? Count()
          count.isDeclared = !declared.insert(database).inserted
          files[index][part].databases[database] = count
        }
      }
    }
    guard !files.isEmpty else { return files }
    var refusals = refusals(files, metadata)
    if isConverted { refusals.remove(.otherFormat) }
    files[0][0].refusals.formUnion(refusals)
    return files
  }

  private static func refusals(
    _ files: [[FilteredCounts]], _ metadata: [RDBMetadata]
  ) -> Set<Refusal> {
    var refusals: Set<Refusal> = []
    let isAlike = metadata.allSatisfy {
      $0.dialect == metadata[0].dialect && $0.header.isValkey == metadata[0].header.isValkey
    }
    if !isAlike { refusals.insert(.otherFormat) }
    if !files.allSatisfy({ $0[0].functions == files[0][0].functions }) {
      refusals.insert(.otherFunctions)
    }
    let isBeside = metadata.contains {
      !$0.moduleAux.isEmpty || $0.hashTemplates > 0 || $0.slotImports > 0
    }
    if isBeside { refusals.insert(.beside) }
    return refusals
  }

  /// The header of a file that holds the records of all files.
  static func header(_ metadata: [RDBMetadata]) -> RDBHeader {
    var header = metadata[0].header
    for other in metadata { header.version = max(header.version, other.header.version) }
    return header
  }
}
