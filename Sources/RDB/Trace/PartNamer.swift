// Names the parts of a value in order.

/// Follows a layout and names each part.
struct PartNamer {
  private struct Frame {
    var steps: [LayoutStep]
    var next = 0
    /// How often the steps are still gone through; nil for as long as there are parts.
    var turns: UInt64?
  }

  private var frames: [Frame]
  /// What the last count said.
  private var count: UInt64 = 0
  /// Bytes of a fixed width that the part before has left.
  private var open: (count: Int, role: PartRole)?
  /// The container of the next node, if the last number was one.
  private var container: UInt64?
  /// Whether a part did not match the layout.
  private var isLost = false

  init(_ type: RDBType, _ dialect: RDBDialect) {
    frames = [Frame(steps: LayoutStep.layout(type, dialect), turns: 1)]
  }

  /// Whether the last part was the beginning of something.
  var isOpen: Bool { open != nil }

  /// What a string is.
  mutating func string() -> PartRole? {
    guard open == nil, case .string(let role)? = step() else { return lose() }
    advance()
    // A plain node is the element itself.
    return role == .node && container == 1 ? .element : role
  }

  /// Names a number that is stored as a length.
  mutating func number(_ number: UInt64) -> PartRole? {
    guard open == nil else { return lose() }
    switch step() {
    case .number(let role):
      container = role == .container ? number : nil
      advance()
      return role
    case .count(let role):
      count = number
      advance()
      return role
    case .choice(let role, let ways):
      advance()
      if let way = ways[number] {
        frames.append(Frame(steps: way, turns: 1))
      } else {
        frames.removeLast()
      }
      return role
    default: return lose()
    }
  }

  /// What bytes of a fixed width are: how many of them belong together, and what they are; nil for
  /// all that are left.
  mutating func fixed(_ left: Int, in bytes: RawSpan, at place: Int) -> (
    count: Int, role: PartRole
  )? {
    if let (rest, role) = open {
      let taken = min(rest, left)
      open = rest > taken ? (rest - taken, role) : nil
      return (taken, role)
    }
    switch step() {
    case .fixed(let width, let role):
      advance()
      open = (width, role)
      return fixed(left, in: bytes, at: place)
    case .textScore:
      advance()
      let length = Int(bytes.byte(at: place))
      if length > 0, length < 253 { open = (length, .scoreText) }
      return (1, .scoreLength)
    default:
      _ = lose()
      return nil
    }
  }

  private mutating func lose() -> PartRole? {
    isLost = true
    return nil
  }

  private mutating func advance() { frames[frames.count - 1].next += 1 }

  /// The step at hand.
  private mutating func step() -> LayoutStep? {
    guard !isLost else { return nil }
    while let frame = frames.last {
      guard frame.next < frame.steps.count else {
        if let turns = frame.turns, turns <= 1 {
          frames.removeLast()
        } else {
          frames[frames.count - 1].next = 0
          frames[frames.count - 1].turns = frame.turns.map { $0 - 1 }
        }
        continue
      }
      switch frame.steps[frame.next] {
      case .each(let steps):
        advance()
        if count > 0, !steps.isEmpty { frames.append(Frame(steps: steps, turns: count)) }
      case .rest(let steps):
        advance()
        frames.append(Frame(steps: steps, turns: nil))
      case let step: return step
      }
    }
    return nil
  }
}
