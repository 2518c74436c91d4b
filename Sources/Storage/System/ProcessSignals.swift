// How the process handles signals. The executable calls `prepare` once, before any file is opened.

/// The signals of the process.
package enum ProcessSignals {
  /// Prepares the process for what files can cause.
  ///
  /// - A closed pipe and an exceeded file size limit become errors of `write`.
  /// - A mapped file that becomes shorter causes one line on standard error and `faultStatus` as
  ///   the exit
  ///   status.
  /// - Signals that end the process, such as SIGINT and SIGTERM, remove unfinished output first.
  /// - Standard streams that are closed are replaced, so that no file gets their numbers.
  package static func prepare(faultStatus: Int32) {
    SystemCalls.occupyStandardStreams()
    ignoreClosedPipes()
    SystemCalls.ignore(.fileSize)
    // This also creates the registry, which a handler must not do.
    signalRegistry.setFaultStatus(faultStatus)
    SystemCalls.handleFaults()
    for signal in SystemCalls.Signal.ending { SystemCalls.handleEnding(by: signal) }
  }

  /// Makes writing to a closed pipe an error instead of ending the process.
  package static func ignoreClosedPipes() {
    SystemCalls.ignore(.pipe)
  }
}
