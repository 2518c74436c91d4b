package import RDB

/// The name of a condition that a request may be in: our own, and the vendor's where it has one.
package struct RequestCode: Hashable, Sendable, CustomStringConvertible {
  /// Our name.
  package let name: String
  /// The vendor's name, spelled as published.
  package let vendor: String?
  /// Whether the request can be carried out nevertheless.
  package let isWarning: Bool

  private init(_ name: String, vendor: String? = nil, isWarning: Bool = false) {
    self.name = name
    self.vendor = vendor
    self.isWarning = isWarning
  }

  /// Our name, and the vendor's in brackets.
  package var description: String {
    guard let vendor else { return name }
    return "\(name) [\(vendor)]"
  }

  /// RestoreType is neither 0 nor 1.
  package static let restoreTypeInvalid = RequestCode("RestoreType.Invalid")
  /// RestoreType is 0, which the vendor's service has ignored since 2025.
  package static let restoreTypeDeprecated = RequestCode(
    "RestoreType.Deprecated", isWarning: true)
  /// RestoreType does not go with the other parameters or with the input.
  package static let restoreTypeMismatch = RequestCode(
    "RestoreType.Mismatch", vendor: "ResroreParamNotMatch")
  /// RestoreType is 1, but there is no RestoreTime.
  package static let restoreTimeMissing = RequestCode(
    "RestoreTime.Missing", vendor: "MissingParameter")
  /// RestoreTime is not a UTC time of the vendor's form.
  package static let restoreTimeFormat = RequestCode(
    "RestoreTime.Format", vendor: "InvalidRestoreTime.Format")
  /// RestoreTime is before the first moment that the input covers.
  package static let restoreTimeTooEarly = RequestCode(
    "RestoreTime.TooEarly", vendor: "InvalidBinlog.NotValid")
  /// RestoreTime is after the last moment that the input covers, or in the future.
  package static let restoreTimeTooLate = RequestCode(
    "RestoreTime.TooLate", vendor: "InvalidBinlog.NotValid")
  /// TimeShift is not a UTC time of the vendor's form.
  package static let timeShiftFormat = RequestCode("TimeShift.Format")
  /// TimeShift is before the moment to which the data is restored.
  package static let timeShiftTooEarly = RequestCode("TimeShift.TooEarly")
  /// TimeShift is after the moment at which the restore is submitted.
  package static let timeShiftTooLate = RequestCode("TimeShift.TooLate")
  /// There is a TimeShift but no moment to measure remaining lives at.
  package static let timeShiftNoReference = RequestCode("TimeShift.NoReference")
  /// No type of value has this name, and no module could.
  package static let typeUnknown = RequestCode("Type.Unknown")
  /// There is a FilterKey with RestoreType 0; the vendor's older text asks for 1.
  package static let filterKeyNeedsPIT = RequestCode("FilterKey.NeedsPIT", isWarning: true)
}

/// A condition that a request is in, and the values that show it.
package struct RequestProblem: Hashable, Sendable {
  /// The condition.
  package var code: RequestCode
  /// The parameter's text, as given.
  package var text: String
  /// The instant that the text means, where it means one.
  package var given: UnixMilliseconds?
  /// The instant that it is beyond.
  package var bound: UnixMilliseconds?

  /// Makes a problem.
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
  /// Its parameters contradict each other or mean nothing. All that do are told.
  case parameters([RequestProblem])
  /// A pattern cannot be used.
  case pattern(FilterKeyError)
}
