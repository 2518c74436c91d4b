// The environment of the process.

/// The machine and the process.
package enum Machine {
  /// The number of online processors; at least one.
  package static func usableProcessors() -> Int { SystemCalls.usableProcessors() }

  /// The value of an environment variable, if it is set.
  ///
  /// Read by the executable only.
  package static func environment(_ name: String) -> String? { SystemCalls.environment(name) }
}
