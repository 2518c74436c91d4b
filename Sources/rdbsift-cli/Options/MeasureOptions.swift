// What is asked of a key beside its name, and how many of the selected ones.

import ArgumentParser
import RDB
import Restore

/// Bounds, a sample and a limit.
struct MeasureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Only keys that expire in a range. A~B includes both ends, and either may be left out: UTC \
      times, or spans from now such as +2h and -1d. Also none (they never expire) and any. As the \
      file has it, before any shift. An end that begins with a minus needs --expire=-1d~.
      """, valueName: "A~B"))
  var expire: String?

  @Option(
    help: ArgumentHelp(
      "Only keys whose record has so many bytes in the file: 1M~, ~512, 10KiB~1M.",
      valueName: "A~B"))
  var size: String?

  @Option(
    help: ArgumentHelp(
      "Only values of so many elements. Values that do not tell are opened and counted.",
      valueName: "A~B"))
  var elements: String?

  @Option(
    help: ArgumentHelp(
      "Only keys that were last used so long before the backup, where it tells: 1d~, 90s~2h.",
      valueName: "A~B"))
  var idle: String?

  @Option(
    help: ArgumentHelp(
      "Only keys with such an LFU counter, 0 to 255, where the file tells.", valueName: "A~B"))
  var freq: String?

  @Option(help: ArgumentHelp("Only keys of these cluster slots.", valueName: "A~B"))
  var slot: String?

  @Option(
    help: ArgumentHelp(
      "Only about one key in so many, chosen by the key itself.", valueName: "n"))
  var sample: UInt64?

  @Option(help: ArgumentHelp("Another sample of the same size.", valueName: "number"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Only the first keys that everything else selects. One thread then works.", valueName: "n"))
  var limit: UInt64?

  func validate() throws {
    if sample == 0 { throw ValidationError("--sample takes a number from 1 on") }
    if seed != nil, sample == nil { throw ValidationError("--seed goes with --sample") }
  }

  /// Whether everything is asked for.
  var isEmpty: Bool {
    [expire, size, elements, idle, freq, slot].allSatisfy { $0 == nil } && sample == nil
      && limit == nil
  }

  /// Puts the bounds into a request.
  func complete(_ request: inout RestoreRequest) throws {
    if let expire {
      guard let range = ExpiryRange(expire, now: request.now) else {
        throw Misuse(
          "--expire takes none, any, or a range A~B of UTC times such as 2026-11-20T10:00:00Z or of "
            + "spans from now such as +2h; it was \(Messages.spelled(expire))")
      }
      request.measures.expiry = range
    }
    request.measures.size = try range(size, "size", NumberRange.sizes, "bytes, such as 1K~10M")
    request.measures.elements = try range(
      elements, "elements", NumberRange.counts, "numbers, such as 100~")
    request.measures.idle = try range(
      idle, "idle", NumberRange.durations, "spans of time, such as 90s~2h")
    request.measures.frequency = try range(
      freq, "freq", NumberRange.counts, "counters, 0 to 255, such as 10~255", most: 255)
    request.measures.slot = try range(
      slot, "slot", NumberRange.counts, "slots, 0 to 16383, such as 0~5460", most: 16_383)
    request.sample = sample.map { KeySample(oneIn: $0, seed: seed ?? 0) }
    request.limit = limit
  }

  private func range(
    _ text: String?, _ option: String, _ parse: (String) -> NumberRange?, _ kind: String,
    most: Int64 = .max
  ) throws -> NumberRange? {
    guard let text else { return nil }
    // An end that is left out is the greatest number there is.
    guard let range = parse(text), range.lower <= most, range.upper <= most || range.upper == .max
    else {
      throw Misuse("--\(option) takes a range of \(kind); it was \(Messages.spelled(text))")
    }
    return range
  }
}
