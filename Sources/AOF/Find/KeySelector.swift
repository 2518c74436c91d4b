/// Says which keys are asked for, by name.
package protocol KeySelector: AnyObject {
  /// The share of the keys from which it selects.
  var share: KeyShare { get }
  /// Whether every key of the share is.
  var selectsEverything: Bool { get }
  /// Whether a key is.
  func selects(_ key: RawSpan) -> Bool
}

extension KeySelector {
  /// All keys.
  package var share: KeyShare { .whole }
}

/// Every key.
package final class EveryKey: KeySelector {
  /// Makes the selector.
  package init() {}
  /// It does.
  package var selectsEverything: Bool { true }
  /// Always.
  package func selects(_ key: RawSpan) -> Bool { true }
}
