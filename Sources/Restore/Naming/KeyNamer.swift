// Renames one key.

/// Applies rename rules.
///
/// Each thread needs its own.
package struct KeyNamer: ~Copyable {
  /// The rules; they own the code that is run.
  package let naming: KeyNaming
  /// The last new name.
  package private(set) var name: [UInt8] = []
  private let runner: RegexRunner

  /// Creates a renamer.
  package init(_ naming: KeyNaming) {
    self.naming = naming
    // The whole match counts as a group.
    let groups = naming.codes.map { $0.groups + 1 }.max() ?? 0
    runner = RegexRunner(naming.limits, groups: UInt32(groups))
  }

  /// Renames a key and stores the result in `name`.
  /// - Throws: The first rule that hit a limit, if no earlier one matches the key.
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
        // A group that did not participate is empty.
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
