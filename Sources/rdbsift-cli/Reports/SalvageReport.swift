// The `salvage` report: gaps with their probable content, then the records that were read.

import RDB
import RDBSift

/// The result of a salvage of one file.
struct SalvageReport {
  let found: SalvagedFile
  /// The number of collections that were exported partially.
  let partial: Int
  let subject: ReportSubject

  /// The number of gaps in text output.
  private static let shownGaps = 100

  private var map: SalvageMap { found.map }
  private var probable: Int { found.records - found.sure }

  /// The report; the names of lost keys are read from the file's bytes.
  func report(in bytes: RawSpan) -> Report {
    Report(
      command: "salvage",
      facts: subject.facts + [
        "header": .text(map.header.description), "header_sound": .flag(map.isHeaderSound),
        "reached_end": .flag(map.end != nil),
        "checksum": .checksum(found.checksum, isWhole: map.end != nil).dataOnly,
        "keys": .count(found.records), "sure": .count(found.sure), "probable": .count(probable),
        "partial": .count(partial), "stated_keys": .count(found.promised),
        "lost_bytes": .bytes(found.lostBytes), "trailing_bytes": .bytes(found.trailing),
        "gap_count": .count(map.gaps.count), "gaps": .rows(map.gaps.map { row($0, bytes) }),
        "pieces": .rows(found.segments.map(row)),
      ],
      sections: [.lines(lines(bytes))], status: found.isSound ? .done : .finding)
  }

  private func row(_ gap: SalvageGap, _ bytes: RawSpan) -> Fields {
    [
      "kind": .text(gap.kind.rawValue), "offset": .count(gap.range.offset),
      "bytes": .bytes(gap.range.count), "db": .number(gap.database),
      "rdb_type": .number(gap.type?.rawValue), "key": .key(key(gap, bytes)),
      "damage_offset": .count(gap.error.offset),
      "rule": .text(FindingRules.name(gap.error.reason, gap.error.part)),
      "message": .text(reason(gap)),
    ]
  }

  private func row(_ segment: GradedSegment) -> Fields {
    let piece = segment.segment
    return [
      "offset": .count(piece.start), "bytes": .bytes(piece.end - piece.start),
      "db": .number(piece.database), "keys": .count(segment.records),
      "sure": .count(segment.sure), "sure_from": .count(segment.sureRange.lowerBound),
      "sure_until": .count(segment.sureRange.upperBound),
    ]
  }

  // MARK: Lines

  private func lines(_ bytes: RawSpan) -> [String] {
    var lines = map.gaps.prefix(SalvageReport.shownGaps).map { line($0, bytes) }
    let more = map.gaps.count - lines.count
    if more > 0 { lines.append("\(Formatting.count(more)) more gaps") }
    if case .mismatch = found.checksum, map.gaps.isEmpty {
      lines.append(
        "no gap, but a checksum mismatch: some byte has changed, and the checksum does not show which"
      )
    }
    if found.badLibraries > 0 {
      let count = Formatting.count(
        found.badLibraries, "function library that servers refuse",
        "function libraries that servers refuse")
      lines.append("\(count); see verify")
    }
    if let promised = found.promised, promised > UInt64(found.records) {
      let missing = Formatting.count(Int(promised) - found.records, "key", "keys")
      lines.append("\(missing) fewer than the file states")
    }
    if partial > 0 {
      lines.append("\(Formatting.count(partial, "collection", "collections")) exported partially")
    }
    return lines + [summary]
  }

  private var summary: String {
    let keys = Formatting.count(found.records, "key", "keys")
    let trust = "\(Formatting.count(found.sure)) sure, \(Formatting.count(probable)) probable"
    let gaps = Formatting.count(map.gaps.count, "gap", "gaps")
    return "\(Messages.spelled(subject.path)): \(keys) (\(trust)), \(gaps) "
      + "(\(Formatting.count(found.lostBytes, "byte", "bytes")))"
  }

  private func line(_ gap: SalvageGap, _ bytes: RawSpan) -> String {
    let (range, first) = (gap.range, Formatting.count(gap.range.offset))
    if range.count == 0, gap.kind == .header { return "no header: \(reason(gap))" }
    let content = "db \(gap.database), \(content(gap, bytes)): \(reason(gap))"
    if range.count == 0 { return "truncated at byte \(first), \(content)" }
    let last = Formatting.count(max(range.offset, range.end - 1))
    return "gap: bytes \(first) to \(last) (\(Formatting.count(range.count))), \(content)"
  }

  private func reason(_ gap: SalvageGap) -> String {
    Messages.explained(gap.error, fileSize: subject.size)
  }

  /// The probable content of a gap.
  private func content(_ gap: SalvageGap, _ bytes: RawSpan) -> String {
    if gap.kind == .header { return "the header" }
    guard let type = gap.type, type.shape(in: .redis) != nil else {
      return "type unknown"
    }
    let key = key(gap, bytes).map { " \(Messages.spelled($0))" } ?? ""
    let more = gap.kind == .value ? "" : " and possibly more"
    return "\(Messages.name(type))\(key)\(more)"
  }

  private func key(_ gap: SalvageGap, _ bytes: RawSpan) -> [UInt8]? {
    gap.key.flatMap { $0.unpacked(in: bytes) }
  }
}
