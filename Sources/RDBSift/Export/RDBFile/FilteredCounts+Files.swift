// Several files that become one RDB file: it tells once how many keys a database has, and what stands
// beside the keys is that of the first.

package import RDB

extension FilteredCounts {
  /// The counts that each file of a set is written with, by output, where all go to the same outputs.
  ///
  /// - Parameters:
  ///   - files: What was counted in each file, by output.
  ///   - facts: What the files say of themselves.
  /// - Returns: The same, with the sums of a database where it comes first.
  package static func joined(
    _ files: [[FilteredCounts]], _ facts: [RDBMetadata]
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
        for database in files[index][part].databases.keys {
          var count = sums[database] ?? Count()
          count.isDeclared = !declared.insert(database).inserted
          files[index][part].databases[database] = count
        }
      }
    }
    if !files.isEmpty { files[0][0].refusals.formUnion(refusals(files, facts)) }
    return files
  }

  private static func refusals(
    _ files: [[FilteredCounts]], _ facts: [RDBMetadata]
  ) -> Set<Refusal> {
    var refusals: Set<Refusal> = []
    let isAlike = facts.allSatisfy {
      $0.dialect == facts[0].dialect && $0.header.isValkey == facts[0].header.isValkey
    }
    if !isAlike { refusals.insert(.otherFormat) }
    if !files.allSatisfy({ $0[0].functions == files[0][0].functions }) {
      refusals.insert(.otherFunctions)
    }
    let isBeside = facts.contains {
      !$0.moduleAux.isEmpty || $0.hashTemplates > 0 || $0.slotImports > 0
    }
    if isBeside { refusals.insert(.beside) }
    return refusals
  }

  /// The header of one file that holds what several do.
  static func header(_ metadata: [RDBMetadata]) -> RDBHeader {
    var header = metadata[0].header
    for other in metadata { header.version = max(header.version, other.header.version) }
    return header
  }
}
