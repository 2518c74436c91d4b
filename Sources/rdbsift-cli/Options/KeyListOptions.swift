// The order and the columns of `keys`.

import ArgumentParser
import Export
import RDBSift

/// A field to sort by, and the direction: `bytes`, `expiry:desc`.
struct SortOrder: Sendable {
  let order: KeyOrder

  private static let fields: [(field: KeyOrder.Field, names: [String])] = [
    (.recordBytes, ["bytes", "size", "record_bytes"]),
    (.memory, ["memory"]),
    (.elements, ["elements", "length", "count"]),
    (.expiry, ["expiry", "expire_ms", "expire", "expires", "ttl"]),
    (.key, ["key", "name"]), (.idle, ["idle"]), (.frequency, ["freq", "frequency"]),
  ]

  /// The names of the fields, each once.
  static var names: [String] { fields.map { $0.names[0] } }

  init(_ text: String) throws {
    let parts = text.lowercased().split(
      separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let found = SortOrder.fields.first(where: { $0.names.contains(String(parts[0])) }) else {
      let names = SortOrder.names.joined(separator: ", ")
      throw ValidationError("--sort takes \(names); append :asc or :desc for the direction")
    }
    order = KeyOrder(found.field, isDescending: try SortOrder.isDescending(parts.dropFirst().first))
  }

  /// Makes an order by size, the greatest first.
  private init() { order = KeyOrder(.recordBytes) }

  /// The order of `--top` without `--sort`.
  static let biggest = SortOrder()

  private static func isDescending(_ word: Substring?) throws -> Bool? {
    switch word {
    case nil: return nil
    case "asc": return false
    case "desc": return true
    case let word?:
      throw ValidationError(
        "--sort takes asc or desc after the colon; it was \(Messages.spelled(String(word)))")
    }
  }
}

/// Names of columns between commas.
struct ColumnList: Sendable {
  let names: [KeyColumn]

  private static let others: [String: KeyColumn] = [
    "bytes": .recordBytes, "size": .recordBytes, "expiry": .expiry, "ttl": .expiry,
    "database": .db, "frequency": .frequency,
  ]

  init(_ text: String) throws {
    var names: [KeyColumn] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      // The column key is two columns where it has to be.
      if word == "key_b64", names.contains(.key) { continue }
      guard let column = KeyColumn(rawValue: String(word)) ?? ColumnList.others[String(word)] else {
        let all = KeyColumn.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError(
          "\(Messages.spelled(String(word))) is not a column; columns are \(all)")
      }
      guard !names.contains(column) else {
        throw ValidationError("column \(column.rawValue) is given twice")
      }
      names.append(column)
    }
    self.names = names
  }
}

/// How keys are listed.
struct KeyListOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("as")],
    help: """
      The format of rows (default: a table on a terminal, tsv elsewhere). keylist: only the keys, exact, \
      as --keys-file reads them; rdbtools: the CSV of rdbtools' memory report.
      """)
  var format: KeysFormat?

  @Option(
    help: ArgumentHelp(
      """
      Sort by bytes, memory, elements, expiry, key, idle or freq, with :asc or :desc (default: file order). \
      Numbers descend and expiry and key ascend by default; keys without the value come last. Long \
      lists are sorted in a temporary file.
      """, valueName: "field"), completion: .list(SortOrder.names), transform: { try SortOrder($0) }
  )
  var sort: SortOrder?

  @Option(
    help: ArgumentHelp(
      """
      Only the first N keys of the sorted list (default order: bytes). --limit counts keys before \
      they are sorted.
      """, valueName: "n"))
  var top: UInt64?

  @Option(
    help: ArgumentHelp(
      "Columns, in this order: key,type,record_bytes (default: all; on a terminal as many as fit).",
      valueName: "names"), completion: .list(KeyColumn.allCases.map(\.rawValue)),
    transform: { try ColumnList($0) })
  var columns: ColumnList?

  @OptionGroup var rows: RowOptions

  func validate() throws {
    if top == 0 { throw ValidationError("--top takes a number from 1 on") }
    if let format, format.rows == nil, columns != nil {
      throw ValidationError(
        "--format \(format.rawValue) has its own columns; leave out --columns")
    }
    try rows.check(format == .rdbtools ? .csv : (format ?? .tsv).rows)
  }

  /// Whether a column or the order needs the memory of keys.
  var needsMemory: Bool {
    columns?.names.contains(where: \.isMeasured) == true || order?.field == .memory
  }

  /// The order; nil for file order.
  var order: KeyOrder? { sort?.order ?? (top == nil ? nil : SortOrder.biggest.order) }
}
