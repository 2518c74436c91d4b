// A compiled PCRE2 expression. The dialect is fixed: bytes, never UTF; `.` matches
// any byte but CR and LF; `$` matches only at the end.

private import CPCRE2

/// A regular expression compiled by PCRE2, to machine code if possible.
///
/// Immutable, so threads share it.
@safe final class RegexCode: Sendable {
  // SAFETY: made in `init` and freed in `deinit`; in between PCRE2 promises that matching does not
  // write to it.
  nonisolated(unsafe) let pointer: OpaquePointer
  /// Whether there is machine code.
  let isJIT: Bool
  /// The number of groups.
  let groups: Int

  /// Why an expression does not compile, and where.
  struct Failure: Error {
    var code: Int32
    var offset: Int
  }

  /// How an expression is to be compiled.
  struct Traits: OptionSet {
    let rawValue: UInt8
    /// It must match the whole key.
    static let wholeKey = Traits(rawValue: 1)
    /// Its groups need no numbers.
    static let unnumbered = Traits(rawValue: 2)
    /// A search tries every byte even after a leading `.*`: PCRE2 ignores that an LF after a CR can
    /// begin a match.
    static let everyStart = Traits(rawValue: 4)
    /// Machine code is wanted.
    static let machineCode = Traits(rawValue: 8)
    /// Letters of ASCII match regardless of case.
    static let caseless = Traits(rawValue: 16)
  }

  /// Compiles an expression.
  ///
  /// - Parameters:
  ///   - pattern: Its bytes.
  ///   - traits: How.
  /// - Throws: Why it does not compile, and where.
  init(_ pattern: [UInt8], _ traits: Traits) throws(Failure) {
    var options = PCRE2_NEVER_UTF | PCRE2_DOLLAR_ENDONLY
    if traits.contains(.wholeKey) { options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED }
    if traits.contains(.unnumbered) { options |= PCRE2_NO_AUTO_CAPTURE }
    if traits.contains(.everyStart) { options |= PCRE2_NO_DOTSTAR_ANCHOR }
    if traits.contains(.caseless) { options |= PCRE2_CASELESS }
    let code = unsafe try RegexCode.compile(pattern, options)
    // SAFETY: `code` is a compiled expression that nobody else has yet.
    if traits.contains(.machineCode) { unsafe _ = pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE) }
    var size = 0
    // SAFETY: PCRE2_INFO_JITSIZE writes one size_t.
    let told = unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_JITSIZE), &size)
    var count: UInt32 = 0
    // SAFETY: PCRE2_INFO_CAPTURECOUNT writes one uint32_t.
    let counted = unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
    unsafe pointer = code
    isJIT = told == 0 && size > 0
    groups = counted == 0 ? Int(count) : 0
  }

  deinit { unsafe pcre2_code_free_8(pointer) }

  /// Whether it matches the empty text.
  var describesEmpty: Bool {
    var answer: UInt32 = 0
    // SAFETY: PCRE2_INFO_MATCHEMPTY writes one uint32_t.
    let told = unsafe pcre2_pattern_info_8(pointer, UInt32(PCRE2_INFO_MATCHEMPTY), &answer)
    return told == 0 && answer != 0
  }

  /// The range of bytes that every match begins with; nil if it is not known.
  var firstBytes: ClosedRange<UInt8>? {
    var bitmap: UnsafePointer<UInt8>?
    // SAFETY: PCRE2_INFO_FIRSTBITMAP writes a pointer to 32 bytes that live as long as the code, or null.
    let told = unsafe pcre2_pattern_info_8(pointer, UInt32(PCRE2_INFO_FIRSTBITMAP), &bitmap)
    guard told == 0, let bitmap = unsafe bitmap else { return nil }
    let bytes = (UInt8.min...UInt8.max).filter { byte in
      // SAFETY: eight bits a byte.
      unsafe bitmap[Int(byte >> 3)] >> (byte & 7) & 1 == 1
    }
    guard let first = bytes.first, let last = bytes.last else { return nil }
    return first...last
  }

  private static func compile(
    _ pattern: [UInt8], _ options: UInt32
  ) throws(Failure) -> OpaquePointer {
    let context = unsafe pcre2_compile_context_create_8(nil)
    defer { unsafe pcre2_compile_context_free_8(context) }
    guard unsafe context != nil else { throw Failure(code: PCRE2_ERROR_NOMEMORY, offset: 0) }
    unsafe pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_ANYCRLF))
    var code: Int32 = 0
    var offset = 0
    // SAFETY: PCRE2 reads `count` bytes at the pointer during the call and keeps none. An empty
    // array may have no bytes to point at; a pointer to one byte is given then, of which none is
    // read.
    let compiled = unsafe (pattern.isEmpty ? [0] : pattern).withUnsafeBufferPointer { bytes in
      unsafe pcre2_compile_8(bytes.baseAddress, pattern.count, options, &code, &offset, context)
    }
    guard let compiled = unsafe compiled else { throw Failure(code: code, offset: offset) }
    return unsafe compiled
  }

  /// PCRE2's message for an error code.
  static func message(_ code: Int32) -> String {
    var text = [UInt8](repeating: 0, count: 256)
    // SAFETY: PCRE2 writes at most `count` bytes, a zero included, and says how many.
    let written = unsafe text.withUnsafeMutableBufferPointer { buffer in
      unsafe pcre2_get_error_message_8(code, buffer.baseAddress, buffer.count)
    }
    guard written > 0 else { return "PCRE2 error \(code)" }
    return String(decoding: text.prefix(Int(written)), as: UTF8.self)
  }
}
