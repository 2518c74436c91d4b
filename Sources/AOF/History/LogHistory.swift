// The history of a log: the second pass with somebody who watches it.

import RDB

extension LogInput {
  /// Tells of every change of the selected keys up to a cut, in the order of the log.
  ///
  /// - Parameters:
  ///   - cut: Where the log is to end; what a dropped transaction holds has not happened.
  ///   - selector: Which keys are asked for.
  ///   - takesValues: Whether changes have the value after them.
  ///   - body: Gets the changes.
  /// - Throws: Why the log does not reach the cut.
  package func history(
    _ cut: LogCut, _ selector: any KeySelector, takesValues: Bool = false,
    _ body: @escaping (KeyChange) -> Void
  ) throws(LogCutError) {
    let recorder = ChangeRecorder(self, selector, takesValues: takesValues, body)
    _ = try LogMoment(self, cut, selector, observer: recorder)
  }

  /// The moments of a log to which somebody may want to go back, in the order of the log.
  ///
  /// - Parameter cut: Where the log is to end.
  /// - Returns: The events.
  /// - Throws: Why the log does not reach the cut.
  package func events(_ cut: LogCut = .end) throws(LogCutError) -> [LogEvent] {
    let recorder = EventRecorder(untouched: base?.keys ?? [:])
    _ = try LogMoment(self, cut, EveryKey(), observer: recorder)
    return recorder.finish()
  }
}
