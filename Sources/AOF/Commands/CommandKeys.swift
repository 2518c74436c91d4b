// Where the keys of one command are, and which are written from which.

/// What a command does to one of its keys.
enum KeyRole: Hashable, BitwiseCopyable, Sendable {
  /// It is changed, from its own value only.
  case changed
  /// It is read for keys that are written.
  case read
  /// It is written from keys that are read.
  case written
}

/// The keys of one command.
struct CommandKeys {
  let shape: KeyShape
  let arguments: [StringPlace]
  let parts: ByteParts

  /// Calls `body` with the number of each argument that is a key, and its role.
  @inline(__always)
  func forEach(_ body: (Int, KeyRole) -> Void) {
    let count = arguments.count
    switch shape {
    case .none: return
    case .first: if count > 1 { body(1, .changed) }
    case .second: if count > 2 { body(2, .changed) }
    default: forEachOfMany(body)
    }
  }

  private func forEachOfMany(_ body: (Int, KeyRole) -> Void) {
    switch shape {
    case .all: each(from: 1, .changed, body)
    case .pairs: each(from: 1, by: 2, .changed, body)
    case .triples: each(from: 1, by: 3, .changed, body)
    case .countedPairs: counted(at: 1, by: 2, .changed, body)
    case .counted: counted(at: 1, by: 1, .changed, body)
    case .scriptCounted: counted(at: 2, by: 1, .changed, body)
    case .transfer:
      each(from: 1, to: 2, .read, body)
      each(from: 2, to: 3, .written, body)
    case .storeOne:
      each(from: 1, to: 2, .written, body)
      each(from: 2, to: 3, .read, body)
    case .storeRest:
      each(from: 1, to: 2, .written, body)
      each(from: 2, .read, body)
    case .storeBits:
      each(from: 2, to: 3, .written, body)
      each(from: 3, .read, body)
    case .storeCounted:
      each(from: 1, to: 2, .written, body)
      counted(at: 2, by: 1, .read, body)
    case .radius, .sort:
      each(from: 1, to: 2, .read, body)
      if let target = storeTarget { body(target, .written) }
    case .none, .first, .second: return
    }
  }

  /// The argument behind the last STORE or STOREDIST.
  var storeTarget: Int? {
    guard arguments.count > 3 else { return nil }
    var index = arguments.count &- 2
    while index >= 2 {
      if parts.isWord(arguments[index], "STORE")
        || (shape == .radius && parts.isWord(arguments[index], "STOREDIST"))
      {
        return index &+ 1
      }
      index &-= 1
    }
    return nil
  }

  private func each(
    from first: Int, to end: Int = .max, by step: Int = 1, _ role: KeyRole,
    _ body: (Int, KeyRole) -> Void
  ) {
    var index = first
    while index < min(end, arguments.count) {
      body(index, role)
      index &+= step
    }
  }

  private func counted(at place: Int, by step: Int, _ role: KeyRole, _ body: (Int, KeyRole) -> Void)
  {
    guard place < arguments.count, let count = parts.integer(arguments[place]), count > 0 else {
      return
    }
    // The keys are among the arguments that are there.
    let most = (arguments.count &- place &- 1 &+ step &- 1) / step
    let end = place &+ 1 &+ Int(clamping: min(count, Int64(most))) &* step
    each(from: place &+ 1, to: end, by: step, role, body)
  }
}
