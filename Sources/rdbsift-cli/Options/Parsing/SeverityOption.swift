// The severity of a rule as the value of an option.

import ArgumentParser
public import Restore

extension SignatureRule.Severity: ExpressibleByArgument {
  /// Reads a severity by its name.
  package init?(argument: String) {
    guard let severity = Self.allCases.first(where: { $0.name == argument }) else { return nil }
    self = severity
  }

  /// The names of all severities.
  package static var allValueStrings: [String] { allCases.map(\.name) }
}
