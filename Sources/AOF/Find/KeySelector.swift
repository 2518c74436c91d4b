/// Says which keys are asked for, by name.
public protocol KeySelector: AnyObject {
  /// Whether every key is.
  var selectsEverything: Bool { get }
  /// Whether a key is.
  func selects(_ key: RawSpan) -> Bool
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
