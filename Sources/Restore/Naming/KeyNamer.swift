// Renaming, once per key that is written. The groups of a match are places in the key.

/// Makes the names that keys get.
///
/// A thread has its own; the name's room is reused.
package struct KeyNamer: ~Copyable {
  /// What names are made by.
  ///
  /// It owns the code that is run.
  package let naming: KeyNaming
  /// The name that was made last.
  package private(set) var name: [UInt8] = []
  private let runner: RegexRunner

  /// Makes a namer.
  package init(_ naming: KeyNaming) {
    self.naming = naming
    // The whole match is a group too.
    let groups = naming.codes.map { $0.groups + 1 }.max() ?? 0
    runner = RegexRunner(naming.limits, groups: UInt32(groups))
  }

  /// Makes the name that a key gets, and keeps it in `name`.
  /// - Throws: The first rule that gave up, if none before it describes the key.
  package mutating func rename(_ key: RawSpan) throws(KeyMatchError) {
    name.removeAll(keepingCapacity: true)
    name += naming.prefix
    for index in naming.codes.indices {
      let code = naming.codes[index]
      // SAFETY: the code belongs to `naming`.
      let answer = unsafe runner.run(code.pointer, isJIT: code.isJIT, key)
      if let reason = RegexRunner.failure(answer) {
        var error = KeyMatchError(pattern: index, reason: reason, code: answer)
        error.renames = true
        throw error
      }
      if answer > 0 { return fill(naming.rules[index], key) }
    }
    append(key, 0..<key.byteCount)
  }

  private mutating func fill(_ rule: RenameRule, _ key: RawSpan) {
    for piece in rule.template {
      switch piece {
      case .text(let text): name += text
      case .group(let group):
        // A group that took no part stands for nothing.
        if let place = runner.range(group), place.upperBound <= key.byteCount {
          append(key, place)
        }
      }
    }
  }

  private mutating func append(_ key: RawSpan, _ place: Range<Int>) {
    for offset in place { name.append(key.byte(at: offset)) }
  }
}
