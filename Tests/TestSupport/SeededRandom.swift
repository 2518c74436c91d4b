// Randomness that can be had again: SplitMix64. The seed is printed, and `SEED=` in the environment
// replays a run.

import Foundation

/// A random generator whose whole state is one seed.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts from the seed in the environment, or from a new one, and prints it.
  public init(for purpose: String) {
    let given = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }
    state = given ?? UInt64.random(in: .min ... .max)
    print("SEED=\(state) for \(purpose)")
  }

  /// Starts from a known seed.
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Random bytes, each below `bound`.
  public mutating func bytes(_ count: Int, below bound: UInt64 = 256) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next() % bound) }
  }

  /// A number from 0 to `bound` − 1.
  public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
