// Where a key's state is kept.

import RDB

/// The place of a key's state; it stays, since keys that are gone keep theirs.
struct KeyEntry {
  private let container: Container
  private let index: Int

  @inline(__always)
  init(_ container: Container, _ index: Int) {
    self.container = container
    self.index = index
  }

  /// A key that is in no database.
  init(detached state: KeyState) {
    container = Container(base: nil, unknown: nil, isDoubtful: false)
    index = container.keys.append(.empty, 0, state)
  }

  var value: KeyValue {
    @inline(__always) get { container.keys[index].value }
    @inline(__always) nonmutating set { container.keys[index].value = newValue }
  }

  /// Whether the key is there, as far as that is known.
  var isPresent: Bool {
    @inline(__always) get { container.keys[index].value.isPresent }
  }

  /// When it expires, in milliseconds; nil for never.
  var expiry: Int64? {
    @inline(__always) get { container.keys[index].expiry }
    @inline(__always) nonmutating set { container.keys[index].expiry = newValue }
  }

  /// The last command that changed it; nil while it is as in the base.
  var change: LogPosition? {
    @inline(__always) get { container.keys[index].change }
    @inline(__always) nonmutating set { container.keys[index].change = newValue }
  }

  /// Why what it holds is not known, if it is not.
  var inexact: Inexactness? {
    @inline(__always) get { container.keys[index].inexact }
    @inline(__always) nonmutating set { container.keys[index].inexact = newValue }
  }

  /// Whether what it holds is not known.
  var isInexact: Bool {
    @inline(__always) get { container.keys[index].isInexact }
  }

  /// Whether commands that were lost may have changed it.
  var isDoubtful: Bool {
    @inline(__always) get { container.keys[index].isDoubtful }
    @inline(__always) nonmutating set { container.keys[index].isDoubtful = newValue }
  }

  /// Whether two entries are of one key.
  func isSame(_ other: KeyEntry) -> Bool { container === other.container && index == other.index }
}
