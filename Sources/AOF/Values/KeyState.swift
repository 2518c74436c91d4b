// Keys that are followed: small rows in one array for each database, since most commands look at one of
// them and nothing else.

import RDB

/// What is known of a key that the log names, or that flows into one.
struct KeyState {
  private var held = KeyValue.absent
  private var hasExpiry = false
  /// Whether commands that were lost may have changed it.
  var isDoubtful = false
  private var changeFile: Int32 = 0
  private var changeOffset = -1
  private var moment: Int64 = 0
  private var cause: SharedInexactness?
  /// The object in which the value is, if it is in one.
  private var object: ObjectIdentifier?

  var value: KeyValue {
    @inline(__always) get { held }
    @inline(__always) set {
      held = newValue
      object = newValue.object
    }
  }

  /// Reads the object's first word.
  ///
  /// To take a reference is to wait for the object's memory, and for everything that was read before.
  @inline(__always)
  func touchObject() -> UInt64 {
    guard let object else { return 0 }
    // SAFETY: `held` keeps the object, which begins with two words of the runtime.
    return unsafe UnsafeRawPointer(bitPattern: UInt(bitPattern: object))?
      .load(as: UInt64.self) ?? 0
  }

  /// When it expires, in milliseconds; nil for never.
  var expiry: Int64? {
    @inline(__always) get { hasExpiry ? moment : nil }
    @inline(__always) set {
      hasExpiry = newValue != nil
      moment = newValue ?? 0
    }
  }

  /// The last command that changed it; nil while it is as in the base.
  var change: LogPosition? {
    @inline(__always) get {
      changeOffset < 0 ? nil : LogPosition(file: Int(changeFile), offset: changeOffset)
    }
    @inline(__always) set {
      changeFile = newValue?.file ?? 0
      changeOffset = newValue?.offset ?? -1
    }
  }

  /// Why what it holds is not known, if it is not.
  var inexact: Inexactness? {
    @inline(__always) get { cause?.inexactness }
    @inline(__always) set { cause = newValue.map { SharedInexactness($0) } }
  }

  var isInexact: Bool {
    @inline(__always) get { cause != nil }
  }

  /// What it holds is not known, for a reason that other keys share.
  mutating func share(_ cause: SharedInexactness) { self.cause = cause }
}

/// One reason for many keys.
final class SharedInexactness {
  let inexactness: Inexactness
  init(_ inexactness: Inexactness) { self.inexactness = inexactness }
}
