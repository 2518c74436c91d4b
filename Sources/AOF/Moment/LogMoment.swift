// A log at a moment: the base without the keys that the log changed, and an overlay that holds these.

import RDB

/// The selected keys of a log at a moment.
package final class LogMoment {
  /// The log.
  package let input: LogInput
  /// Where it was cut.
  package let end: LogEnd
  /// The moment at which expiries are judged, in milliseconds; nil where none is known.
  package let reference: Int64?
  /// Whose rules the log follows.
  package let rules: ServerRules
  let keyspace: Keyspace
  let selector: any KeySelector

  /// Finds and applies the commands up to a cut.
  ///
  /// - Parameters:
  ///   - input: The log.
  ///   - cut: Where it is to end.
  ///   - selector: Which keys are asked for.
  ///   - reference: The moment at which expiries are judged, in seconds; nil for the cut's own.
  ///   - rules: Whose rules the log follows; nil for those of the server that the base names.
  /// - Throws: Why the log does not reach the cut.
  package convenience init(
    _ input: LogInput, _ cut: LogCut, _ selector: any KeySelector, reference: Int64? = nil,
    rules: ServerRules? = nil
  ) throws(LogCutError) {
    try self.init(input, cut, selector, reference: reference, rules: rules, observer: nil)
  }

  /// The same, while somebody watches what commands do.
  convenience init(
    _ input: LogInput, _ cut: LogCut, _ selector: any KeySelector, reference: Int64? = nil,
    rules: ServerRules? = nil, observer: (any KeyspaceObserver)?
  ) throws(LogCutError) {
    let (end, keys) = try input.find(cut, selector)
    self.init(input, end, keys, selector, second: reference ?? cut.second, rules)
    keyspace.observer = observer
    var replay = Replay(keyspace, end, lastFile: input.files.count - 1)
    do throws(LogDamage) {
      if let marks = keys.marks {
        try input.walk(marks, until: end, &replay)
      } else {
        _ = try input.walk(until: end.position, &replay)
      }
      replay.finish()
    } catch {
      throw .damaged(error)
    }
  }

  /// The end of a damaged log, past the bytes that are no commands and the files that are missing.
  ///
  /// What lost commands may have changed is doubtful; without its base, only keys that commands write
  /// wholly are known.
  package convenience init(salvaging input: LogInput, _ selector: any KeySelector) {
    let (end, keys) = input.findPastLosses(selector)
    self.init(input, end, keys, selector, second: nil, nil)
    keyspace.checksValues = true
    if input.lacksBase { keyspace.loseEverything(.missingBase) }
    var replay = Replay(keyspace, end, lastFile: input.files.count - 1)
    input.walkAll(&replay)
    replay.finish()
  }

  private init(
    _ input: LogInput, _ end: LogEnd, _ keys: RelevantKeys, _ selector: any KeySelector,
    second: Int64?, _ rules: ServerRules?
  ) {
    self.input = input
    self.selector = selector
    self.end = end
    self.rules = rules ?? input.likelyRules
    reference = (second ?? end.clock).map { $0.multipliedReportingOverflow(by: 1000).partialValue }
    keyspace = Keyspace(input.parts, self.rules, base: input.index(keys), keys)
    for source in input.base?.functions ?? [] {
      if let name = Keyspace.libraryName(source) { keyspace.functions[name] = source }
    }
  }
}

extension LogCut {
  /// The second that was asked for.
  var second: Int64? {
    if case .second(let second) = self { return second }
    return nil
  }
}

extension LogInput {
  /// The rules of the server that the base names.
  var likelyRules: ServerRules {
    let isValkey = base?.header.isValkey ?? false
    let numbers = (base?.serverVersion ?? "").split(separator: ".").map { Int($0) ?? 0 }
    if numbers.count >= 2 {
      return ServerRules(isValkey: isValkey, major: numbers[0], minor: numbers[1])
    }
    // A log without a manifest is an old one.
    return ServerRules(
      isValkey: isValkey, major: isOfManifest ? 7 : 6, minor: isOfManifest ? 4 : 2)
  }

  /// The places of the base's records; nil without a base.
  ///
  /// What is damaged was found before.
  func index(_ keys: RelevantKeys) -> BaseIndex? {
    guard let base else { return nil }
    return try? BaseIndex(self, base, keys)
  }
}
