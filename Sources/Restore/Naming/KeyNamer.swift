// Renaming, once per key that is written. The groups of a match are places in the key.

private import CPCRE2

/// Makes the names that keys get.
///
/// A thread has its own; the name's room is reused.
@safe public struct KeyNamer: ~Copyable {
  /// What names are made by.
  ///
  /// It owns the code that is run.
  public let naming: KeyNaming
  /// The name that was made last.
  public private(set) var name: [UInt8] = []
  private let matchData: OpaquePointer?
  private let context: OpaquePointer?

  /// Makes a namer.
  public init(_ naming: KeyNaming) {
    self.naming = naming
    // SAFETY: both are made here, freed in `deinit` and used by this namer alone. PCRE2 answers nil
    // when memory is short; `run` then refuses.
    guard !naming.rules.isEmpty else {
      unsafe (matchData, context) = (nil, nil)
      return
    }
    let groups = naming.codes.map(\.groups).max() ?? 0
    unsafe matchData = pcre2_match_data_create_8(UInt32(groups + 1), nil)
    unsafe context = pcre2_match_context_create_8(nil)
    guard unsafe context != nil else { return }
    unsafe pcre2_set_match_limit_8(context, naming.limits.steps)
    unsafe pcre2_set_heap_limit_8(context, naming.limits.heapKiB)
  }

  deinit {
    unsafe pcre2_match_data_free_8(matchData)
    unsafe pcre2_match_context_free_8(context)
  }

  /// Makes the name that a key gets, and keeps it in `name`.
  /// - Throws: The first rule that gave up, if none before it describes the key.
  public mutating func rename(_ key: RawSpan) throws(KeyMatchError) {
    name.removeAll(keepingCapacity: true)
    name += naming.prefix
    for index in naming.codes.indices {
      let answer = run(naming.codes[index], key)
      if answer == PCRE2_ERROR_NOMATCH { continue }
      guard answer >= 0 else {
        var error = KeyMatchError(
          pattern: index, reason: KeyMatchError.Reason(answer), code: answer)
        error.renames = true
        throw error
      }
      return fill(naming.rules[index], key, groups: Int(answer))
    }
    append(key, 0..<key.byteCount)
  }

  private mutating func fill(_ rule: RenameRule, _ key: RawSpan, groups: Int) {
    for piece in rule.template {
      switch piece {
      case .text(let text): name += text
      case .group(let group):
        // The answer is the highest group that took part and one; those above stand for nothing.
        if group < groups, let place = place(of: group), place.upperBound <= key.byteCount {
          append(key, place)
        }
      }
    }
  }

  private mutating func append(_ key: RawSpan, _ place: Range<Int>) {
    for offset in place { name.append(key.byte(at: offset)) }
  }

  /// Runs code over a key, as `KeyMatcher` does.
  private func run(_ code: RegexCode, _ key: RawSpan) -> Int32 {
    guard unsafe matchData != nil, unsafe context != nil else { return PCRE2_ERROR_NOMEMORY }
    // SAFETY: PCRE2 reads `count` bytes at the pointer during the call, and of the pointer it keeps
    // nothing that is asked for. An empty key may have no address; any will do for no bytes.
    return unsafe key.withUnsafeBytes { bytes in
      let start = unsafe (bytes.baseAddress ?? UnsafeRawPointer(code.pointer))
        .assumingMemoryBound(to: UInt8.self)
      let answer = unsafe pcre2_match_8(
        code.pointer, start, bytes.count, 0, 0, matchData, context)
      guard answer == PCRE2_ERROR_JIT_STACKLIMIT else { return answer }
      return unsafe pcre2_match_8(
        code.pointer, start, bytes.count, 0, PCRE2_NO_JIT, matchData, context)
    }
  }

  /// What a group of the last match stands for; nil if it took no part.
  private func place(of group: Int) -> Range<Int>? {
    // SAFETY: PCRE2 has a pair of offsets for each group that the match data was made for, and one;
    // the group is one of the expression's, so at most as many.
    guard let offsets = unsafe pcre2_get_ovector_pointer_8(matchData) else { return nil }
    let (start, end) = unsafe (offsets[2 * group], offsets[2 * group + 1])
    // A group without a part has -1 twice. `\K` may put a start behind an end.
    guard start >= 0, start <= end else { return nil }
    return start..<end
  }
}
