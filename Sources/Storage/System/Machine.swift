// What the process is told about its surroundings.

/// Facts about the machine and the process.
package enum Machine {
  /// How many processors are on line; at least one.
  package static func usableProcessors() -> Int { SystemCalls.usableProcessors() }

  /// The value of an environment variable, if it is set.
  ///
  /// Only the door asks.
  package static func environment(_ name: String) -> String? { SystemCalls.environment(name) }
}
