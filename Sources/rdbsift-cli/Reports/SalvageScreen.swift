// What `salvage` says: every gap with what it probably held, then what was read.

import RDB
import RDBSift

/// What a salvage says.
struct SalvageScreen {
  let file: OpenFile
  let found: SalvagedFile
  /// Collections that were exported in part.
  let partial: Int

  /// Gaps that are told as text.
  private static let named = 100

  private var map: SalvageMap { found.map }

  func tell(_ bytes: RawSpan, as format: ReportFormat) throws -> ExitStatus {
    file.warn(ofNewer: map.header)
    if format == .json { try file.session.console.write(json(bytes)) }
    if format == .text { file.session.console.tell(text(bytes)) }
    return status
  }

  /// What follows from what is lost.
  var status: ExitStatus { found.isSound ? .done : .finding }

  func text(_ bytes: RawSpan) -> String {
    var lines = map.gaps.prefix(SalvageScreen.named).map { line($0, bytes) }
    let more = map.gaps.count - lines.count
    if more > 0 { lines.append("\(HumanText.count(more)) more gaps") }
    if case .wrong = found.checksum, map.gaps.isEmpty {
      lines.append(
        "no gap, but the checksum is wrong: some byte is not what was written, and nothing tells which"
      )
    }
    if let missing {
      lines.append(
        "\(HumanText.count(missing, "key is", "keys are")) missing of those that the file promises")
    }
    if partial > 0 {
      lines.append("\(HumanText.count(partial, "collection", "collections")) exported in part")
    }
    let gaps = HumanText.count(map.gaps.count, "gap", "gaps")
    lines.append(
      "\(Messages.spelled(file.path)): \(HumanText.count(found.records, "key", "keys")) "
        + "(\(HumanText.count(found.sure)) sure, "
        + "\(HumanText.count(found.records - found.sure)) probable), \(gaps) of "
        + "\(HumanText.count(found.lostBytes, "byte", "bytes"))")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Keys that the file promises and that were not read.
  private var missing: Int? {
    guard let promised = found.promised, promised > UInt64(found.records) else { return nil }
    return Int(promised) - found.records
  }

  private func line(_ gap: SalvageGap, _ bytes: RawSpan) -> String {
    let first = HumanText.count(gap.range.offset)
    if gap.range.count == 0, gap.kind == .header {
      return "no header: " + Messages.explained(gap.error, fileSize: file.size)
    }
    if gap.range.count == 0 {
      return "cut at byte \(first), db \(gap.database), \(held(gap, bytes)): "
        + Messages.explained(gap.error, fileSize: file.size)
    }
    let last = HumanText.count(max(gap.range.offset, gap.range.end - 1))
    return "gap: bytes \(first) to \(last) (\(HumanText.count(gap.range.count))), db "
      + "\(gap.database), \(held(gap, bytes)): \(Messages.explained(gap.error, fileSize: file.size))"
  }

  /// What a gap probably held.
  private func held(_ gap: SalvageGap, _ bytes: RawSpan) -> String {
    if gap.kind == .header { return "the header" }
    guard let type = gap.type, type.shape(in: .redis) != nil else {
      return "nothing that tells its type"
    }
    let key = key(gap, bytes).map { " \(Messages.spelled($0))" } ?? ""
    let more = gap.kind == .value ? "" : " and perhaps more"
    return "\(Messages.name(type))\(key)\(more)"
  }

  private func key(_ gap: SalvageGap, _ bytes: RawSpan) -> [UInt8]? {
    gap.key.flatMap { $0.spelled(in: bytes) }
  }

  /// The whole report.
  func json(_ bytes: RawSpan) -> JSONValue {
    .object([
      "file": .text(file.path), "size": .count(file.size),
      "sha256": file.sha256,
      "header": .text(map.header.description), "header_sound": .bool(map.isHeaderSound),
      "reached_end": .bool(map.end != nil),
      "checksum": ChecksumText.json(found.checksum, isWhole: map.end != nil),
      "keys": .count(found.records), "sure": .count(found.sure),
      "probable": .count(found.records - found.sure), "partial": .count(partial),
      "promised_keys": .optional(found.promised) { .count($0) },
      "lost_bytes": .count(found.lostBytes), "trailing_bytes": .count(found.trailing),
      "gap_count": .count(map.gaps.count),
      "gaps": .array(map.gaps.map { json($0, bytes) }),
      "pieces": .array(found.pieces.map { json($0) }),
    ])
  }

  private func json(_ gap: SalvageGap, _ bytes: RawSpan) -> JSONValue {
    .object([
      "kind": .text(gap.kind.rawValue), "offset": .count(gap.range.offset),
      "bytes": .count(gap.range.count), "db": .count(UInt64(gap.database)),
      "rdb_type": .optional(gap.type) { .count(UInt64($0.rawValue)) },
      "key": .optional(key(gap, bytes)) { .bytes($0) },
      "damage": .count(gap.error.offset),
      "rule": .text(FindingRules.name(gap.error.reason, gap.error.part)),
      "message": .text(Messages.explained(gap.error, fileSize: file.size)),
    ])
  }

  private func json(_ piece: SalvagedPiece) -> JSONValue {
    .object([
      "offset": .count(piece.piece.start), "bytes": .count(piece.piece.end - piece.piece.start),
      "db": .count(UInt64(piece.piece.database)), "keys": .count(piece.records),
      "sure": .count(piece.sure), "sure_from": .count(piece.sureRange.lowerBound),
      "sure_until": .count(piece.sureRange.upperBound),
    ])
  }
}
