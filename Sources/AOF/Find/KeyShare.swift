// Shares of the keys, by their hashes. What happens to keys of one share depends on other keys only through
// commands of several keys, which are followed; so a large log is applied share by share, on any thread.

import RDB

/// One of equal shares of all keys.
package struct KeyShare: Hashable, Sendable {
  private let index: UInt64
  /// The number of shares.
  let count: Int

  /// All keys.
  static let whole = KeyShare(0, of: 1)

  /// Makes a share; the index is below the count.
  package init(_ index: Int, of count: Int) {
    self.index = UInt64(index)
    self.count = count
  }

  var isWhole: Bool { count == 1 }

  /// Whether what belongs to no key counts in it.
  var isFirst: Bool { index == 0 }

  /// Whether a key with a hash is in it.
  @inline(__always)
  func contains(_ hash: UInt64) -> Bool { ((hash >> 32) &* UInt64(count)) >> 32 == index }
}

/// The keys of one share that another selector selects.
package final class ShareSelector: KeySelector {
  package let share: KeyShare
  private let selector: any KeySelector

  /// Makes a selector.
  package init(_ share: KeyShare, of selector: any KeySelector) {
    self.share = share
    self.selector = selector
  }

  /// Whether every key of the share is selected.
  package var selectsEverything: Bool { selector.selectsEverything }

  /// Whether a key is in the share, and selected.
  package func selects(_ key: RawSpan) -> Bool {
    share.contains(ByteHash.of(key)) && selector.selects(key)
  }
}
