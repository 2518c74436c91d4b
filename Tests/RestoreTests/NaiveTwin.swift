// The matcher's twin: each pattern by itself, in order, by PCRE2's interpreter and nothing else.

import CPCRE2
import Restore

/// Matches keys the slow and obvious way.
final class NaiveTwin {
  private let codes: [Code]

  /// How a pattern is tried on a key.
  enum Tries { case whole, everywhere, engine }

  /// Compiles regular expressions; nil if one does not compile.
  ///
  /// Those of `odd` numbers are searched for by the engine itself.
  init?(_ patterns: [KeyPattern], odd: Set<Int>) {
    var codes: [Code] = []
    for (index, pattern) in patterns.enumerated() {
      let tries = pattern.mode == .full ? Tries.whole : odd.contains(index) ? .engine : .everywhere
      guard let code = Code(pattern.bytes, tries) else { return nil }
      codes.append(code)
    }
    self.codes = codes
  }

  /// The number of the first pattern that selects a key.
  func firstMatch(_ key: [UInt8]) -> Int? { codes.firstIndex { $0.selects(key) } }
}

/// One compiled expression and how it is tried.
@safe private final class Code {
  private let pointer: OpaquePointer
  private let tries: NaiveTwin.Tries

  init?(_ pattern: [UInt8], _ tries: NaiveTwin.Tries) {
    var options = PCRE2_DOLLAR_ENDONLY
    if tries == .whole { options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED }
    // SAFETY: PCRE2 reads the pattern during the call only; the context is freed after it.
    let context = unsafe pcre2_compile_context_create_8(nil)
    defer { unsafe pcre2_compile_context_free_8(context) }
    unsafe pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_ANYCRLF))
    var (error, offset): (Int32, Int) = (0, 0)
    let code = unsafe pattern.withUnsafeBufferPointer {
      unsafe pcre2_compile_8($0.baseAddress, $0.count, options, &error, &offset, context)
    }
    guard let code = unsafe code else { return nil }
    unsafe pointer = code
    self.tries = tries
  }

  deinit { unsafe pcre2_code_free_8(pointer) }

  func selects(_ key: [UInt8]) -> Bool {
    guard tries == .everywhere else { return matches(key, from: 0, 0) }
    return (0...key.count).contains { matches(key, from: $0, PCRE2_ANCHORED) }
  }

  private func matches(_ key: [UInt8], from start: Int, _ options: UInt32) -> Bool {
    // SAFETY: one byte more than the key has gives an empty key an address; PCRE2 reads no more than
    // the key, and the match data is freed after the call.
    let data = unsafe pcre2_match_data_create_8(1, nil)
    defer { unsafe pcre2_match_data_free_8(data) }
    let answer = unsafe (key + [0]).withUnsafeBufferPointer {
      unsafe pcre2_match_8(
        pointer, $0.baseAddress, key.count, start, options | PCRE2_NO_JIT, data, nil)
    }
    return answer >= 0
  }
}
