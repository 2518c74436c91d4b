// `show OLD KEY --against NEW`: what changed inside one value.

import Export
import RDB
import RDBSift
import Restore

/// A key's record in one of two backups.
struct ComparedValue {
  /// The type.
  let type: String
  /// The expiry, if it has one.
  let expiry: UnixMilliseconds?
  /// The elements; nil of a value that is not decoded.
  let elements: ValueElements?
}

extension Show {
  /// Writes how a key differs in a newer backup.
  /// - Returns: Whether it does; as for `diff`, 1 says so.
  func compare(
    _ key: [UInt8], in old: Backup, with new: Backup, _ session: Session
  ) throws -> ExitStatus {
    let (before, status) = try values(of: key, in: old, session)
    let (after, newStatus) = try values(of: key, in: new, session)
    let databases = Set(before.keys).union(after.keys).sorted()
    guard !databases.isEmpty else {
      session.report(error: "no key \(Formatting.key(key)) in either backup")
      return .finding
    }
    guard status == .done, newStatus == .done else { return .failed }
    var differs = false
    for (index, database) in databases.enumerated() {
      if index > 0 { try session.console.write(line: "") }
      let pair = (before[database], after[database])
      if try write(key, database, pair, session) { differs = true }
    }
    return differs ? .finding : .done
  }

  /// The key's values by database, and the status of the files.
  private func values(
    of key: [UInt8], in backup: Backup, _ session: Session
  ) throws -> ([UInt32: ComparedValue], ExitStatus) {
    let result = try lookUp(key, in: backup, try selection(key))
    var values: [UInt32: ComparedValue] = [:]
    for found in result.readable {
      let summary = found.result.summary
      guard !summary.records.isEmpty else { continue }
      try backup.withBytes(of: found.index) { bytes in
        for record in summary.records {
          values[record.database] = try value(
            of: record, key, in: bytes, summary.context, found.file.name)
        }
      }
    }
    return (values, try session.concludeAll(result))
  }

  private func value(
    of record: RDBRecord, _ key: [UInt8], in bytes: RawSpan, _ context: ValueContext, _ path: String
  ) throws -> ComparedValue {
    do throws(RDBError) {
      let isDecoded = record.type.isDecoded(in: context.dialect)
      let name = record.module(in: bytes)?.name ?? record.type.shape(in: context.dialect)?.name
      return ComparedValue(
        type: name ?? "unknown", expiry: record.expiry,
        elements: isDecoded ? try ValueElements(record, in: bytes, context) : nil)
    } catch {
      let damage = Damage(error, in: record, key: key, fileSize: bytes.byteCount)
      throw FileFailure(.damage(damage), path: path)
    }
  }

  /// Writes the changes of a key in a database.
  /// - Returns: Whether there are any.
  private func write(
    _ key: [UInt8], _ database: UInt32, _ pair: (old: ComparedValue?, new: ComparedValue?),
    _ session: Session
  ) throws -> Bool {
    if pair.old?.elements == nil && pair.old != nil || pair.new?.elements == nil && pair.new != nil
    {
      throw Misuse("\(Formatting.key(key, width: 60)) has a value that is not decoded; see diff")
    }
    let empty = ValueElements([], nil)
    let (old, new) = (pair.old?.elements ?? empty, pair.new?.elements ?? empty)
    let sameType = pair.old?.type == pair.new?.type
    // Elements of different types are not each other's successors.
    let changes =
      sameType ? old.changes(to: new) : old.changes(to: empty) + empty.changes(to: new)
    let sameExpiry = pair.old?.expiry == pair.new?.expiry
    let expiries = [pair.old, pair.new].map { side in
      side.map { $0.expiry.map { Formatting.instant($0) } ?? "none" } ?? "no key"
    }
    let isKept = pair.old != nil && pair.new != nil
    let isSame = isKept && sameType && sameExpiry && changes.isEmpty
    if options.format == .json {
      try writeJSON(key, database, pair, changes, session)
      return !isSame
    }
    let facts: Fields = [
      "key": .key(key, width: .max).shown, "db": .number(database).shown,
      "type": .text(Show.pair(pair.old?.type, pair.new?.type)).shown,
      "expires": .text(
        isKept && !sameExpiry
          ? expiries.joined(separator: " → ") : pair.old?.expiry == nil ? nil : expiries[0]
      ).shown,
      "changes": .text(Show.counts(changes, pair)).shown,
    ]
    try session.console.write(TerminalRenderer(.plain).facts(facts))
    if !changes.isEmpty { try session.console.write(line: "") }
    for change in changes {
      for (sign, line) in [("-", change.old), ("+", change.new)] {
        guard let line else { continue }
        try session.console.write(line: sign + "\t" + String(decoding: line, as: UTF8.self))
      }
    }
    return !isSame
  }

  /// Writes the same as a line of JSON.
  private func writeJSON(
    _ key: [UInt8], _ database: UInt32, _ pair: (old: ComparedValue?, new: ComparedValue?),
    _ changes: [ElementChange], _ session: Session
  ) throws {
    var output = OutputBuffer(capacity: 4096)
    var columns = RowColumns(RowSyntax(.ndjson))
    columns.column("db", Int64(database), &output)
    columns.column("key", bytes: key, &output)
    columns.column("old_type", pair.old.map { Array($0.type.utf8) }, &output)
    columns.column("new_type", pair.new.map { Array($0.type.utf8) }, &output)
    columns.column("old_expire_ms", pair.old?.expiry?.rawValue, &output)
    columns.column("new_expire_ms", pair.new?.expiry?.rawValue, &output)
    columns.column("change", Show.change(pair, changes).map { Array($0.utf8) }, &output)
    columns.name("elements", &output)
    for (index, change) in changes.enumerated() {
      output.append(index == 0 ? "[" : ",")
      var element = RowColumns(RowSyntax(.ndjson))
      element.column("old", change.old, &output)
      element.column("new", change.new, &output)
      output.append("}")
    }
    output.append(changes.isEmpty ? "[]" : "]")
    columns.endRow(&output)
    try session.console.write(output)
  }

  /// How a key changed, in the words of `diff --list`; nil if it did not.
  private static func change(
    _ pair: (old: ComparedValue?, new: ComparedValue?), _ changes: [ElementChange]
  ) -> String? {
    guard let old = pair.old else { return "added" }
    guard let new = pair.new else { return "removed" }
    if old.type != new.type || !changes.isEmpty { return "changed" }
    return old.expiry == new.expiry ? nil : "expiry"
  }

  private static func pair(_ old: String?, _ new: String?) -> String {
    let (old, new) = (old ?? "no key", new ?? "no key")
    return old == new ? old : "\(old) → \(new)"
  }

  private static func counts(
    _ changes: [ElementChange], _ pair: (old: ComparedValue?, new: ComparedValue?)
  ) -> String {
    if pair.old == nil { return "only in the new backup" }
    if pair.new == nil { return "only in the old backup" }
    if changes.isEmpty { return "none in the value" }
    let added = changes.count { $0.old == nil }
    let removed = changes.count { $0.new == nil }
    let words = [
      ("added", added), ("removed", removed), ("changed", changes.count - added - removed),
    ]
    return words.filter { $0.1 > 0 }.map { "\(Formatting.count($0.1)) \($0.0)" }
      .joined(separator: ", ")
  }
}
