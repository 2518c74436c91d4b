/// Says which keys are asked for, by name.
public protocol KeySelector: AnyObject {
  /// The share of the keys from which it selects.
  var share: KeyShare { get }
  /// Whether every key of the share is.
  var selectsEverything: Bool { get }
  /// Whether a key is.
  func selects(_ key: RawSpan) -> Bool
}

extension KeySelector {
  /// All keys.
  public var share: KeyShare { .whole }
}

/// Every key.
public final class EveryKey: KeySelector {
  /// Makes the selector.
  public init() {}
  /// It does.
  public var selectsEverything: Bool { true }
  /// Always.
  public func selects(_ key: RawSpan) -> Bool { true }
}
