package import RDB

/// A condition of a request: the program's name for it, and the vendor's if there is one.
package struct RequestCode: Hashable, Sendable, CustomStringConvertible {
  /// The program's name.
  package let name: String
  /// The vendor's name, spelled as published.
  package let vendor: String?
  /// Whether the request can be carried out anyway.
  package let isWarning: Bool

  private init(_ name: String, vendor: String? = nil, isWarning: Bool = false) {
    self.name = name
    self.vendor = vendor
    self.isWarning = isWarning
  }

  /// The program's name, with the vendor's in brackets.
  package var description: String {
    guard let vendor else { return name }
    return "\(name) [\(vendor)]"
  }

  /// RestoreType is neither 0 nor 1.
  package static let restoreTypeInvalid = RequestCode("RestoreType.Invalid")
  /// RestoreType is 0, which the vendor's service has ignored since 2025.
  package static let restoreTypeDeprecated = RequestCode(
    "RestoreType.Deprecated", isWarning: true)
  /// RestoreType contradicts other parameters or the input.
  package static let restoreTypeMismatch = RequestCode(
    "RestoreType.Mismatch", vendor: "ResroreParamNotMatch")
  /// RestoreType is 1, but there is no RestoreTime.
  package static let restoreTimeMissing = RequestCode(
    "RestoreTime.Missing", vendor: "MissingParameter")
  /// RestoreTime is not in the vendor's format.
  package static let restoreTimeFormat = RequestCode(
    "RestoreTime.Format", vendor: "InvalidRestoreTime.Format")
  /// RestoreTime is before the input's coverage.
  package static let restoreTimeTooEarly = RequestCode(
    "RestoreTime.TooEarly", vendor: "InvalidBinlog.NotValid")
  /// RestoreTime is after the input's coverage, or in the future.
  package static let restoreTimeTooLate = RequestCode(
    "RestoreTime.TooLate", vendor: "InvalidBinlog.NotValid")
  /// RestoreTime is where the log has no known seconds, or is damaged or incomplete.
  package static let restoreTimeGap = RequestCode(
    "RestoreTime.Gap", vendor: "InvalidBinlog.NotValid")
  /// RestoreTime on a log without time stamps.
  package static let restoreTimeNoStamps = RequestCode(
    "RestoreTime.NoStamps", vendor: "InvalidBinlog.NotValid")
  /// TimeShift is not in the vendor's format.
  package static let timeShiftFormat = RequestCode("TimeShift.Format")
  /// TimeShift is before the point in time of the restore.
  package static let timeShiftTooEarly = RequestCode("TimeShift.TooEarly")
  /// TimeShift is after the submission of the restore.
  package static let timeShiftTooLate = RequestCode("TimeShift.TooLate")
  /// TimeShift without a time at which remaining TTLs are measured.
  package static let timeShiftNoReference = RequestCode("TimeShift.NoReference")
  /// No value type has this name.
  package static let typeUnknown = RequestCode("Type.Unknown")
  /// FilterKey with RestoreType 0; the vendor's older documentation requires 1.
  package static let filterKeyNeedsPIT = RequestCode("FilterKey.NeedsPIT", isWarning: true)
}

/// A condition and the values that cause it.
package struct RequestProblem: Hashable, Sendable {
  /// The condition.
  package var code: RequestCode
  /// The parameter's text, as given.
  package var text: String
  /// The time that the text means, if any.
  package var given: UnixMilliseconds?
  /// The time that it exceeds.
  package var bound: UnixMilliseconds?

  /// Creates a problem.
  package init(
    _ code: RequestCode, text: String, given: UnixMilliseconds? = nil,
    bound: UnixMilliseconds? = nil
  ) {
    self.code = code
    self.text = text
    self.given = given
    self.bound = bound
  }
}

/// Why a request cannot be carried out.
package enum RestoreRequestError: Error, Hashable, Sendable {
  /// The parameters are invalid or contradictory; all problems.
  case parameters([RequestProblem])
  /// A pattern is invalid.
  case pattern(FilterKeyError)
}
