// PCRE2's match data, limits and JIT stack.

private import CPCRE2

/// Runs compiled expressions.
///
/// Each thread needs its own; a run allocates nothing.
@safe struct RegexRunner: ~Copyable {
  private let matchData: OpaquePointer?
  private let context: OpaquePointer?
  private let stack: OpaquePointer?

  /// Creates a runner that keeps the places of `groups` groups; with 0 it runs nothing.
  init(_ limits: MatchLimits, groups: UInt32) {
    // SAFETY: each is made here, freed in `deinit` and used by this runner alone. PCRE2 answers
    // nil when memory is short; `run` then refuses.
    guard groups > 0 else {
      unsafe (matchData, context, stack) = (nil, nil, nil)
      return
    }
    unsafe matchData = pcre2_match_data_create_8(groups, nil)
    unsafe context = pcre2_match_context_create_8(nil)
    unsafe stack = pcre2_jit_stack_create_8(32 << 10, max(limits.stackBytes, 32 << 10), nil)
    guard unsafe context != nil else { return }
    unsafe pcre2_set_match_limit_8(context, limits.steps)
    unsafe pcre2_set_heap_limit_8(context, limits.heapKiB)
    unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
  }

  deinit {
    unsafe pcre2_match_data_free_8(matchData)
    unsafe pcre2_match_context_free_8(context)
    unsafe pcre2_jit_stack_free_8(stack)
  }

  /// Sets the step limit of the following runs.
  func limit(steps: UInt32) {
    guard unsafe context != nil else { return }
    // SAFETY: the context belongs to this runner.
    unsafe pcre2_set_match_limit_8(context, steps)
  }

  /// Runs code: machine code, or the interpreter where there is none or its stack is too small.
  ///
  /// - Parameters:
  ///   - code: A compiled expression that outlives the call.
  ///   - isJIT: Whether there is machine code for it.
  ///   - text: The bytes.
  ///   - start: Where the search begins.
  /// - Returns: PCRE2's result; negative for no match and for errors.
  @inline(__always)
  func run(_ code: OpaquePointer, isJIT: Bool, _ text: RawSpan, from start: Int = 0) -> Int32 {
    guard unsafe matchData != nil, unsafe context != nil else { return PCRE2_ERROR_NOMEMORY }
    // SAFETY: PCRE2 reads `count` bytes at the pointer and keeps the pointer only as a number, which
    // nobody asks for. The code belongs to the caller, the rest to this runner. UTF is off, so there
    // is nothing that `pcre2_jit_match` would have to check first. Empty bytes may have no address;
    // any address will do for no bytes.
    return unsafe text.withUnsafeBytes { bytes in
      let base = unsafe (bytes.baseAddress ?? UnsafeRawPointer(code))
        .assumingMemoryBound(to: UInt8.self)
      if isJIT {
        let answer = unsafe pcre2_jit_match_8(
          code, base, bytes.count, start, 0, matchData, context)
        if answer != PCRE2_ERROR_JIT_STACKLIMIT { return answer }
      }
      return unsafe pcre2_match_8(
        code, base, bytes.count, start, PCRE2_NO_JIT, matchData, context)
    }
  }

  /// The number in the mark of the last match.
  @inline(__always)
  func markedNumber() -> Int? {
    // SAFETY: the mark is text inside the code that was run, which lives; a zero ends it.
    guard var digit = unsafe pcre2_get_mark_8(matchData) else { return nil }
    var number = 0
    while unsafe digit.pointee != 0 {
      // Marks are array indices that the program wrote.
      unsafe number = number &* 10 &+ Int(digit.pointee &- 0x30)
      unsafe digit += 1
    }
    return number
  }

  /// The place of a group of the last match, group 0 being the match; nil if it did not
  /// participate.
  func range(_ group: Int) -> Range<Int>? {
    guard unsafe matchData != nil else { return nil }
    // SAFETY: the vector has a pair for each of so many groups, and lives as long as `matchData`.
    guard unsafe group < Int(pcre2_get_ovector_count_8(matchData)),
      let pairs = unsafe pcre2_get_ovector_pointer_8(matchData)
    else { return nil }
    let start = unsafe pairs[2 * group]
    let end = unsafe pairs[2 * group + 1]
    // A group that did not participate has the largest number for both. `\K` may put the start
    // after the end.
    guard start <= end, let start = Int(exactly: start), let end = Int(exactly: end) else {
      return nil
    }
    return start..<end
  }

  /// The limit that ended a run; nil if it completed.
  static func failure(_ answer: Int32) -> KeyMatchError.Reason? {
    switch answer {
    case 0..., PCRE2_ERROR_NOMATCH: nil
    case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT: .stepLimit
    case PCRE2_ERROR_HEAPLIMIT, PCRE2_ERROR_JIT_STACKLIMIT, PCRE2_ERROR_NOMEMORY: .memoryLimit
    default: .refused
    }
  }
}
