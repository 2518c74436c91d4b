// The counts of a file or of a range of it, as `stats --format data` writes and `stats --merge` reads them.

import Foundation
import Memory
import RDB
import RDBSift
import Restore
import Storage

/// Counts of a file or a range, and what they are counts of.
struct StatisticsPart: Codable {
  /// What was counted.
  struct Subject: Codable, Hashable {
    let file: String
    let size: Int
    /// The digest of the file's first bytes, if a range was counted.
    let headDigest: String?
  }

  /// How it was counted; only counts that were made alike can be added.
  struct Settings: Codable, Hashable {
    var family: String
    var version: [Int]
    var allocator: String
    var isConfirmed: Bool
    var isRepacked: Bool
    var origin: String
    var stored: String?
    var separators: [UInt8]
    var depth: Int
    var prefixLimit: Int
    var top: Int
    var now: Int64
  }

  private static let schema = "rdbsift.stats-data/1"

  let schema: String
  let subject: Subject
  let part: Int
  let parts: Int
  let settings: Settings
  let serverMemory: Int?
  let counts: StatisticsData

  init(_ report: StatisticsReport, _ range: FileRange?) {
    let request = report.statistics.request
    schema = StatisticsPart.schema
    subject = Subject(
      file: report.subject.path, size: report.subject.size, headDigest: range?.headDigest)
    (part, parts) = (range?.part ?? 0, range?.parts ?? 1)
    let chosen = report.chosen
    settings = Settings(
      family: chosen.model.family.rawValue,
      version: [chosen.model.version.major, chosen.model.version.minor],
      allocator: chosen.model.allocator.rawValue, isConfirmed: chosen.model.isConfirmed,
      isRepacked: chosen.limits != nil, origin: chosen.origin, stored: chosen.stored,
      separators: request.separators, depth: request.depth, prefixLimit: request.prefixLimit,
      top: request.topCount, now: request.now.rawValue)
    serverMemory = report.serverMemory
    counts = report.statistics.data
  }

  /// Writes it as a line of JSON.
  func write(_ console: Console) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try console.write(line: String(decoding: try encoder.encode(self), as: UTF8.self))
  }

  /// Reads a file.
  /// - Throws: That it has no counts.
  static func read(_ path: String) throws -> StatisticsPart {
    let bytes = try TextFile.bytes(path)
    guard let part = try? JSONDecoder().decode(StatisticsPart.self, from: Data(bytes)),
      part.schema == schema, part.isPossible
    else {
      throw Misuse("\(Messages.spelled(path)) is not what rdbsift stats --format data writes")
    }
    return part
  }

  private var isPossible: Bool {
    (1...Split.mostParts).contains(parts) && (0..<parts).contains(part)
      && (0...Int(MemoryCount.limit)).contains(subject.size)
      && serverMemory.map { (0...Int(MemoryCount.limit)).contains($0) } ?? true
      && settings.isPossible
  }
}

extension StatisticsPart.Settings {
  fileprivate var isPossible: Bool {
    version.count == 2 && (0...16).contains(depth) && (0...1000).contains(top)
      && (16...1_000_000).contains(prefixLimit) && ServerFamily(rawValue: family) != nil
      && Allocator(rawValue: allocator) != nil
      && ["option", "file", "default"].contains(origin)
  }

  /// The model.
  var chosen: ChosenModel {
    var model = MemoryModel(
      ServerFamily(rawValue: family) ?? .redis, version[0], version[1],
      Allocator(rawValue: allocator) ?? .jemalloc)
    if !isConfirmed { model = model.unconfirmed }
    var chosen = ChosenModel(
      model: model, limits: isRepacked ? EncodingLimits() : nil, origin: origin)
    chosen.stored = stored
    return chosen
  }

  /// The request.
  var request: StatisticsRequest {
    var request = StatisticsRequest(chosen.model, now: UnixMilliseconds(now))
    request.limits = chosen.limits
    request.separators = separators
    request.depth = depth
    request.prefixLimit = prefixLimit
    request.topCount = top
    return request
  }
}

/// Counts of whole files that were added up.
struct MergedStatistics {
  private(set) var statistics: Statistics
  let settings: StatisticsPart.Settings
  let subject: ReportSubject
  let serverMemory: Int?

  /// Files that are added up at most, so that no sum overflows.
  private static let mostFiles = 4096

  /// Adds up parts.
  ///
  /// - Parameter paths: Files with counts; parts of a file may come in any order.
  /// - Throws: That a part is missing or cannot be added to the others.
  init(_ paths: [String]) throws {
    guard let first = paths.first, paths.count <= MergedStatistics.mostFiles else {
      throw Misuse(
        "--merge takes 1 to \(MergedStatistics.mostFiles) files that rdbsift stats --format data wrote"
      )
    }
    settings = try StatisticsPart.read(first).settings
    statistics = Statistics(settings.request)
    var parts: [(path: String, part: StatisticsPart)] = []
    for path in paths { parts.append((path, try StatisticsPart.read(path))) }
    var subjects: [StatisticsPart.Subject] = []
    for (path, part) in parts {
      guard part.settings == settings else {
        throw Misuse(
          "\(Messages.spelled(path)) was counted with another --now, model or other options than "
            + Messages.spelled(first))
      }
      if !subjects.contains(part.subject) { subjects.append(part.subject) }
    }
    var server: Int?
    for subject in subjects {
      let own = parts.filter { $0.part.subject == subject }.sorted { $0.part.part < $1.part.part }
      try MergedStatistics.check(own.map(\.part), of: subject)
      for (path, part) in own {
        do throws(StatisticsDataError) {
          try statistics.merge(part.counts)
        } catch {
          throw Misuse("\(Messages.spelled(path)): \(error.member) are not those of a file")
        }
        if let stated = part.serverMemory { server = (server ?? 0) + stated }
      }
    }
    statistics.finish()
    serverMemory = server
    self.subject = ReportSubject(
      path: subjects.count == 1
        ? subjects[0].file : Formatting.count(subjects.count, "file", "files"),
      size: subjects.reduce(0) { $0 + $1.size })
  }

  /// Checks that each range of a file is there once.
  private static func check(
    _ parts: [StatisticsPart], of subject: StatisticsPart.Subject
  ) throws {
    let file = Messages.spelled(subject.file)
    guard let count = parts.first?.parts, parts.allSatisfy({ $0.parts == count }) else {
      throw Misuse("ranges of \(file) are of different divisions")
    }
    for (index, part) in parts.enumerated() where part.part != index {
      let isTwice = index > 0 && parts[index - 1].part == part.part
      throw Misuse(
        isTwice
          ? "range \(part.part) of \(file) is there twice"
          : "range \(index) of \(count) of \(file) is missing")
    }
    guard parts.count == count else {
      throw Misuse("range \(parts.count) of \(count) of \(file) is missing")
    }
  }
}
