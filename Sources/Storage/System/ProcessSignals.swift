// What the process makes of signals. The door calls `prepare` once, before any file is opened.

/// The signals of the whole process.
package enum ProcessSignals {
  /// Prepares the process for what files can do to it.
  ///
  /// - A closed pipe and a full file size limit become errors of `write`.
  /// - A mapped file that becomes shorter while it is read gives one line on standard error, and
  ///   `faultStatus` as the exit status.
  /// - Ctrl-C, SIGTERM and SIGHUP remove unfinished output before they end the process.
  package static func prepare(faultStatus: Int32) {
    ignoreClosedPipes()
    SystemCalls.ignore(.fileSize)
    // This also makes the ledger; a handler must not be the first to ask for it.
    signalRegistry.setFaultStatus(faultStatus)
    SystemCalls.handleFaults()
    for signal in [SystemCalls.Signal.interrupt, .terminate, .hangup] {
      SystemCalls.handleEnding(by: signal)
    }
  }

  /// Makes writing to a pipe that nobody reads an error, instead of the end of the process.
  package static func ignoreClosedPipes() {
    SystemCalls.ignore(.pipe)
  }
}
