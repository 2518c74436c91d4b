// A rule of a pack: what to look for in the text that a file holds, and where.

/// What a signature describes, and what is known of it.
public struct SignatureRule: Hashable, Sendable {
  /// How much a finding matters.
  public enum Severity: UInt8, Hashable, Comparable, Sendable, CaseIterable {
    /// Worth a look.
    case low
    /// Seldom there by accident.
    case medium
    /// Not there by accident.
    case high
    /// Part of an intrusion, or as good as one.
    case critical

    /// The word in a pack.
    public var name: String { "\(self)" }

    /// The lesser is the smaller.
    public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
  }

  /// Where a text stands.
  public struct Places: OptionSet, Hashable, BitwiseCopyable, Sendable {
    /// The bits.
    public var rawValue: UInt8
    /// Makes places from bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// A key.
    public static var key: Places { Places(rawValue: 1) }
    /// A value, or an element of one: a field, a member, an entry.
    public static var value: Places { Places(rawValue: 2) }
    /// The value of an AUX field.
    public static var aux: Places { Places(rawValue: 4) }
    /// The source of a function library, or a script that the server kept in AUX.
    public static var function: Places { Places(rawValue: 8) }
    /// The nine letters of a module whose data the file holds.
    public static var module: Places { Places(rawValue: 16) }
    /// The file's own name.
    public static var file: Places { Places(rawValue: 32) }

    /// The words of a pack.
    static let names: [(String, Places)] = [
      ("key", .key), ("value", .value), ("aux", .aux), ("function", .function),
      ("module", .module), ("file", .file),
    ]

    /// The words of the places in this set.
    public var names: [String] { Places.names.filter { contains($0.1) }.map(\.0) }
  }

  /// What a match has to pass beside the expression.
  public enum Check: String, Hashable, BitwiseCopyable, Sendable, CaseIterable {
    /// The digits have the check digit of payment cards (ISO/IEC 7812-1).
    case luhn
    /// The letters and digits have the check digits of account numbers (ISO 7064, mod 97-10).
    case iban
  }

  /// A short name, such as `cron-line`.
  public var id: String
  /// What it finds, in a few words.
  public var title: String
  /// How much a finding matters.
  public var severity: Severity
  /// Where it looks.
  public var places: Places
  /// Where to read more.
  public var reference: String
  /// The regular expression, as bytes.
  public var pattern: [UInt8]
  /// Texts of which every match has one; empty if none is known.
  public var literals: [[UInt8]]
  /// Digits in a row that every match has, single spaces and dashes between them aside.
  public var digits: Int
  /// What a match has to pass beside the expression.
  public var check: Check?
  /// Whether what is found is a secret, which reports mask: the first group of the expression, or all
  /// of the match.
  public var isSecret: Bool
  /// The line of the pack that the rule begins in.
  public var line: Int
}
