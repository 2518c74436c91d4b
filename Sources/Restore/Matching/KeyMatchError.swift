/// A key that a pattern could not be tried on: which pattern gave up, and why.
///
/// To give up is not to say no: whether the key is selected is unknown, so nothing may be left out
/// or restored on such an answer.
package struct KeyMatchError: Error, Hashable, BitwiseCopyable, Sendable {
  /// Why a pattern gave up.
  package enum Reason: UInt8, Hashable, BitwiseCopyable, Sendable {
    /// It took more steps than the limits allow.
    case stepLimit
    /// It needed more memory than the limits allow.
    case memoryLimit
    /// PCRE2 refused for a reason of its own.
    case refused
  }

  /// The number of the pattern among all patterns, from 0.
  package var pattern: Int
  /// Why it gave up.
  package var reason: Reason
  /// PCRE2's number for it.
  package var code: Int32

  /// Whether the pattern is one of those that exclude keys, which are numbered by themselves.
  package var excludes = false
  /// Whether it is one of the rules that rename keys, which are numbered by themselves.
  package var renames = false

  /// Makes an error about a pattern.
  package init(pattern: Int, reason: Reason, code: Int32) {
    self.pattern = pattern
    self.reason = reason
    self.code = code
  }
}

/// How much a pattern may cost on one key.
package struct MatchLimits: Hashable, BitwiseCopyable, Sendable {
  /// Steps of backtracking, as PCRE2 counts them.
  package var steps: UInt32
  /// Memory of the interpreter, in KiB.
  package var heapKiB: UInt32
  /// Stack of compiled code, in bytes.
  package var stackBytes: Int
  /// Whether patterns are compiled to machine code where this build of PCRE2 can.
  package var usesJIT: Bool

  /// Makes limits; without arguments, half a millisecond or so of a hostile pattern.
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
