// What is asked of a key beside its name, and how many of the selected ones.

import ArgumentParser
import RDB
import Restore

/// Bounds, a sample and a limit.
struct MeasureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Only keys that expire in this range of UTC times, or of spans from now: 2026-11-20..2026-11-21, \
      '<+2h', --expire=-1d..now. none: keys without a TTL; any: keys with one. Expiries are those in the \
      file.
      """, valueName: "A..B"))
  var expire: String?

  @Option(
    help: ArgumentHelp(
      """
      Only keys whose record has this many bytes: 1M.., 10K..1M, '<512'. Ranges include both ends; A~B \
      means the same.
      """, valueName: "A..B"))
  var size: String?

  @Option(
    help: ArgumentHelp(
      """
      Only values with this many elements: 100.., '>=100'. Values without a stored count are decoded \
      to count them.
      """, valueName: "A..B"))
  var elements: String?

  @Option(
    help: ArgumentHelp(
      "Only keys that were idle this long when the backup was made, if stored: 1d.., 90s..2h.",
      valueName: "A..B"))
  var idle: String?

  @Option(
    help: ArgumentHelp(
      "Only keys with this LFU counter, 0 to 255, if stored: 10..255.", valueName: "A..B"))
  var freq: String?

  @Option(
    help: ArgumentHelp(
      "Only keys of these cluster slots: 0-5460, 0..5460 or 42.", valueName: "A-B"))
  var slot: String?

  @Option(
    help: ArgumentHelp(
      "Select about 1 in N keys, deterministically by key hash.", valueName: "n"))
  var sample: UInt64?

  @Option(
    help: ArgumentHelp("Select another sample of the same size (default: 0).", valueName: "number"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      """
      Only the first N selected keys, in file order, on one thread; 0 (default): no limit.
      """, valueName: "n"))
  var limit: UInt64?

  func validate() throws {
    if sample == 0 { throw ValidationError("--sample takes a number from 1 on") }
    if seed != nil, sample == nil { throw ValidationError("--seed requires --sample") }
  }

  /// The limit; nil where there is none.
  var keyLimit: UInt64? { limit == 0 ? nil : limit }

  /// Whether everything is asked for.
  var isEmpty: Bool {
    [expire, size, elements, idle, freq, slot].allSatisfy { $0 == nil } && sample == nil
      && keyLimit == nil
  }

  /// Puts the bounds into a request.
  func complete(_ request: inout RestoreRequest) throws {
    if let expire { request.measures.expiry = try expiryRange(expire, now: request.now) }
    request.measures.size = try range(size, "size", NumberRange.sizes, "bytes, such as 1K..10M")
    request.measures.elements = try range(
      elements, "elements", NumberRange.counts, "numbers, such as 100..")
    request.measures.idle = try range(
      idle, "idle", NumberRange.durations, "spans of time, such as 90s..2h")
    request.measures.frequency = try range(
      freq, "freq", NumberRange.counts, "counters, 0 to 255, such as 10..255", most: 255)
    request.measures.slot = try range(
      slot, "slot", NumberRange.slots, "slots, 0 to 16383, such as 0-5460", most: 16_383)
    request.sample = sample.map { KeySample(oneIn: $0, seed: seed ?? 0) }
    request.limit = keyLimit
  }

  private func expiryRange(_ text: String, now: UnixMilliseconds) throws -> ExpiryRange {
    do throws(RangeError) {
      let range = try ExpiryRange(text, now: now)
      TimeOption.echo("expire", text, range)
      return range
    } catch {
      throw misuse(
        error, "expire", text,
        "none, any, or a range of UTC times such as 2026-11-20..2026-11-21 or of spans from now "
          + "such as +2h..+1d")
    }
  }

  private func range(
    _ text: String?, _ option: String, _ parse: (String) throws(RangeError) -> NumberRange,
    _ kind: String, most: Int64 = .max
  ) throws -> NumberRange? {
    guard let text else { return nil }
    do throws(RangeError) {
      let range = try parse(text)
      // An end that is left out is the greatest number there is.
      guard range.lower <= most, range.upper <= most || range.upper == .max else { throw .form }
      return range
    } catch {
      throw misuse(error, option, text, "a range of \(kind)")
    }
  }

  private func misuse(
    _ error: RangeError, _ option: String, _ text: String, _ kind: String
  ) -> Misuse {
    switch error {
    case .form: Misuse("--\(option) takes \(kind); it was \(Messages.spelled(text))")
    case .reversed(let first, let second):
      Misuse(
        "--\(option) \(Messages.spelled(text)): the ends are reversed; did you mean "
          + "\(Messages.spelled("\(second)..\(first)"))?")
    }
  }
}
