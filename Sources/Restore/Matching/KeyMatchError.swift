/// A pattern that hit a limit on a key.
///
/// The result is unknown, so the key must be neither skipped nor restored because of it.
package struct KeyMatchError: Error, Hashable, BitwiseCopyable, Sendable {
  /// The limit.
  package enum Reason: UInt8, Hashable, BitwiseCopyable, Sendable {
    /// More steps than allowed.
    case stepLimit
    /// More memory than allowed.
    case memoryLimit
    /// Another error of PCRE2.
    case refused
  }

  /// The pattern's number.
  package var pattern: Int
  /// The limit.
  package var reason: Reason
  /// PCRE2's error code.
  package var code: Int32

  /// Whether the pattern is an exclusion; those have numbers of their own.
  package var excludes = false
  /// Whether it is a rename rule; those have numbers of their own.
  package var renames = false

  /// Creates an error.
  package init(pattern: Int, reason: Reason, code: Int32) {
    self.pattern = pattern
    self.reason = reason
    self.code = code
  }
}

/// Limits for each pattern on one key.
package struct MatchLimits: Hashable, BitwiseCopyable, Sendable {
  /// Backtracking steps, as counted by PCRE2.
  package var steps: UInt32
  /// Memory of the interpreter, in KiB.
  package var heapKiB: UInt32
  /// Stack of machine code, in bytes.
  package var stackBytes: Int
  /// Whether patterns are compiled to machine code if PCRE2 supports that.
  package var usesJIT: Bool

  /// Creates limits; the default allows about half a millisecond of a hostile pattern.
  package init(
    steps: UInt32 = 500_000, heapKiB: UInt32 = 65_536, stackBytes: Int = 64 << 20,
    usesJIT: Bool = true
  ) {
    self.steps = steps
    self.heapKiB = heapKiB
    self.stackBytes = stackBytes
    self.usesJIT = usesJIT
  }
}
