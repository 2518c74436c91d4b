// Commands that were read but not yet applied. A command waits for memory several times, one after the
// other: for the slot of its key, the entry, the name there and the value. Reading these for many commands
// at once makes the waits overlap.

import RDB

/// A few commands in their order.
struct CommandQueue {
  struct Item {
    var spec: CommandSpec?
    var position = LogPosition(file: 0, offset: 0)
    var arguments: [StringPlace] = []
    /// The hash of the first argument, which is the key of most commands.
    fileprivate var hash: UInt32 = 0
    /// The number of the likely entry of that key; -1 for none.
    fileprivate var number = -1
  }

  /// So many loads are more than a processor has under way at once.
  private static let limit = 64

  private var items = [Item](repeating: Item(), count: CommandQueue.limit)
  private(set) var count = 0

  var isFull: Bool { count == CommandQueue.limit }

  subscript(index: Int) -> Item { items[index] }

  mutating func append(
    _ spec: CommandSpec?, _ arguments: [StringPlace], at position: LogPosition, _ parts: ByteParts
  ) {
    items[count].spec = spec
    items[count].position = position
    items[count].arguments.removeAll(keepingCapacity: true)
    items[count].arguments.append(contentsOf: arguments)
    items[count].hash =
      arguments.count > 1 ? PlaceMap<KeyState>.hash(arguments[1], in: parts) : 0
    count &+= 1
  }

  mutating func removeAll() { count = 0 }

  /// Reads what the commands will look at in a database; the sum keeps the reads from being left out.
  mutating func touch(_ keys: PlaceMap<KeyState>, _ parts: ByteParts) -> UInt64 {
    var sum: UInt64 = 0
    for index in 0..<count { sum &+= keys.touch(items[index].hash) }
    for index in 0..<count {
      let number = keys.likely(items[index].hash) ?? -1
      items[index].number = number
      if number >= 0 { sum &+= keys.touch(number) }
    }
    for index in 0..<count where items[index].number >= 0 {
      let number = items[index].number
      sum &+= parts.touch(keys.key(number)) &+ keys[number].touchObject()
    }
    return sum
  }
}
