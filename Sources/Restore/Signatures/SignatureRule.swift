// A rule: what to search for, and where.

/// A signature and its description.
package struct SignatureRule: Hashable, Sendable {
  /// The severity of a finding.
  package enum Severity: UInt8, Hashable, Comparable, Sendable, CaseIterable {
    /// Worth a look.
    case low
    /// Rarely there by accident.
    case medium
    /// Not there by accident.
    case high
    /// Part of an intrusion.
    case critical

    /// Its name in a pack.
    package var name: String { "\(self)" }

    /// The less severe is smaller.
    package static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
  }

  /// Where a text is.
  package struct Places: OptionSet, Hashable, BitwiseCopyable, Sendable {
    /// The bits.
    package var rawValue: UInt8
    /// Makes places from bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// A key.
    package static var key: Places { Places(rawValue: 1) }
    /// A value, or an element of one: a field, a member, an entry.
    package static var value: Places { Places(rawValue: 2) }
    /// The value of an AUX field.
    package static var aux: Places { Places(rawValue: 4) }
    /// The source of a function library, or a script that the server kept in AUX.
    package static var function: Places { Places(rawValue: 8) }
    /// The name of a module whose data the file contains.
    package static var module: Places { Places(rawValue: 16) }
    /// The file's own name.
    package static var file: Places { Places(rawValue: 32) }

    /// The names in a pack.
    static let names: [(String, Places)] = [
      ("key", .key), ("value", .value), ("aux", .aux), ("function", .function),
      ("module", .module), ("file", .file),
    ]

    /// The names of the places in this set.
    package var names: [String] { Places.names.filter { contains($0.1) }.map(\.0) }
  }

  /// An additional check of a match.
  package enum Check: String, Hashable, BitwiseCopyable, Sendable, CaseIterable {
    /// The digits have the check digit of payment cards (ISO/IEC 7812-1).
    case luhn
    /// The letters and digits have the check digits of account numbers (ISO 7064, mod 97-10).
    case iban
  }

  /// A short name, such as `cron-line`.
  package var id: String
  /// What it finds, in a few words.
  package var title: String
  /// The severity of a finding.
  package var severity: Severity
  /// Where it searches.
  package var places: Places
  /// Where to read more.
  package var reference: String
  /// The regular expression, as bytes.
  package var pattern: [UInt8]
  /// Literals of which every match contains one; empty if none is known.
  package var literals: [[UInt8]]
  /// Digits in a row that every match contains, ignoring single spaces and dashes.
  package var digits: Int
  /// An additional check of a match.
  package var check: Check?
  /// Whether a match is a secret to redact: the first group of the expression, or the whole match.
  package var isSecret: Bool
  /// The line of the pack where the rule starts.
  package var line: Int
}
